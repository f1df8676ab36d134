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
  public func prepared() throws(ConnectionError) -> TLSContext {
    TLSContext(context: try makeContext(shutdown: PublishDeadlines().close / 2))
  }

  /// What a connection is made with; reads the authorities, so make it once and off the event loops.
  /// - Parameter shutdown: how long the peer may take to say goodbye.
  package func makeContext(shutdown: Duration) throws(ConnectionError) -> NIOSSLContext {
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
          throw ConnectionError.certificateFileUnreadable(path: path, reason: "no certificate in it")
        }
        configuration.trustRoots = .certificates(authorities)
      }
      return try NIOSSLContext(configuration: configuration)
    } catch let error as ConnectionError {
      throw error
    } catch {
      throw .certificateFileUnreadable(path: path, reason: "no certificate can be read from it")
    }
  }

  /// The handler that encrypts; the server's name goes into SNI unless it is an address, which SNI does not allow.
  package static func makeHandler(_ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
    try NIOSSLClientHandler(context: context, serverHostname: HostAndPort.isAddress(host) ? nil : host)
  }
}

/// ``TLSSettings`` with its authorities read, shared by all connections that are made with it.
public struct TLSContext: Sendable {
  package let context: NIOSSLContext
}
