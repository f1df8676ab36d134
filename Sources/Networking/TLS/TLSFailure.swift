internal import Glibc
internal import Media
package import NIOSSL

/// Why TLS did not come about.
public enum TLSFailure: Sendable, Equatable {
  /// No trusted authority stands behind the certificate.
  case unknownAuthority
  /// The certificate is for another host.
  case hostNameMismatch
  /// The certificate is past its last day.
  case expired
  /// The certificate's first day is yet to come, or the clock here is wrong.
  case notYetValid
  /// What came back is not TLS.
  case notTLS
  /// The server closed the connection before the handshake was complete.
  case closedDuringHandshake
  /// The server wants a TLS version below 1.2.
  case versionTooOld
  /// The handshake did not end in time.
  case timeout(Duration)
  /// Something else, in the library's words.
  case other(String)

  func explanation(at: String, over spoken: ApplicationProtocol) -> Explanation {
    switch self {
    case .unknownAuthority:
      Explanation(
        "no trusted authority vouches for the certificate of \(at)",
        "check the host, or name its authority in `tls-ca-file`")
    case .hostNameMismatch:
      Explanation("the certificate of \(at) is for another host", "check the host name in \(spoken.url)")
    case .expired:
      Explanation(
        "the certificate of \(at) has expired", "have the server's operator renew it, and check this machine's date")
    case .notYetValid: Explanation("the certificate of \(at) is not valid yet", "check this machine's date")
    case .notTLS:
      Explanation("\(at) does not answer in TLS", "use \(spoken.plainScheme) for a plain server, or check the port")
    case .closedDuringHandshake:
      Explanation(
        "\(at) closed the connection during the TLS handshake",
        "it may be a plain server (\(spoken.plainScheme)), or check the port")
    case .versionTooOld: Explanation("\(at) offers no TLS 1.2 or newer", "the server has to be updated")
    case .timeout(let limit):
      Explanation(
        "\(at) did not complete the TLS handshake within \(limit.text)",
        "it may be a plain server (\(spoken.plainScheme)), or check the port")
    case .other(let reason): Explanation("TLS with \(at) failed (\(reason))", "check the host and port")
    }
  }
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
