public import Media
public import Networking
public import RTMP

/// What is wrong with a proxy's URL; never says the part that may be a secret.
public enum ProxyEndpointError: ExplainedError, Equatable, Sendable {
  case invalid
  case invalidHost(Explanation)
  case containsSecret(host: String)
  case unknownPath(server: String)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .invalid: Explanation("this is no proxy's URL", "give wss://HOST/v1/publish/CHANNEL")
    case .invalidHost(let explanation): explanation
    case .containsSecret(let host):
      Explanation(
        "the URL of the proxy \(host) has a query, a user or a key in it",
        "leave it out, and give the token with `token-file` or IVS_TRANSWRAP_TOKEN")
    case .unknownPath(let server):
      Explanation("the URL of the proxy \(server) names no channel", "give \(server)/v1/publish/CHANNEL")
    }
  }
}

/// A proxy, and what is asked of it: everything of the URL but the secret.
public struct ProxyEndpoint: Hashable, PublishEndpoint {
  /// What the proxy is asked for.
  public enum Target: Hashable, Sendable {
    /// A channel that the proxy knows; a token is shown.
    case channel(String)
    /// An ingest, through a proxy of aws-simple-streaming-webapp's design: the stream key goes into the path.
    case ingest(IngestEndpoint)
  }

  /// Whether TLS is spoken.
  public let isSecure: Bool
  /// A host name or an address, without brackets.
  public let host: String
  /// 1…65535.
  public let port: Int
  /// What the proxy is asked for.
  public let target: Target
  /// TCP, with TLS for wss.
  public var transport: EndpointTransport { .tcp(port: port, usesTLS: isSecure) }

  /// Reads `wss://HOST/v1/publish/CHANNEL` or `ws://HOST:3004/rtmps/h264/rtmps://HOST:443/app`.
  public init(parsing url: String) throws(ProxyEndpointError) {
    let lowered = url.prefix(6).lowercased()
    guard lowered.hasPrefix("ws://") || lowered.hasPrefix("wss://") else { throw .invalid }
    isSecure = lowered.hasPrefix("wss")
    let rest = url.dropFirst(isSecure ? 6 : 5)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let path = String(rest[authority.endIndex...])
    guard !authority.contains("@") else { throw .containsSecret(host: "") }
    do throws(HostError) {
      let server = try HostAndPort(parsing: authority)
      (host, port) = (server.host, server.port ?? (isSecure ? 443 : 80))
    } catch { throw .invalidHost(error.explanation.at("the proxy's URL")) }
    guard !path.contains("?"), !path.contains("#") else { throw .containsSecret(host: host) }
    let server = "\(isSecure ? "wss" : "ws")://\(authority)"
    if let name = path.dropping(prefix: "/v1/publish/") {
      guard PublishRequest.isName(name) else { throw .unknownPath(server: server) }
      target = .channel(String(name))
    } else if let rest = path.dropping(prefix: "/rtmps/h264/") {
      let ingest = rest.hasSuffix("/") ? rest.dropLast() : rest
      do { target = .ingest(try IngestEndpoint(parsing: String(ingest))) } catch {
        if case .containsKey = error { throw .containsSecret(host: host) }
        throw .invalidHost(error.explanation)
      }
    } else {
      throw .unknownPath(server: server)
    }
  }

  /// Whether a text is meant as a proxy's URL.
  public static func isMeant(by text: String) -> Bool {
    let lowered = text.prefix(6).lowercased()
    return lowered.hasPrefix("ws://") || lowered.hasPrefix("wss://")
  }

  /// `host:port`, with brackets where an IPv6 address needs them.
  public var authority: String { HostAndPort.authority(host, port) }

  /// Its connection is a WebSocket.
  public var applicationProtocol: ApplicationProtocol { .webSocket }

  /// Whether what is secret goes over the network in the clear.
  public var isInTheClear: Bool {
    !isSecure && !HostAndPort.isLoopback(host)
  }

  /// The URL without the secret.
  public var description: String {
    let path =
      switch target {
      case .channel(let name): "/v1/publish/\(name)"
      case .ingest(let endpoint): "/rtmps/h264/\(endpoint)"
      }
    let standard = isSecure ? 443 : 80
    let shown = port == standard ? String(authority.dropLast(":\(port)".utf8.count)) : authority
    return "\(isSecure ? "wss" : "ws")://\(shown)\(path)"
  }
}

/// What a proxy is shown.
public enum ProxyCredential: Hashable, Sendable {
  case token(BearerToken)
  /// For a proxy of the original's design.
  case key(StreamKey)
}
