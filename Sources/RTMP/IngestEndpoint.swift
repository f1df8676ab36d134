public import Media
public import Networking

/// What is wrong with an ingest URL; never says the part that may be a key.
public enum IngestEndpointError: ExplainedError, Equatable, Sendable {
  case unknownScheme(String)
  case missingHost
  case invalidHost(String)
  case invalidPort(String)
  case missingApp(host: String)
  case invalidApp
  case userInformation
  case containsKey(host: String)
  case containsQuery(host: String)

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
    case .unknownScheme(let scheme):
      Explanation("'\(scheme)' is not supported for publishing", "give rtmps://HOST:443/app or rtmp://HOST:1935/app")
    case .missingHost: Explanation("the ingest URL has no host", "give rtmps://HOST:443/app")
    case .invalidHost(let host): Explanation("'\(host)' is no host name or address", "give rtmps://HOST:443/app")
    case .invalidPort(let port): HostError.invalidPort(port).explanation
    case .missingApp(let host):
      Explanation("the ingest URL for \(host) names no application", "give rtmps://\(host)/app")
    case .invalidApp:
      Explanation(
        "the application in the ingest URL may only have letters, digits, '-', '_' and '.', in at most two parts")
    case .userInformation:
      Explanation("the ingest URL holds a user name or password, which RTMP has no use for", "leave it out")
    case .containsKey(let host):
      Explanation(
        "the ingest URL for \(host) goes on after the application, which looks like a stream key",
        "give the key apart from the URL, as with `stream-key-file`, and renew it if others may have seen it")
    case .containsQuery(let host):
      Explanation(
        "the ingest URL for \(host) has a query or fragment",
        "leave it out, and give the stream key apart from the URL, as with `stream-key-file`")
    }
  }
}

/// Where a stream is published: everything of the URL but the key.
public struct IngestEndpoint: Hashable, PublishEndpoint {
  /// How the endpoint is spoken to.
  public enum Scheme: String, Hashable, Sendable {
    /// RTMP in the clear.
    case rtmp
    /// RTMP in TLS.
    case rtmps

    /// The port where a URL names none.
    public var defaultPort: Int { self == .rtmp ? 1935 : 443 }
  }

  /// With or without TLS.
  public let scheme: Scheme
  /// A host name or an address, without brackets.
  public let host: String
  /// 1…65535.
  public let port: Int
  /// TCP, with TLS for RTMPS.
  public var transport: EndpointTransport { .tcp(port: port, usesTLS: scheme == .rtmps) }
  /// The application, with its instance where it has one (`live/stage2`); `app` at IVS.
  public let app: String

  /// Makes an endpoint from its parts, which have to be as ``init(parsing:)`` accepts them.
  public init(scheme: Scheme, host: String, port: Int? = nil, app: String = "app") throws(IngestEndpointError) {
    do throws(HostError) {
      self.host = try HostAndPort.checked(host: host)
      self.port = try HostAndPort.checked(port: port ?? scheme.defaultPort)
    } catch { throw IngestEndpointError(error) }
    guard !app.isEmpty else { throw .missingApp(host: host) }
    let parts = app.split(separator: "/", omittingEmptySubsequences: false)
    guard app.utf8.count <= 128, parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }),
      parts.allSatisfy({ $0.unicodeScalars.allSatisfy(HostAndPort.isNameCharacter) })
    else { throw .invalidApp }
    self.scheme = scheme
    self.app = app
  }

  /// Reads `rtmps://HOST:443/app`, `rtmp://[::1]/app`; a key in the URL is refused and not repeated in the error.
  public init(parsing url: String) throws(IngestEndpointError) {
    guard let schemeEnd = url.firstRange(of: "://") else { throw .unknownScheme("a URL without a scheme") }
    let schemeText = url[..<schemeEnd.lowerBound].lowercased()
    guard let scheme = Scheme(rawValue: schemeText) else {
      throw .unknownScheme(ForeignText.cleaned(String(schemeText.prefix(20))))
    }
    let rest = url[schemeEnd.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.contains("@") else { throw .userInformation }
    let server: HostAndPort
    do throws(HostError) { server = try HostAndPort(parsing: authority) } catch { throw IngestEndpointError(error) }
    let host = server.host
    let path = rest[authority.endIndex...]
    guard !path.contains("?"), !path.contains("#") else { throw .containsQuery(host: host) }
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    if parts.last?.isEmpty == true { parts.removeLast() }
    guard let app = parts.first, !app.isEmpty else { throw .missingApp(host: host) }
    let further = parts.dropFirst()
    guard further.count <= 1, !app.hasPrefix("sk_"), further.allSatisfy({ Self.isInstance($0, at: host) }) else {
      throw .containsKey(host: host)
    }
    try self.init(scheme: scheme, host: host, port: server.port, app: parts.joined(separator: "/"))
  }

  /// Whether what follows an application may be the name of its instance (`rtmp://HOST/APP/INSTANCE`).
  ///
  /// What has the form of a key is one: `sk_…`, and what is long and has digits. Amazon IVS has no instances.
  private static func isInstance(_ part: Substring, at host: String) -> Bool {
    let looksLikeKey = part.hasPrefix("sk_") || part.utf8.count >= 16 && part.contains(where: \.isNumber)
    return !part.isEmpty && !looksLikeKey && !host.lowercased().hasSuffix(".live-video.net")
  }

  /// Where a server's redirect leads, if the stream key may follow there: to the same host, and never out of TLS.
  package func followed(to target: String) -> IngestEndpoint? {
    guard let next = try? IngestEndpoint(parsing: target), next.host.lowercased() == host.lowercased(),
      next.scheme == .rtmps || scheme == .rtmp
    else { return nil }
    return next
  }

  /// Where a server's request to reconnect leads, by the rule of ``followed(to:)``; `nil` where the key may not follow.
  ///
  /// What is not a whole URL is read in relation to this one: `//HOST/app`, `/app`.
  func moved(to reference: String?) -> IngestEndpoint? {
    guard let reference, !reference.isEmpty else { return self }
    if reference.contains("://") { return followed(to: reference) }
    if reference.hasPrefix("//") { return followed(to: "\(scheme.rawValue):\(reference)") }
    let path = reference.hasPrefix("/") ? reference : "/\(reference)"
    return followed(to: "\(scheme.rawValue)://\(authority)\(path)")
  }

  /// `host:port`, with brackets where an IPv6 address needs them.
  public var authority: String { HostAndPort.authority(host, port) }

  /// Whether stream key and media leave this machine unencrypted.
  public var isInTheClear: Bool { scheme == .rtmp && !HostAndPort.isLoopback(host) }

  /// The URL without the key: `rtmps://host:443/app`.
  public var description: String { "\(scheme.rawValue)://\(authority)/\(app)" }
}
