internal import Interface
internal import Media
package import Settings

extension SavedChannels {
  /// What asking the AWS account for a name came to.
  package enum AccountAnswer: Sendable {
    /// It has no channel of that name.
    case none
    /// It could not be asked.
    case unasked(OperatorFailure)
  }

  /// That no channel of that name is saved, and which ones are.
  package static func notSaved(_ name: String, saved: [String]) -> String {
    "no channel '\(name)' is saved (there \(saved.count == 1 ? "is" : "are") \(saved.joined(separator: ", ")))"
  }

  /// The failure for a name that no channel has; the saved ones come first, for most such names are mistyped.
  package static func unknown(
    _ name: String, saved: [String], account: AccountAnswer
  ) -> OperatorFailure {
    let known = ["local"] + saved
    let cause = notSaved(name, saved: known)
    let remedy =
      suggestion(for: name, among: known).map { "did you mean '\($0)'?" }
      ?? "choose one of these, or give an ARN or an ingest URL"
    switch account {
    case .none:
      return OperatorFailure("\(cause), and the AWS account has none of that name", remedy, .configuration)
    case .unasked(let reason):
      return OperatorFailure(
        "\(cause), and the AWS account was not asked: \(reason.explanation.cause)", remedy, reason.exitStatus)
    }
  }
}
