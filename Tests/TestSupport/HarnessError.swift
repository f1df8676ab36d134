/// Why a tool, a server or a recording that a test stands on did not do its part.
public enum HarnessError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A program that the tests need is not installed.
  case missingTool(String)
  /// A program did not start.
  case notStarted(tool: String, reason: String)
  /// A program ended otherwise than it should; `output` is the end of what it wrote.
  case failed(command: String, termination: Termination, output: String)
  /// A state was not reached in time; `output` is the end of what the program wrote.
  case timedOut(waitingFor: String, after: Duration, output: String)
  /// A program ended while something was still expected from it.
  case endedEarly(waitingFor: String, termination: Termination, output: String)
  /// A tool's answer is not what it should look like.
  case unreadable(what: String, reason: String)

  /// What happened and what to do, in one line; then the program's last output.
  public var description: String {
    switch self {
    case .missingTool(let name): "\(name) is not installed; run assets/setup --tests"
    case .notStarted(let tool, let reason): "\(tool) does not start: \(reason)"
    case .failed(let command, let termination, let output): "\(command): \(termination)\(Self.quoted(output))"
    case .timedOut(let what, let limit, let output): "no \(what) within \(limit)\(Self.quoted(output))"
    case .endedEarly(let what, let termination, let output):
      "the program ended (\(termination)) before \(what)\(Self.quoted(output))"
    case .unreadable(let what, let reason): "\(what) cannot be read: \(reason)"
    }
  }

  private static func quoted(_ output: String) -> String { output.isEmpty ? "" : "; its last words:\n\(output)" }
}

/// How a program ended.
public enum Termination: Hashable, Sendable, CustomStringConvertible {
  /// By itself, with this status.
  case exit(Int32)
  /// By this signal.
  case signal(Int32)

  /// Whether it ended by itself with status 0.
  public var isSuccess: Bool { self == .exit(0) }

  /// The end in words.
  public var description: String {
    switch self {
    case .exit(let status): "exit status \(status)"
    case .signal(let number): "killed by signal \(number)"
    }
  }
}
