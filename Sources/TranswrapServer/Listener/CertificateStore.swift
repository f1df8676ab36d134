internal import Logging
internal import NIOCore
internal import NIOSSL
internal import Settings
internal import Synchronization

/// The proxy's own certificate, read again when its files change.
final class CertificateStore: Sendable {
  private struct State {
    var context: NIOSSLContext
    var stamps: [FileStamp?]
  }

  private let files: ProxySettings.TLSFiles
  private let logger: Logger
  private let state: Mutex<State>

  /// Reads the files.
  /// - Throws: one line for files that cannot be read or do not belong together.
  init(_ files: ProxySettings.TLSFiles, logger: Logger) throws(OperatorFailure) {
    self.files = files
    self.logger = logger
    let stamps = Self.stamps(files)
    state = Mutex(State(context: try Self.read(files), stamps: stamps))
  }

  /// What the next connection is made with.
  var context: NIOSSLContext { state.withLock { $0.context } }

  /// Takes over changed files; as long as they do not belong together the old ones are used.
  func reload() {
    let stamps = Self.stamps(files)
    guard state.withLock({ $0.stamps != stamps }) else { return }
    do {
      let context = try Self.read(files)
      state.withLock { $0 = State(context: context, stamps: stamps) }
      logger.notice("certificate loaded", metadata: ["file": "\(files.certificate)"])
    } catch {
      state.withLock { $0.stamps = stamps }
      logger.error("the certificate stays as it was: \(error)")
    }
  }

  private static func stamps(_ files: ProxySettings.TLSFiles) -> [FileStamp?] {
    [FileStamp.of(files.certificate), FileStamp.of(files.key)]
  }

  private static func read(_ files: ProxySettings.TLSFiles) throws(OperatorFailure) -> NIOSSLContext {
    let chain: [NIOSSLCertificateSource]
    do { chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) } } catch {
      throw OperatorFailure(
        "\(files.certificate): no certificate in PEM that can be read", "check the file and its permissions",
        .configuration)
    }
    let key: NIOSSLPrivateKey
    do { key = try NIOSSLPrivateKey(file: files.key, format: .pem) } catch {
      throw OperatorFailure(
        "\(files.key): no private key in PEM that can be read", "check the file and its permissions", .configuration)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    configuration.shutdownTimeout = .seconds(1)
    do { return try NIOSSLContext(configuration: configuration) } catch {
      throw OperatorFailure(
        "\(files.certificate) and \(files.key) do not belong together", "give a certificate and its own key",
        .configuration)
    }
  }
}
