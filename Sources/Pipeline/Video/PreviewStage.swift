internal import Codec
internal import Logging
internal import Media
internal import Settings

/// Makes previews and snapshots of the pictures that go out.
///
/// Owned by the video thread.
struct PreviewStage: ~Copyable {
  private let tap: PreviewTap
  private let logger: Logger
  private var scaler: PreviewScaler?

  init(_ context: SessionContext) {
    tap = context.tap
    logger = context.logger
  }

  /// Looks whether anybody wants to see this picture.
  mutating func show(_ picture: borrowing Picture) {
    let requests = tap.requests(at: .now())
    if let limit = requests.preview {
      let size = picture.size.fitted(in: limit)
      do {
        if scaler?.size != size || scaler?.source != picture.size {
          scaler = try PreviewScaler(from: picture.size, to: size)
        }
        if let pixels = try scaler?.pixels(of: picture) { tap.put(PreviewPicture(size: size, pixels: pixels)) }
      } catch { logger.debug("no preview", metadata: ["reason": "\(error)"]) }
    }
    if !requests.snapshots.isEmpty { save(picture, for: requests.snapshots) }
  }

  /// Writes the picture on a thread of its own: compressing and the disk take longer than a frame.
  private func save(_ picture: borrowing Picture, for requests: [SnapshotRequest]) {
    let logger = logger
    @Sendable func tell(_ result: Result<String, OperatorFailure>) {
      switch result {
      case .success(let path): logger.notice("snapshot \(path)")
      case .failure(let failure): logger.warning("\(failure)")
      }
      for request in requests { request.answer(result) }
    }
    @Sendable func failed(_ error: any Error) { tell(.failure(OperatorFailure("no snapshot: \(error)", .inputOutput))) }
    do {
      let image = try RGBPicture(picture)
      try DetachedThread.start(name: "snapshot") {
        do {
          guard let directory = requests.first?.directory else { return }
          let path = try RecordingPath.make(in: directory, type: "png")
          try image.writePNG(to: path)
          tell(.success(path))
        } catch { failed(error) }
      }
    } catch { failed(error) }
  }
}
