internal import FoundationEssentials

/// What STS answers: JSON where it heeds the request's `Accept`, else XML.
enum STSAnswer {
  private struct Envelope: Decodable {
    struct Response: Decodable {
      let result: Outcome
      enum CodingKeys: String, CodingKey { case result = "AssumeRoleWithWebIdentityResult" }
    }
    struct Outcome: Decodable {
      let credentials: CredentialDocument
      enum CodingKeys: String, CodingKey { case credentials = "Credentials" }
    }
    struct Fault: Decodable {
      let code: String?
      let message: String?
      enum CodingKeys: String, CodingKey {
        case code = "Code"
        case message = "Message"
      }
    }
    let response: Response?
    let error: Fault?
    enum CodingKeys: String, CodingKey {
      case response = "AssumeRoleWithWebIdentityResponse"
      case error = "Error"
    }
  }

  /// The credentials of an answer with status 200.
  static func credentials(_ body: [UInt8]) -> CredentialDocument? {
    if isJSON(body) {
      return (try? JSONDecoder().decode(Envelope.self, from: Data(body)))?.response?.result.credentials
    }
    let text = String(decoding: body, as: UTF8.self)
    guard let part = element("Credentials", of: text[...]) else { return nil }
    return CredentialDocument(
      accessKeyID: value("AccessKeyId", of: part), secretAccessKey: value("SecretAccessKey", of: part),
      sessionToken: value("SessionToken", of: part), expiration: value("Expiration", of: part))
  }

  /// Code and words of an answer with another status, as ` (Code: words)`.
  static func refusal(_ body: [UInt8]) -> String? {
    let code: String?
    let message: String?
    if isJSON(body) {
      let fault = (try? JSONDecoder().decode(Envelope.self, from: Data(body)))?.error
      (code, message) = (fault?.code, fault?.message)
    } else {
      let text = String(decoding: body, as: UTF8.self)
      guard let part = element("Error", of: text[...]) else { return nil }
      (code, message) = (value("Code", of: part), value("Message", of: part))
    }
    let words = [code, message].compactMap { $0 }.joined(separator: ": ")
    return words.isEmpty ? nil : " (\(SafeText.line(words)))"
  }

  private static func isJSON(_ body: [UInt8]) -> Bool {
    body.first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 } == 0x7b
  }

  /// What is between `<name>` and `</name>`; these elements have no attributes and no elements of the same name.
  private static func element(_ name: String, of text: Substring) -> Substring? {
    guard let begin = text.firstRange(of: "<\(name)>"),
      let end = text[begin.upperBound...].firstRange(of: "</\(name)>")
    else { return nil }
    return text[begin.upperBound..<end.lowerBound]
  }

  private static func value(_ name: String, of text: Substring) -> String? {
    guard let content = element(name, of: text)?.trimmed else { return nil }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#43;", "+"), ("&amp;", "&")]
    return entities.reduce(String(content)) { $0.replacing($1.0, with: $1.1) }
  }
}
