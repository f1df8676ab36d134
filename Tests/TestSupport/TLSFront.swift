internal import Foundation

/// stunnel before a plain server: what makes RTMPS out of RTMP.
public final class TLSFront: Sendable {
  /// The TCP port of TLS on 127.0.0.1.
  public let port: Int
  private let folder: TemporaryDirectory
  private let process: RunningProcess

  /// Starts it and waits until it listens.
  /// - Parameters:
  ///   - plainPort: where the decrypted bytes go, on 127.0.0.1.
  ///   - certificate: what it shows to clients.
  public init(forwardingTo plainPort: Int, certificate: Certificate) async throws {
    folder = try TemporaryDirectory()
    port = try FreePort.find()
    let configuration = """
      foreground = yes
      pid =
      syslog = no
      debug = info
      [rtmps]
      accept = 127.0.0.1:\(port)
      connect = 127.0.0.1:\(plainPort)
      cert = \(certificate.chain.path)
      key = \(certificate.privateKey.path)
      """
    let file = try folder.write(configuration + "\n", to: "stunnel.conf")
    process = try RunningProcess("stunnel4", [file.path])
    try await FreePort.waitForListener(on: port)
  }

  /// What it logged so far: handshakes and alerts of clients.
  public var log: [String] { process.lines(of: .standardError) }
}
