internal import AsyncHTTPClient
internal import FoundationEssentials
internal import Glibc
public import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Carries requests over HTTP/1.1, with TLS 1.2 or newer and certificates verified where the URL says `https`.
///
/// Ends with ``close()``.
public struct WebClient: HTTPCaller {
  private let client: HTTPClient
  /// How the user names an authority, for messages.
  private let authoritySetting: String?
  private static let longest = 1 << 20

  /// - Parameters:
  ///   - caFile: a PEM file with the only authorities to trust; `nil` for the system's.
  ///   - authoritySetting: the setting that names such a file, for messages; `nil` where there is none.
  ///   - group: where connections live.
  /// - Throws: ``HTTPFailure/tls(host:reason:)`` for a file that has no certificate.
  public init(
    caFile: String?, authoritySetting: String? = nil, group: any EventLoopGroup
  ) throws(HTTPFailure) {
    self.authoritySetting = authoritySetting
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let caFile {
      guard let authorities = try? NIOSSLCertificate.fromPEMFile(caFile), !authorities.isEmpty else {
        throw .tls(host: caFile, reason: "the file cannot be read, or has no certificate in it")
      }
      tls.trustRoots = .certificates(authorities)
    }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(5), read: .seconds(10)), decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.idleTimeout = .seconds(20)
    // Whoever calls has a rule of its own for what is to be tried again.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
  }

  /// Lets go of all connections.
  public func close() async { try? await client.shutdown() }

  /// Sends the request once.
  public func call(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPAnswer {
    guard let url = WebURL(request.url) else { throw .invalidURL(WebURL.shown(request.url)) }
    var outgoing = HTTPClientRequest(url: request.url)
    outgoing.method = HTTPMethod(rawValue: request.method)
    for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
    if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
    do { return try await answer(to: outgoing, within: request.limit, host: url.authority) } catch {
      throw failure(error, host: url.authority)
    }
  }

  /// The client's own deadline ends with the head of the answer, so that this one is for all of it.
  private func answer(
    to outgoing: HTTPClientRequest, within limit: Duration, host: String
  ) async throws -> HTTPAnswer {
    try await withThrowingTaskGroup(of: HTTPAnswer.self) { [client] group in
      group.addTask {
        let response = try await client.execute(outgoing, deadline: .now() + TimeAmount(limit))
        let body = try await response.body.collect(upTo: Self.longest)
        return HTTPAnswer(
          status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
          body: Array(buffer: body))
      }
      group.addTask {
        try await Task.sleep(for: limit)
        throw HTTPFailure.timedOut(host: host)
      }
      defer { group.cancelAll() }
      guard let answer = try await group.next() else { throw HTTPFailure.cancelled }
      return answer
    }
  }

  private func failure(_ error: any Error, host: String) -> HTTPFailure {
    switch error {
    case let error as HTTPFailure: return error
    case is CancellationError: return .cancelled
    case is NIOTooManyBytesError: return .tooLong(host: host)
    case let error as HTTPClientError:
      if error == .cancelled { return .cancelled }
      if error == .deadlineExceeded || error == .readTimeout || error == .connectTimeout
        || error == .getConnectionFromPoolTimeout || error == .tlsHandshakeTimeout
      {
        return .timedOut(host: host)
      }
      return .connectionLost(host: host)
    case let error as NIOConnectionError:
      if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
        return .unknownHost(host)
      }
      let reason = error.connectionErrors.first.map { Self.words($0.error) }
      return .cannotConnect(host: host, reason: reason ?? "no address answers")
    case NIOSSLError.uncleanShutdown: return .connectionLost(host: host)
    case let error as NIOSSLError: return .tls(host: host, reason: tlsReason("\(error)"))
    case let error as NIOSSLExtraError: return .tls(host: host, reason: tlsReason("\(error)"))
    case let error as BoringSSLError: return .tls(host: host, reason: tlsReason("\(error)"))
    case let error as IOError:
      switch error.errnoCode {
      case ETIMEDOUT: return .timedOut(host: host)
      case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH: return .cannotConnect(host: host, reason: Self.words(error))
      default: return .connectionLost(host: host)
      }
    default: return .connectionLost(host: host)
    }
  }

  /// The system's word for an error, without the call that met it.
  private static func words(_ error: any Error) -> String {
    guard let error = error as? IOError, let text = unsafe strerror(error.errnoCode) else { return "\(error)" }
    return unsafe String(cString: text)
  }

  private func tlsReason(_ text: String) -> String {
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return "its certificate cannot be trusted: check this machine's clock and the certificate store"
        + (authoritySetting.map { ", or name the authority with \($0)" } ?? "")
    }
    if text.contains("failedToValidateHostname") { return "its certificate is for another host" }
    if text.contains("WRONG_VERSION_NUMBER") { return "what answers does not speak TLS" }
    return "the handshake failed"
  }
}
