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

  /// The failure for a name that no channel has; the saved ones come first, for most such names are mistyped.
  package static func unknown(
    _ name: String, saved: [String], account: AccountAnswer
  ) -> OperatorFailure {
    let known = ["local"] + saved
    let cause = "no channel '\(name)' is saved (there are \(known.joined(separator: ", ")))"
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
