internal import Media
internal import NIOCore

/// What is wrong with an SRT URL; never says the part that may be a secret.
public enum SRTEndpointError: Error, Equatable, Sendable, CustomStringConvertible {
  case notSRT
  case missingHost
  case invalidHost(String)
  case invalidPort(String)
  case userInformation
  case containsSecret(host: String)
  case containsQuery(host: String)
  case invalidLatency(host: String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .notSRT: "this is no SRT URL: give srt://HOST:9000"
    case .missingHost: "the SRT URL has no host: give srt://HOST:9000"
    case .invalidHost(let host): "'\(host)' is no host name or address: give srt://HOST:9000"
    case .invalidPort(let port): "'\(port)' is no port: give a number from 1 to 65535"
    case .userInformation: "the SRT URL holds a user name or password, which SRT has no use for: leave it out"
    case .containsSecret(let host):
      "the SRT URL for \(host) holds a stream id or a passphrase: give the stream key with --stream-key-file or "
        + "IVS_STREAM_KEY, the passphrase with --passphrase-file or IVS_SRT_PASSPHRASE, and renew them if others may "
        + "have seen them"
    case .containsQuery(let host):
      "the SRT URL for \(host) goes on after the port: only ?latency=MILLISECONDS may stand there"
    case .invalidLatency(let host):
      "the latency in the SRT URL for \(host) is not within 20 to 16000 milliseconds"
    }
  }
}

/// Where a stream is published over SRT: everything of the URL but stream id and passphrase.
public struct SRTEndpoint: Hashable, Sendable, CustomStringConvertible {
  /// The port where a URL names none; Amazon IVS listens there.
  public static let defaultPort = 9000
  /// The latency where a URL names none.
  ///
  /// SRT's documentation asks for three to four round trips, so that what is lost can be sent again in time. One second
  /// is enough for 250 ms, which few paths on earth reach. Amazon IVS recommends no figure. Whoever receives may want
  /// more: the greater wish holds (SRT draft §4.5).
  public static let defaultLatency: Duration = .seconds(1)

  /// What may be wished for; a receiver that wants more gets no more than the most of it.
  static let latencies: ClosedRange<Duration> = .milliseconds(20) ... .seconds(16)

  /// The latency to send with to a receiver that wants `wish` (SRT draft §4.5): the greater one, within bounds.
  func agreedLatency(with wish: Duration) -> Duration { min(max(wish, latency), Self.latencies.upperBound) }

  /// A host name or an address, without brackets.
  public let host: String
  /// 1…65535.
  public let port: Int
  /// How long the receiver waits for packets that were lost, in whole milliseconds; 20 ms…16 s.
  public let latency: Duration

  /// Makes an endpoint from its parts, which have to be as ``init(parsing:)`` accepts them.
  public init(
    host: String, port: Int = Self.defaultPort, latency: Duration = Self.defaultLatency
  ) throws(SRTEndpointError) {
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    let isName = !host.isEmpty && host.utf8.count <= 253 && host.unicodeScalars.allSatisfy(Self.isNameCharacter)
    guard !host.isEmpty else { throw .missingHost }
    guard isAddress || isName else { throw .invalidHost(ForeignText.cleaned(host)) }
    guard (1...65535).contains(port) else { throw .invalidPort("\(port)") }
    guard Self.latencies.contains(latency) else { throw .invalidLatency(host: host) }
    self.host = host
    self.port = port
    self.latency = latency
  }

  /// Reads `srt://HOST`, `srt://[::1]:9000`, `srt://HOST:9000?latency=2000`; a secret in the URL is refused and not
  /// repeated in the error.
  public init(parsing url: String) throws(SRTEndpointError) {
    guard Self.isMeant(by: url) else { throw .notSRT }
    let rest = url.dropFirst("srt://".count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.contains("@") else { throw .userInformation }
    let (host, port) = try Self.split(authority)
    // The host is checked before it may be shown.
    let endpoint = try SRTEndpoint(host: host, port: port ?? Self.defaultPort)
    var query = rest[authority.endIndex...]
    if query.hasPrefix("/") { query.removeFirst() }
    guard !query.isEmpty else {
      self = endpoint
      return
    }
    let lowered = query.lowercased()
    guard !["streamid", "passphrase", "sk_", "#!"].contains(where: { lowered.contains($0) }) else {
      throw .containsSecret(host: host)
    }
    guard lowered.hasPrefix("?latency="), !lowered.contains("&") else { throw .containsQuery(host: host) }
    let digits = query.dropFirst("?latency=".count)
    guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits)
    else { throw .invalidLatency(host: host) }
    try self.init(host: host, port: endpoint.port, latency: .milliseconds(number))
  }

  /// Whether a text is meant as an SRT URL.
  public static func isMeant(by text: String) -> Bool { text.prefix(6).lowercased() == "srt://" }

  private static func split(_ authority: Substring) throws(SRTEndpointError) -> (host: String, port: Int?) {
    var host = authority
    var portText: Substring?
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { throw .invalidHost(ForeignText.cleaned(authority)) }
      host = authority[authority.index(after: authority.startIndex)..<end]
      let after = authority[authority.index(after: end)...]
      guard host.contains(":"), after.isEmpty || after.hasPrefix(":") else {
        throw .invalidHost(ForeignText.cleaned(authority))
      }
      if !after.isEmpty { portText = after.dropFirst() }
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      portText = authority[authority.index(after: colon)...]
    }
    guard !host.isEmpty else { throw .missingHost }
    guard let portText else { return (String(host), nil) }
    guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(portText),
      (1...65535).contains(port)
    else { throw .invalidPort(ForeignText.cleaned(portText.prefix(20))) }
    return (String(host), port)
  }

  private static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
    default: false
    }
  }

  /// `host:port`, with brackets where an IPv6 address needs them.
  public var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// The URL without anything secret: `srt://host:9000`.
  public var description: String {
    "srt://\(authority)" + (latency == Self.defaultLatency ? "" : "?latency=\(latency.wholeMilliseconds)")
  }
}

extension Duration {
  /// The duration in whole milliseconds, as SRT's options have it.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
