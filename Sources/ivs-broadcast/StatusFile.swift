internal import Broadcast
internal import FoundationEssentials
internal import Glibc
internal import Interface
internal import Service
internal import Settings
internal import Synchronization

/// One JSON object a line and second, to a file or to standard output.
final class StatusFile: Sendable {
  private let writer: LineWriter
  /// The newest event that was written.
  private let written = Atomic(0)
  /// The newest decision on the bitrate that was.
  private let decisions = Atomic(0)

  /// Opens `path`, or standard output for `-`.
  ///
  /// A file that is made is its owner's alone; one that is there keeps its mode, for others who are to read it.
  init(path: String) throws {
    if path == "-" {
      writer = LineWriter(StandardOutput.descriptor, name: "json-status", limit: 2)
    } else {
      let flags = O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK
      var descriptor = unsafe open(path, O_WRONLY | flags, 0o600)
      // A FIFO without a reader refuses those who only write; its reader may come later.
      if descriptor < 0, errno == ENXIO { descriptor = unsafe open(path, O_RDWR | flags, 0o600) }
      guard descriptor >= 0 else {
        throw OperatorFailure("\(path): cannot be written", "name another file with --json-status", .cannotCreate)
      }
      writer = LineWriter(descriptor, name: "json-status", limit: 2)
    }
  }

  /// Writes a line; a reader that went away or a full disk does not touch the broadcast.
  ///
  /// An event stands in one line, the next after it happened.
  func write(_ status: BroadcastStatus) {
    var status = status
    let before = written.load(ordering: .relaxed)
    status.events.removeAll { $0.id <= before }
    let decided = decisions.load(ordering: .relaxed)
    status.rate.decisions.removeAll { $0.id <= decided }
    if let newest = status.rate.decisions.last { decisions.store(newest.id, ordering: .relaxed) }
    if let newest = status.events.last { written.store(newest.id, ordering: .relaxed) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(status) else { return }
    writer.write(String(decoding: line, as: UTF8.self) + "\n")
  }

  /// Waits, but not long, until everything is written; before the process ends.
  func flush() { writer.flush() }
}
