internal import Codec
internal import FoundationEssentials
internal import Logging
internal import Media
internal import RTMP

/// Writes one publication after the other as HLS.
///
/// What cannot be written is tried again later: the stream goes on, and its end is complete.
final class PublicationWriter: Sendable {
  /// Of the live segments.
  private let directory: String
  private let playing: Playing
  private let logger: Logger
  private let turn = AsyncLock()

  init(directory: String, playing: Playing, logger: Logger) {
    (self.directory, self.playing, self.logger) = (directory, playing, logger)
  }

  /// Writes until the publication is over.
  ///
  /// Blocks on the disk, so for a thread of its own.
  func write(_ publication: Publication) async {
    // A publisher that comes back waits until the files of its last connection are complete.
    await turn.lock()
    let description = publication.description
    var live = ResumingWriter(description) { [directory, playing] in
      // A page must not take the segments of what was before for those of this one.
      Self.clear(directory)
      playing.begin(description)
      return .hls(directory: directory)
    }
    for await packet in publication.packets {
      if let event = live.write(packet) { tell(event) }
    }
    do { try live.finish() } catch { logger.error("playback could not be completed: \(error)") }
    await turn.unlock()
  }

  private func tell(_ event: ResumingWriter.Event) {
    switch event {
    case .failed(let error): logger.error("playback ended, the stream continues: \(error)")
    case .resumed(let path): logger.notice("playback continues: \(path)")
    }
  }

  /// Removes the live segments and their playlist.
  private static func clear(_ directory: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
      try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")
    }
  }
}
