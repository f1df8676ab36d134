internal import Glibc
internal import Media
internal import NIOCore
package import NIOSSL

/// Whom to trust.
///
/// TLS 1.2 or newer, the verification of the certificate's chain and that of the host's name are not for choice.
public struct TLSSettings: Sendable, Equatable {
  /// A PEM file with the only authorities to trust; `nil` for the system's.
  public var caFile: String?

  /// Makes settings.
  public init(caFile: String? = nil) { self.caFile = caFile }

  /// The same ready for use, for many connections: each of them would read the authorities and keep them.
  public func prepared() throws(RTMPError) -> TLSContext {
    TLSContext(context: try makeContext(shutdown: RTMPDeadlines().close / 2))
  }

  /// What a connection is made with; reads the authorities, so make it once and off the event loops.
  /// - Parameter shutdown: how long the peer may take to say goodbye.
  package func makeContext(shutdown: Duration) throws(RTMPError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .fullVerification
    configuration.shutdownTimeout = TimeAmount(shutdown)
    let path = caFile ?? "the system's certificate store"
    if let caFile, unsafe access(caFile, R_OK) != 0 {
      throw .certificateFileUnreadable(path: caFile, reason: IOError(errnoCode: errno, reason: "access").reasonText)
    }
    do {
      if let caFile {
        let authorities = try NIOSSLCertificate.fromPEMFile(caFile)
        guard !authorities.isEmpty else {
          throw RTMPError.certificateFileUnreadable(path: path, reason: "no certificate in it")
        }
        configuration.trustRoots = .certificates(authorities)
      }
      return try NIOSSLContext(configuration: configuration)
    } catch let error as RTMPError {
      throw error
    } catch {
      throw .certificateFileUnreadable(path: path, reason: "no certificate can be read from it")
    }
  }

  /// The handler that encrypts; the server's name goes into SNI unless it is an address, which SNI does not allow.
  package static func makeHandler(_ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
    let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
    return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
  }
}

/// ``TLSSettings`` with its authorities read, shared by all connections that are made with it.
public struct TLSContext: Sendable {
  package let context: NIOSSLContext
}

extension TLSFailure {
  /// Names the cause of `error`, with the help of the certificate that the server showed; `nil` for others than TLS's.
  package init?(_ error: any Error, certificate: NIOSSLCertificate?) {
    if let error = error as? NIOSSLExtraError {
      let isName = error == .failedToValidateHostname || error == .serverHostnameImpossibleToMatch
      self = isName ? .hostNameMismatch : .other(ForeignText.cleaned(error.description))
      return
    }
    guard let error = error as? NIOSSLError else { return nil }
    switch error {
    case .handshakeFailed(.sslError(let stack)), .handshakeFailed(.unknownError(let stack)):
      self = Self.cause(stack, certificate)
    case .handshakeFailed(.zeroReturn), .handshakeFailed(.syscallError), .uncleanShutdown:
      self = .closedDuringHandshake
    case .unableToValidateCertificate, .noCertificateToValidate:
      self = .unknownAuthority
    default:
      self = .other("\(error)")
    }
  }

  private static func cause(_ stack: NIOBoringSSLErrorStack, _ certificate: NIOSSLCertificate?) -> TLSFailure {
    if stack.contains(.eofDuringHandshake) { return .closedDuringHandshake }
    let text = stack.map(\.description).joined(separator: "; ")
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      // The only place for the wall clock: a certificate's validity is given in it.
      let now = time(nil)
      if let certificate, certificate.notValidAfter < now { return .expired }
      if let certificate, certificate.notValidBefore > now { return .notYetValid }
      return .unknownAuthority
    }
    let foreign = [
      "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNEXPECTED_RECORD", "INVALID_RECORD",
    ]
    if foreign.contains(where: text.contains) { return .notTLS }
    if text.contains("PROTOCOL_VERSION") || text.contains("UNSUPPORTED_PROTOCOL") { return .versionTooOld }
    // "error:1000…:SSL routines:OPENSSL_internal:REASON at file:line": the reason is what says something.
    let parts = text.split(separator: ":")
    let reason = parts.first { $0.contains("_") && !$0.contains("internal") } ?? "unknown reason"
    return .other(String(reason.prefix { $0 != " " }))
  }
}

extension IOError {
  /// The system's word for the error, without the call that met it.
  var reasonText: String {
    guard let text = unsafe strerror(errnoCode) else { return "error \(errnoCode)" }
    return unsafe String(cString: text)
  }
}
