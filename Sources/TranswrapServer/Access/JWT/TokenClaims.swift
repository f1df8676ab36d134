internal import Media

/// What the issuer says in a token (RFC 7519 §4.1); a claim of the wrong type is a refusal, not a missing claim.
struct TokenClaims {
  let values: [String: JSONText.Value]

  /// A subject is a name, not a text.
  private static let longestSubject = 255
  /// The end of the year 9999, in seconds since 1970: later ends are as good as this one.
  private static let endOfTime = 253_402_300_799.0
  /// How far the issuer's clock may be ahead.
  private static let leeway = 60.0

  /// Who the token is of, where it is taken for `channel` at `today`, in seconds since 1970.
  func pass(
    _ settings: ProxySettings.JWT, for channel: String, at today: Double
  ) throws(AccessRefusal) -> Pass {
    guard values["iss"]?.text == settings.issuer else { throw .invalidToken("another issuer") }
    guard let expires = values["exp"]?.number else { throw .invalidToken("without an end: exp has to be a number") }
    guard expires > today else { throw .invalidToken("expired") }
    if let value = values["nbf"] {
      guard let start = value.number else { throw .invalidToken("nbf is not a number") }
      guard start <= today + Self.leeway else { throw .invalidToken("not valid yet") }
    }
    if let audience = settings.audience, try !audiences().contains(audience) {
      throw .invalidToken("another audience")
    }
    if let use = values["token_use"], !["access", "id"].contains(use.text) { throw .invalidToken("not for access") }
    guard let subject = values["sub"]?.text, (1...Self.longestSubject).contains(subject.utf8.count),
      subject.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw .invalidToken("of nobody: sub has to be a name") }
    let channels = words(settings.channelsClaim)
    guard channels.contains(channel) || channels.contains("*") else { throw .notForChannel }
    return Pass(
      holder: Holder(
        identity: .subject(subject), name: ForeignText.cleaned("jwt:\(subject)", limit: Self.longestSubject + 4)),
      expires: Int64(min(expires, Self.endOfTime).rounded(.down)))
  }

  /// `aud`, one or a list (RFC 7519 §4.1.3); `client_id` where there is none, as in Cognito's access tokens.
  private func audiences() throws(AccessRefusal) -> [String] {
    guard let value = values["aud"] ?? values["client_id"] else { return [] }
    guard let list = value.texts ?? value.text.map({ [$0] }) else { throw .invalidToken("aud is not a text or a list") }
    return list
  }

  /// A claim that is a list of texts, or a text of words.
  private func words(_ name: String) -> [String] {
    guard let value = values[name] else { return [] }
    return value.texts ?? value.text?.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init) ?? []
  }
}
