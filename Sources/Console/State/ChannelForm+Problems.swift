internal import Interface

extension ChannelForm {
  /// What is wrong with a field, as it is now; empty fields are wrong only after saving was tried.
  func problem(_ field: Field) -> String? {
    if let refusal = submission.problem(field.rawValue) { return refusal }
    guard trimmed(field).isEmpty else { return profile.problem(field) }
    guard isSubmitted else { return nil }
    // What is saved stays, or comes from the account.
    if field == .key, edited.map({ $0.hasKey || $0.arn != nil }) ?? false { return nil }
    return field == .key ? "the \(label(.key).lowercased()) is missing" : profile.problem(field)
  }

  /// The first field that is wrong, or missing; what was refused may be asked again.
  var invalidField: Field? {
    var submitted = self
    submitted.isSubmitted = true
    submitted.take(Submission())
    return Field.allCases.first { submitted.problem($0) != nil }
  }

  /// The profile as it is now.
  var profile: ChannelProfile {
    ChannelProfile(
      name: trimmed(.name), ingest: trimmed(.ingest), key: trimmed(.key), playbackURL: trimmed(.playback),
      arn: edited?.arn)
  }

  private func trimmed(_ field: Field) -> String {
    var text = Substring(self[field].text)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
