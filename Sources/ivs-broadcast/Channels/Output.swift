internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import Service

/// Where the commands on channels write: results to standard output, everything else to standard error.
enum Output {
  /// How wide the terminal is that results go to; `nil` where they go elsewhere.
  static var columns: Int? {
    guard isatty(StandardOutput.descriptor) == 1 else { return nil }
    var (columns, rows) = (Int32(0), Int32(0))
    guard unsafe clinux_terminal_size(StandardOutput.descriptor, &columns, &rows) == 0, columns > 0 else { return 80 }
    return Int(columns)
  }

  /// Writes a line, or several.
  static func result(_ text: String) { LineWriter.writeAll(text.namingOptions + "\n", to: StandardOutput.descriptor) }

  /// Writes a value as JSON.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    result(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Says something about the work.
  static func note(_ text: String) { LineWriter.writeAll(text.namingOptions + "\n", to: STDERR_FILENO) }

  /// Shows how far the work is, in place of what was shown before; on a terminal only.
  static func progress(_ text: String) {
    if isatty(STDERR_FILENO) == 1 { LineWriter.writeAll("\r\u{1B}[K\(text)", to: STDERR_FILENO) }
  }

  /// Takes the progress away.
  static func clearProgress() { progress("") }
}
