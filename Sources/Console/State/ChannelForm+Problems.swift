internal import Interface

extension ChannelForm {
  /// What is wrong with a field, as it is now; empty fields are wrong only after saving was tried.
  func problem(_ field: Field) -> String? {
    let text = trimmed(field)
    if text.isEmpty { return isSubmitted ? missing(field) : nil }
    switch field {
    case .name:
      if text == "local" { return "\"local\" is the built-in channel" }
      let isPlain = text.allSatisfy { $0.isLetter || $0.isNumber || "-_. ".contains($0) }
      return isPlain ? nil : "letters, digits, space, - _ and . only"
    case .ingest: return IngestAddress.problem(text)
    case .key:
      if text.contains("://") { return "this is a URL; the key alone goes here" }
      return text.contains(where: \.isWhitespace) ? "a key has no spaces" : nil
    case .playback:
      let parts = IngestAddress.parts(text)
      guard let parts, ["http", "https"].contains(parts.scheme) else { return "begins with https:// or http://" }
      return parts.host.isEmpty ? "the host is missing" : nil
    }
  }

  /// The profile, if every field is right; otherwise the first field that is not.
  func profile() -> Result<ChannelProfile, InvalidField> {
    var submitted = self
    submitted.isSubmitted = true
    if let field = Field.allCases.first(where: { submitted.problem($0) != nil }) {
      return .failure(InvalidField(field: field))
    }
    return .success(
      ChannelProfile(
        name: trimmed(.name), ingest: trimmed(.ingest), key: trimmed(.key), playbackURL: trimmed(.playback)))
  }

  /// The field that must be put right first.
  struct InvalidField: Error, Equatable { let field: Field }

  private func missing(_ field: Field) -> String? {
    switch field {
    case .name: "give it a name"
    case .ingest: "the ingest URL is missing"
    case .key: "the \(label(.key).lowercased()) is missing"
    case .playback: nil
    }
  }

  private func trimmed(_ field: Field) -> String {
    var text = Substring(self[field].text)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
