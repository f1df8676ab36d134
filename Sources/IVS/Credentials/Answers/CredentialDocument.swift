internal import FoundationEssentials

/// The JSON that metadata services, programs and STS give credentials in; it shows in no dump.
struct CredentialDocument: Decodable, CustomReflectable {
  /// A time as text, or as seconds since 1970.
  enum Time: Decodable {
    case text(String)
    case seconds(Double)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .seconds(try container.decode(Double.self))
      }
    }
  }

  var version: Int?
  var accessKeyID: String?
  var secretAccessKey: String?
  /// By processes and STS.
  var sessionToken: String?
  /// By metadata services.
  var token: String?
  var expiration: Time?

  enum CodingKeys: String, CodingKey {
    case version = "Version"
    case accessKeyID = "AccessKeyId"
    case secretAccessKey = "SecretAccessKey"
    case sessionToken = "SessionToken"
    case token = "Token"
    case expiration = "Expiration"
  }

  init(accessKeyID: String?, secretAccessKey: String?, sessionToken: String?, expiration: String?) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration.map(Time.text)
  }

  /// `nil` where it is no JSON object of this shape; the reason is kept back, since it may quote the text.
  init?(json: [UInt8]) {
    guard let document = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
    self = document
  }

  /// Whether it has all that a metadata service gives.
  var isWhole: Bool { accessKeyID != nil && secretAccessKey != nil && token != nil && expiration != nil }

  /// The credentials in it.
  func credentials(place: String, source: String) throws(CredentialError) -> AWSCredentials {
    guard let accessKeyID, !accessKeyID.isEmpty else { throw .incomplete(source: place, missing: "AccessKeyId") }
    guard let secretAccessKey, !secretAccessKey.isEmpty else {
      throw .incomplete(source: place, missing: "SecretAccessKey")
    }
    let seconds: Double?
    switch expiration {
    case nil: seconds = nil
    case .seconds(let value): seconds = value
    case .text(let text):
      guard let value = Timestamp(text)?.seconds else {
        throw .failed(source: place, reason: "Expiration is no time such as 2030-01-31T12:00:00Z")
      }
      seconds = value
    }
    let token = [sessionToken, token].compactMap { $0 }.first { !$0.isEmpty }
    return AWSCredentials(
      accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: token, expiration: seconds,
      source: source)
  }

  var customMirror: Mirror { Mirror(self, children: []) }
}
