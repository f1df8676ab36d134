public import Settings

/// Everything that was looked at.
///
/// A value: `--json` is its encoding.
public struct CheckReport: Encodable, Equatable, Sendable {
  /// One for each ``CheckRow/Identifier``, in their order.
  public let rows: [CheckRow]

  /// Whether a broadcast would go.
  public var isReady: Bool { problems == 0 }
  /// How many rows failed.
  public var problems: Int { rows.count { $0.verdict == .fail } }
  /// How many rows warn.
  public var warnings: Int { rows.count { $0.verdict == .warn } }

  /// That of the first failing row; success where none fails.
  public var exitStatus: ExitStatus {
    rows.first { $0.verdict == .fail }.map { $0.exitStatus ?? .software } ?? .success
  }

  /// `ready to go live`, `2 problems, 1 warning`.
  public var verdict: String {
    func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
    let warned = warnings == 0 ? "" : ", \(count(warnings, "warning"))"
    return (isReady ? "ready to go live" : count(problems, "problem")) + warned
  }

  private enum CodingKeys: CodingKey { case ready, exitCode, problems, warnings, rows }

  /// One object: `ready`, `exitCode`, `problems`, `warnings`, and the `rows`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(isReady, forKey: .ready)
    try container.encode(exitStatus.rawValue, forKey: .exitCode)
    try container.encode(problems, forKey: .problems)
    try container.encode(warnings, forKey: .warnings)
    try container.encode(rows, forKey: .rows)
  }
}
