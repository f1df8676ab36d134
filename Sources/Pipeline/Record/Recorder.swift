internal import Codec
internal import FoundationEssentials
internal import Interface
internal import Logging
internal import Media
internal import NIOCore
internal import Packets
package import Settings
internal import Synchronization

/// Writes the broadcast's packets to a Matroska file beside the channel; its failure never touches the stream.
final class Recorder: Sendable {
  /// Where the recording goes.
  let path: String
  /// Holds ten seconds for a disk that is slow.
  let queue: PacketQueue
  private let progress = Mutex(BroadcastStatus.Recording())
  private let parts = Mutex(0)
  private let bytes = Atomic<Int>(0)
  private let logger: Logger

  /// Prepares a recording in `directory`, which is made where it is missing.
  /// - Throws: one line if the directory cannot be made or written to.
  init(directory: String, soundDelay: Duration, logger: Logger) throws(OperatorFailure) {
    path = try RecordingPath.make(in: directory)
    queue = PacketQueue(limit: .seconds(10), soundDelay: soundDelay)
    self.logger = logger
    progress.withLock { [path] in $0.path = path }
  }

  /// What is written so far.
  var status: BroadcastStatus.Recording {
    var status = progress.withLock { $0 }
    status.bytes = bytes.sum
    status.droppedFrames = queue.droppedVideo
    return status
  }

  /// Writes until the queue is finished; meant for a thread of its own, as writing blocks.
  ///
  /// Where writing fails it is tried again in a new file, while the queue is emptied all the same.
  func run(_ stream: StreamDescription) async {
    var writer = ResumingWriter(stream) { [self] in
      let part = parts.withLock { parts in
        parts += 1
        return parts
      }
      return .matroska(part: part, of: path)
    }
    while let packet = await queue.next() {
      if let event = writer.write(packet) { tell(event) }
      if writer.isWriting { bytes.count(packet.payload.readableBytes) }
    }
    do { try writer.finish() } catch { tell(.failed(error)) }
  }

  /// Removes what was written; after ``run(_:)``.
  func discard() {
    for part in 0..<parts.withLock({ $0 }) {
      guard case .matroska(let path) = StreamWriter.Format.matroska(part: part + 1, of: path) else { continue }
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  private func tell(_ event: ResumingWriter.Event) {
    switch event {
    case .failed(let error):
      let reason = "\(error)"
      progress.withLock { $0.failure = reason }
      logger.error("recording ended, the stream continues", metadata: ["reason": "\(reason)"])
    case .resumed(let path):
      progress.withLock { ($0.path, $0.failure) = (path, nil) }
      logger.notice("recording again, to \(path)")
    }
  }
}

/// Names recordings by the date and time at which they began; for people, so by the wall clock.
package enum RecordingPath {
  /// Makes the directory where it is missing.
  /// - Throws: one line if it cannot be made or written to.
  package static func prepare(_ directory: String) throws(OperatorFailure) {
    do {
      // The owner's and the group's; what is there already keeps its mode.
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
    } catch {
      throw OperatorFailure(
        "\(directory): cannot be made for recordings", "name another with `record`", .cannotCreate)
    }
    guard FileManager.default.isWritableFile(atPath: directory) else {
      throw OperatorFailure("\(directory): cannot be written to", "name another directory with `record`", .cannotCreate)
    }
  }

  /// A path in `directory` that does not exist yet; the directory is made where it is missing.
  /// - Throws: one line if the directory cannot be made or written to.
  package static func make(in directory: String, type: String = "mkv") throws(OperatorFailure) -> String {
    try prepare(directory)
    let name = WallClock.now("%Y-%m-%d_%H-%M-%S")
    for suffix in [""] + (2...99).map({ "-\($0)" }) {
      let path = "\(directory)/\(name)\(suffix).\(type)"
      if !FileManager.default.fileExists(atPath: path) { return path }
    }
    throw OperatorFailure("\(directory): too many recordings of this second", .cannotCreate)
  }
}
