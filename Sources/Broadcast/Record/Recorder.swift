internal import Codec
internal import FoundationEssentials
internal import Logging
internal import Media
internal import NIOCore
public import Settings
internal import Synchronization

/// Writes the broadcast's packets to a Matroska file beside the channel; its failure never touches the stream.
final class Recorder: Sendable {
  /// Where the recording goes.
  let path: String
  /// Holds ten seconds for a disk that is slow.
  let queue: PacketQueue
  private let progress = Mutex(BroadcastStatus.Recording())
  private let bytes = Atomic<Int>(0)
  private let logger: Logger

  /// Prepares a recording in `directory`, which is made where it is missing.
  /// - Throws: one line if the directory cannot be made or written to.
  init(directory: String, logger: Logger) throws(OperatorFailure) {
    path = try RecordingPath.make(in: directory)
    queue = PacketQueue(limit: .seconds(10))
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
  func run(_ stream: StreamDescription) async {
    do {
      var writer = try StreamWriter(.matroska(path: path), stream)
      var origin: MediaTime?
      while let packet = await queue.next() {
        let start = origin ?? packet.decodeTime
        origin = start
        try writer.write(packet.on(timelineFrom: start))
        bytes.count(packet.payload.readableBytes)
      }
      try writer.finish()
    } catch {
      let reason = "\(error)"
      progress.withLock { $0.failure = reason }
      logger.error("recording ended, the stream goes on", metadata: ["reason": "\(reason)"])
    }
    // Whatever else comes is let go, so that the queue stays small.
    while await queue.next() != nil {}
  }
}

/// Names recordings by the date and time at which they began; for people, so by the wall clock.
public enum RecordingPath {
  /// Where the local channel records if nothing else is said: `~/Videos/ivs-broadcast`.
  public static var usualDirectory: String {
    "\(SettingsPlace.home)/Videos/ivs-broadcast"
  }

  /// A path in `directory` that does not exist yet; the directory is made where it is missing.
  /// - Throws: one line if the directory cannot be made or written to.
  public static func make(in directory: String, type: String = "mkv") throws(OperatorFailure) -> String {
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw OperatorFailure(
        "\(directory): cannot be made for recordings: name another with --record", .cannotCreate)
    }
    guard FileManager.default.isWritableFile(atPath: directory) else {
      throw OperatorFailure("\(directory): cannot be written to: name another directory with --record", .cannotCreate)
    }
    let name = WallClock.now("%Y-%m-%d_%H-%M-%S")
    for suffix in [""] + (2...99).map({ "-\($0)" }) {
      let path = "\(directory)/\(name)\(suffix).\(type)"
      if !FileManager.default.fileExists(atPath: path) { return path }
    }
    throw OperatorFailure("\(directory): too many recordings of this second", .cannotCreate)
  }
}
