public import Media

/// Why there is no full-screen console.
public enum TerminalError: ExplainedError, Equatable, Sendable {
  /// Standard input or output is not a terminal.
  case notATerminal
  /// TERM is not set, or nothing is known of what it names.
  case unknownType(String)
  /// The terminal cannot place its cursor, as `dumb` ones cannot.
  case notCapable(String)
  /// A system call failed.
  case call(String, errno: Int32)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .notATerminal:
      Explanation("the console needs a terminal for input and output", "use the stream command without one")
    case .unknownType(""):
      Explanation("TERM is not set, so the terminal's type is not known", "set it, as in TERM=xterm-256color")
    case .unknownType(let type):
      Explanation("no terminal description for TERM=\(type)", "install ncurses-term or set TERM")
    case .notCapable(let type):
      Explanation("TERM=\(type) cannot place its cursor", "use another terminal or the stream command")
    case .call(let name, let number): Explanation("terminal: \(name): \(systemMessage(number))")
    }
  }
}
