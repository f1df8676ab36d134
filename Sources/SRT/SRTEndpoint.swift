public import Media
public import Networking

/// What is wrong with an SRT URL; never says the part that may be a secret.
public enum SRTEndpointError: ExplainedError, Equatable, Sendable {
  case notSRT
  case missingHost
  case invalidHost(String)
  case invalidPort(String)
  case userInformation
  case containsSecret(host: String)
  case containsQuery(host: String)
  case invalidLatency(host: String)

  init(_ error: HostError) {
    switch error {
    case .missing: self = .missingHost
    case .invalid(let host): self = .invalidHost(host)
    case .invalidPort(let port): self = .invalidPort(port)
    }
  }

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .notSRT: Explanation("this is no SRT URL", "give srt://HOST:9000")
    case .missingHost: Explanation("the SRT URL has no host", "give srt://HOST:9000")
    case .invalidHost(let host): Explanation("'\(host)' is no host name or address", "give srt://HOST:9000")
    case .invalidPort(let port): HostError.invalidPort(port).explanation
    case .userInformation:
      Explanation("the SRT URL holds a user name or password, which SRT has no use for", "leave it out")
    case .containsSecret(let host):
      Explanation(
        "the SRT URL for \(host) holds a stream id or a passphrase",
        "give the stream key with `stream-key-file` or "
          + "IVS_STREAM_KEY, the passphrase with `passphrase-file` or IVS_SRT_PASSPHRASE, and renew them if others may "
          + "have seen them")
    case .containsQuery(let host):
      Explanation("the SRT URL for \(host) goes on after the port", "only ?latency=MILLISECONDS may stand there")
    case .invalidLatency(let host):
      Explanation("the latency in the SRT URL for \(host) is not within 20 to 16000 milliseconds")
    }
  }
}

/// Where a stream is published over SRT: everything of the URL but stream id and passphrase.
public struct SRTEndpoint: Hashable, PublishEndpoint {
  /// UDP: nobody is there for whom does not name a stream, and its first word is the stream key.
  public var transport: EndpointTransport { .udp(protocolName: "SRT") }
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
    do throws(HostError) {
      self.host = try HostAndPort.checked(host: host)
      self.port = try HostAndPort.checked(port: port)
    } catch { throw SRTEndpointError(error) }
    guard Self.latencies.contains(latency) else { throw .invalidLatency(host: host) }
    self.latency = latency
  }

  /// Reads `srt://HOST`, `srt://[::1]:9000`, `srt://HOST:9000?latency=2000`; a secret in the URL is refused and not
  /// repeated in the error.
  public init(parsing url: String) throws(SRTEndpointError) {
    guard Self.isMeant(by: url) else { throw .notSRT }
    let rest = url.dropFirst("srt://".count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.contains("@") else { throw .userInformation }
    let server: HostAndPort
    do throws(HostError) { server = try HostAndPort(parsing: authority) } catch { throw SRTEndpointError(error) }
    let host = server.host
    let endpoint = try SRTEndpoint(host: host, port: server.port ?? Self.defaultPort)
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

  /// `host:port`, with brackets where an IPv6 address needs them.
  public var authority: String { HostAndPort.authority(host, port) }

  /// The URL without anything secret: `srt://host:9000`.
  public var description: String {
    "srt://\(authority)" + (latency == Self.defaultLatency ? "" : "?latency=\(latency.wholeMilliseconds)")
  }
}
