public import Networking
public import RTMP

/// What a client asks for by the path that it opens a WebSocket on.
public enum PublishRequest: Equatable, Sendable {
  /// `/v1/publish/CHANNEL`: the proxy knows where the channel goes, and its key.
  ///
  /// `?session=ID` goes on with a session whose connection was lost; a client that cannot set headers says the same,
  /// and its token, in its first frame.
  case channel(String, session: SessionID?)
  /// `/rtmps/CODEC/{ingest URL}{key}`, as clients of aws-simple-streaming-webapp send it: the key is in the path.
  case ingest(IngestEndpoint, key: StreamKey)

  /// The longest path that is looked at.
  public static let pathLimit = 2048

  /// Reads a request's path with its query.
  public init(path: String) throws(PublishRequestError) {
    guard path.utf8.count <= Self.pathLimit else { throw .tooLong }
    if let rest = path.dropping(prefix: "/v1/publish/") {
      self = try Self.channel(rest)
    } else if let rest = path.dropping(prefix: "/rtmps/") {
      self = try Self.ingest(rest)
    } else {
      throw .unknownPath
    }
  }

  private static func channel(_ rest: Substring) throws(PublishRequestError) -> PublishRequest {
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, isName(name) else { throw .invalidChannel }
    guard parts.count == 2 else { return .channel(String(name), session: nil) }
    for field in parts[1].split(separator: "&") {
      guard let text = field.dropping(prefix: "session=") else { continue }
      guard let session = SessionID(String(text)) else { throw .invalidSession }
      return .channel(String(name), session: session)
    }
    return .channel(String(name), session: nil)
  }

  /// The codec is only looked at for its form: what comes is recognised by its own bytes.
  private static func ingest(_ rest: Substring) throws(PublishRequestError) -> PublishRequest {
    let codecs = ["h264/", "vp8o/", "mp4a/"]
    guard let codec = codecs.first(where: rest.hasPrefix) else { throw .unknownCodec }
    let target = rest.dropFirst(codec.count)
    guard let schemeEnd = target.firstRange(of: "://"),
      // A key has no slash; the application before it may have one.
      let appEnd = target[schemeEnd.upperBound...].lastIndex(of: "/")
    else { throw .invalidIngest }
    let keyText = String(target[target.index(after: appEnd)...])
    do {
      let endpoint = try IngestEndpoint(parsing: String(target[..<appEnd]))
      return .ingest(endpoint, key: try StreamKey(keyText))
    } catch { throw .invalidIngest }
  }

  /// Whether a text can name a channel: 1 to 64 letters, digits, `-`, `_` and `.`.
  public static func isName(_ text: some StringProtocol) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  /// A path as it may be logged: a channel's name, and of all else nothing, for anything mistyped may hold a key.
  public static func redacted(path: String) -> String {
    let plain = path.prefix { $0 != "?" }
    if plain.hasPrefix("/rtmps/") { return "/rtmps/…" }
    guard let name = plain.dropping(prefix: "/v1/publish/") else { return "/…" }
    // A key in a channel's place is one all the same.
    return isName(name) && !name.hasPrefix("sk_") ? String(plain) : "/v1/publish/…"
  }
}

/// Why a path asks for nothing; never with the path, which may hold a key.
public enum PublishRequestError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooLong
  case unknownPath
  case invalidChannel
  case invalidSession
  case unknownCodec
  case invalidIngest

  /// One line for a person.
  public var description: String {
    switch self {
    case .tooLong: "the path is longer than \(PublishRequest.pathLimit) bytes"
    case .unknownPath: "there is nothing here: publish to /v1/publish/CHANNEL"
    case .invalidChannel: "a channel's name is 1 to 64 letters, digits, '-', '_' and '.'"
    case .invalidSession: "the session is none that this proxy gave out"
    case .unknownCodec: "the codec in the path is none of h264, vp8o and mp4a"
    case .invalidIngest: "the path does not end in rtmps://HOST:443/app/KEY"
    }
  }
}

extension StringProtocol {
  /// What follows `prefix`; `nil` where this does not begin with it.
  func dropping(prefix: String) -> SubSequence? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
