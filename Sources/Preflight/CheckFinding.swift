internal import Broadcast
internal import Capture
internal import Codec
internal import Interface
internal import Media
internal import Settings

/// What a probe has to say.
struct CheckFinding: Equatable, Sendable {
  var verdict: CheckRow.Verdict
  /// What was found, or what is wrong.
  var cause: String
  /// What to do.
  var remedy: String?
  /// With failures alone.
  var exitStatus: ExitStatus?

  /// All is well.
  static func pass(_ found: String) -> CheckFinding { CheckFinding(verdict: .pass, cause: found) }

  /// It goes, but.
  static func warn(_ cause: String, _ remedy: String) -> CheckFinding {
    CheckFinding(verdict: .warn, cause: cause, remedy: remedy)
  }

  /// It does not go.
  static func fail(_ cause: String, _ remedy: String, _ status: ExitStatus) -> CheckFinding {
    CheckFinding(verdict: .fail, cause: cause, remedy: remedy, exitStatus: status)
  }

  /// Not looked at.
  static func skipped(_ reason: String) -> CheckFinding { CheckFinding(verdict: .skipped, cause: reason) }

  /// Not looked at, because what it builds upon does not work.
  static func needs(_ other: CheckRow.Identifier) -> CheckFinding { .skipped("needs: \(other.title)") }

  /// It does not go.
  /// - Parameter otherwise: what to do where the error does not say it.
  static func fail(
    _ error: any Error, _ otherwise: String = "try again; if it stays so, choose another device or file"
  ) -> CheckFinding {
    let failure = OperatorFailure(any: error)
    return .fail(failure.explanation.cause, failure.explanation.remedy ?? otherwise, failure.exitStatus)
  }

  /// The same as a warning: the broadcast has another way.
  func softened(_ way: String) -> CheckFinding {
    guard verdict == .fail else { return self }
    return .warn(cause, (remedy.map { "\($0); " } ?? "") + way)
  }
}

/// A finding with what was made for the probes that build upon it; `nil` ends those.
struct Probed<Value: Sendable>: Sendable {
  var finding: CheckFinding
  var value: Value?

  init(_ finding: CheckFinding, _ value: Value? = nil) {
    self.finding = finding
    self.value = value
  }
}

extension Probed where Value == Bool {
  /// A finding upon which others build: true where it is no failure.
  init(_ finding: CheckFinding) {
    self.init(finding, finding.verdict != .fail)
  }
}
