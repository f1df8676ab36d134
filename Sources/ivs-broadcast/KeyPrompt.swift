internal import Glibc
internal import Service

/// Asks a person at a terminal for a stream key without showing it.
enum KeyPrompt {
  /// The answer; `nil` where there is no terminal, nothing was typed, or it was given up with Control-C.
  static func ask(_ question: String) -> String? {
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
    var before = termios()
    guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var silent = before
    // Signals are read as characters, so that no way out leaves the terminal silent.
    silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer { unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
    say(question)
    defer { say("\n") }
    let answer = String(decoding: typedBytes(), as: UTF8.self)
    return answer.isEmpty ? nil : answer
  }

  private static func typedBytes() -> [UInt8] {
    var typed: [UInt8] = []
    while typed.count < 4096 {
      var byte: UInt8 = 0
      guard unsafe read(STDIN_FILENO, &byte, 1) == 1 else { return [] }
      switch byte {
      case 0x0A, 0x0D: return typed
      case 0x03, 0x04, 0x1C: return []
      case 0x08, 0x7F: _ = typed.popLast()
      default: typed.append(byte)
      }
    }
    return []
  }

  private static func say(_ text: String) { LineWriter.writeAll(text, to: STDERR_FILENO) }
}
