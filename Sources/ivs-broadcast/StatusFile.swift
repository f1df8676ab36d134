internal import Broadcast
internal import Foundation

/// One JSON object a line and second, to a file or to standard output.
struct StatusFile: Sendable {
  private let writer: LineWriter

  /// Opens `path`, or standard output for `-`.
  init(path: String) throws {
    if path == "-" {
      writer = LineWriter(.standardOutput, name: "json-status", limit: 2)
    } else {
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0o644)
      guard descriptor >= 0 else {
        throw BroadcastFailure("\(path): cannot be written: name another file with --json-status", .cannotCreate)
      }
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      writer = LineWriter(handle, name: "json-status", limit: 2)
    }
  }

  /// Writes a line; a reader that went away or a full disk does not touch the broadcast.
  func write(_ status: BroadcastStatus) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard var line = try? encoder.encode(status) else { return }
    line.append(UInt8(ascii: "\n"))
    writer.write(line)
  }

  /// Waits, but not long, until everything is written; before the process ends.
  func flush() { writer.flush() }
}
