internal import Media
internal import NIOCore
internal import NIOHTTP1
public import Networking

/// An HTTP proxy of the network that lets connections through (RFC 9110 §9.3.6, CONNECT), as networks of companies and
/// venues have it in the environment.
public struct HTTPTunnel: Hashable, PublishEndpoint, CustomReflectable {
  /// Its host.
  public let host: String
  /// Its port.
  public let port: Int
  /// TCP in the clear.
  public var transport: EndpointTransport { .tcp(port: port, usesTLS: false) }
  /// `user:password` in base64, for its eyes only.
  private let authorization: String?

  /// What the environment says for `endpoint`; `nil` where it is reached directly.
  ///
  /// `https_proxy` for wss, `http_proxy` for ws, in lower or upper case; not for what `no_proxy` names.
  public init?(environment: [String: String], for endpoint: ProxyEndpoint) {
    func value(_ name: String) -> String? {
      (environment[name] ?? environment[name.uppercased()]).flatMap { $0.isEmpty ? nil : $0 }
    }
    // Upper-case HTTP_PROXY is what a CGI program is told by a client: only the lower-case one counts.
    let text = endpoint.isSecure ? value("https_proxy") : environment["http_proxy"]
    guard let text, !text.isEmpty else { return nil }
    let exceptions = (value("no_proxy") ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace }.lowercased() }
    let host = endpoint.host.lowercased()
    for exception in exceptions {
      let name = exception.hasPrefix(".") ? String(exception.dropFirst()) : exception
      if exception == "*" || host == name || host.hasSuffix(".\(name)") { return nil }
    }
    self.init(parsing: text)
  }

  /// Reads `http://HOST:3128`, `http://USER:PASSWORD@HOST:3128`, `HOST:3128`.
  init?(parsing text: String) {
    var rest = text[...]
    if let scheme = rest.firstRange(of: "://") {
      guard rest[..<scheme.lowerBound].lowercased() == "http" else { return nil }
      rest = rest[scheme.upperBound...]
    }
    rest = rest.prefix { $0 != "/" }
    var authorization: String?
    if let at = rest.lastIndex(of: "@") {
      authorization = Self.base64(String(rest[..<at].removingPercentEscapes))
      rest = rest[rest.index(after: at)...]
    }
    guard let server = try? HostAndPort(parsing: rest) else { return nil }
    (host, port) = (server.host, server.port ?? 8080)
    self.authorization = authorization
  }

  private static func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(text.utf8)
    var result = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0..<4 {
        result.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : "=")
      }
    }
    return result
  }

  /// `host:port`, without user and password.
  public var description: String { HostAndPort.authority(host, port) }

  /// Nothing to see: there may be a password.
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// Asks for a way to `host:port`; when it is open, the handlers for that are gone and `configure` is called.
  func open(
    on channel: any Channel, to target: ProxyEndpoint, within limit: Duration,
    failed: @escaping @Sendable (ProxyError) -> Void, _ configure: @escaping @Sendable (any Channel) throws -> Void
  ) throws {
    let loop = channel.eventLoop
    let opened = loop.makePromise(of: Void.self)
    let encoder = HTTPRequestEncoder()
    let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
    let connect = TunnelRequest(
      to: target.authority, authorization: authorization, within: limit, opened)
    try channel.pipeline.syncOperations.addHandlers([encoder, decoder, connect] as [any ChannelHandler])
    // The handler that asked removes itself.
    let bound = NIOLoopBound((encoder, decoder), eventLoop: loop)
    opened.futureResult.whenComplete { [description] result in
      switch result {
      case .success:
        let (encoder, decoder) = bound.value
        let pipeline = channel.pipeline.syncOperations
        pipeline.removeHandler(decoder).and(pipeline.removeHandler(encoder))
          .flatMapThrowing { _ in try configure(channel) }.whenFailure { error in
            failed(
              .connection(.unreachable(at: target.authority, reason: ForeignText.cleaned("\(error)"))))
          }
      case .failure(let error):
        guard let refusal = error as? TunnelRefusal else { return }
        failed(.tunnel(refusal, through: description, at: target.authority))
      }
    }
  }
}

extension StringProtocol {
  /// With `%40` as `@`.
  fileprivate var removingPercentEscapes: String {
    var (bytes, rest) = ([UInt8](), utf8[...])
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
        digits.count == 2
      {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
