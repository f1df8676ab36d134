internal import Broadcast
internal import FoundationEssentials
internal import Glibc
internal import Interface
internal import Service
internal import Settings

/// One JSON object a line and second, to a file or to standard output.
struct StatusFile: Sendable {
  private let writer: LineWriter

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
        throw OperatorFailure("\(path): cannot be written: name another file with --json-status", .cannotCreate)
      }
      writer = LineWriter(descriptor, name: "json-status", limit: 2)
    }
  }

  /// Writes a line; a reader that went away or a full disk does not touch the broadcast.
  func write(_ status: BroadcastStatus) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(status) else { return }
    writer.write(String(decoding: line, as: UTF8.self) + "\n")
  }

  /// Waits, but not long, until everything is written; before the process ends.
  func flush() { writer.flush() }
}
