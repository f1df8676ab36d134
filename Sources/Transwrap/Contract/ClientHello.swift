internal import FoundationEssentials

/// What a client that cannot set headers says in its first frame: `{"token":"…"}`, with `"session":"…"` to go on.
public struct ClientHello: Equatable, Sendable {
  /// The bearer token.
  public var token: String
  /// The session to go on with.
  public var session: SessionID?

  /// The longest text that is looked at.
  public static let byteLimit = 16 << 10

  /// Makes a hello.
  public init(token: String, session: SessionID?) {
    self.token = token
    self.session = session
  }

  private struct Fields: Codable {
    var token: String
    var session: String?
  }

  /// Reads a text frame; `nil` where it is none.
  public init?(json: String) {
    guard json.utf8.count <= Self.byteLimit,
      let fields = try? JSONDecoder().decode(Fields.self, from: Data(json.utf8))
    else { return nil }
    token = fields.token
    guard let text = fields.session else { return }
    guard let session = SessionID(text) else { return nil }
    self.session = session
  }

  /// The text frame.
  public var json: String {
    let data = try? JSONEncoder().encode(Fields(token: token, session: session?.text))
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension ClientHello: CustomStringConvertible, CustomReflectable {
  /// Never with the token.
  public var description: String { "<hello>" }
  /// Nothing to see.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
