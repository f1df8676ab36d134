internal import Codec
internal import FoundationEssentials
internal import Logging
internal import Media
internal import RTMP
internal import Synchronization

/// Writes one publication after the other to recordings and as HLS.
///
/// What cannot be written is tried again later, each by itself: the stream goes on, and its end is complete.
final class PublicationWriter: Sendable {
  private let recordings: Recordings
  /// Of the live segments.
  private let directory: String
  private let playing: Playing
  private let logger: Logger
  private let turns = Turns()

  init(recordingPath: String, directory: String, playing: Playing, logger: Logger) {
    recordings = Recordings(path: recordingPath)
    (self.directory, self.playing, self.logger) = (directory, playing, logger)
  }

  /// Writes until the publication is over.
  ///
  /// Blocks on the disk, so for a thread of its own.
  func write(_ publication: Publication) async {
    // A publisher that comes back waits until the files of its last connection are complete.
    await turns.take()
    let description = publication.description
    var recording = ResumingWriter(description) { [recordings] in recordings.next() }
    var live = ResumingWriter(description) { [directory, playing] in
      // A page must not take the segments of what was before for those of this one.
      Self.clear(directory)
      playing.begin(description)
      return .hls(directory: directory)
    }
    for await packet in publication.packets {
      if let event = recording.write(packet) { tell(event, of: "recording") }
      if let event = live.write(packet) { tell(event, of: "playback") }
    }
    do { try recording.finish() } catch { logger.error("recording could not be completed: \(error)") }
    do { try live.finish() } catch { logger.error("playback could not be completed: \(error)") }
    await turns.give()
  }

  private func tell(_ event: ResumingWriter.Event, of name: String) {
    switch event {
    case .failed(let error): logger.error("\(name) ended, the stream goes on: \(error)")
    case .resumed(let path): logger.notice("\(name) goes on: \(path)")
    }
  }

  /// Removes the live segments and their playlist.
  private static func clear(_ directory: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
      try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")
    }
  }
}

/// The path of the first recording, then numbered ones: a publisher that comes back begins a new file.
private final class Recordings: Sendable {
  private let path: String
  private let count = Mutex(0)

  init(path: String) { self.path = path }

  func next() -> StreamWriter.Format {
    .matroska(
      part: count.withLock { count in
        count += 1
        return count
      }, of: path)
  }
}
