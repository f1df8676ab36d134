internal import Console
internal import Glibc
internal import Media
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
    return typed()
  }

  private static func typed() -> String? {
    var line = SecretLine()
    var bytes = [UInt8](repeating: 0, count: 256)
    while true {
      let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
      guard count > 0 else { return nil }
      switch line.feed(bytes[..<count], at: .now()) {
      case .entered(let text): return text.isEmpty ? nil : text
      case .givenUp: return nil
      case nil: continue
      }
    }
  }

  private static func say(_ text: String) { LineWriter.writeAll(text, to: STDERR_FILENO) }
}
