internal import Logging
internal import Media
internal import NIOCore
internal import Networking
internal import Packets
internal import RTMP
internal import SRT
internal import Synchronization
internal import Transwrap

/// Straight to an ingest over RTMP or RTMPS.
struct RTMPRoute: Route {
  let endpoint: IngestEndpoint
  let key: StreamKey
  let tls: TLSSettings
  let interface: NetworkInterface?
  let group: any EventLoopGroup

  var description: String { "\(endpoint)" }
  let takesPriority = true

  func connect(
    _ stream: StreamDescription, to target: String?, isBeside: Bool, priority: Int?, logger: Logger
  ) async throws(PublishFailure) -> any Publisher {
    guard let endpoint = target.map(endpoint.followed(to:)) ?? endpoint else {
      throw PublishFailure(Explanation("the stream key may not follow to where the server sends the stream"), .refused)
    }
    do {
      return try await RTMPPublisher.connect(
        to: endpoint, key: priority.map(key.withPriority) ?? key, stream: stream, tls: tls,
        interface: interface, group: group, logger: logger)
    } catch { throw PublishFailure(error) }
  }
}

/// Straight to an ingest over SRT.
struct SRTRoute: Route {
  let endpoint: SRTEndpoint
  let key: StreamKey
  let passphrase: SRTPassphrase?
  let interface: NetworkInterface?

  var description: String { "\(endpoint)" }
  let takesPriority = true

  func connect(
    _ stream: StreamDescription, to target: String?, isBeside: Bool, priority: Int?, logger: Logger
  ) async throws(PublishFailure) -> any Publisher {
    do {
      return try await SRTPublisher.connect(
        to: endpoint, key: priority.map(key.withPriority) ?? key, passphrase: passphrase, stream: stream,
        interface: interface, logger: logger)
    } catch { throw PublishFailure(error) }
  }
}

/// Through a proxy, whose session goes on after a lost connection.
final class ProxyRoute: Route {
  private let endpoint: ProxyEndpoint
  private let credential: ProxyCredential
  private let tunnel: HTTPTunnel?
  private let tls: TLSSettings
  private let interface: NetworkInterface?
  private let group: any EventLoopGroup
  private let session = Mutex<SessionID?>(nil)

  init(
    _ endpoint: ProxyEndpoint, _ credential: ProxyCredential, through tunnel: HTTPTunnel?, tls: TLSSettings,
    interface: NetworkInterface?, group: any EventLoopGroup
  ) {
    self.endpoint = endpoint
    self.credential = credential
    self.tunnel = tunnel
    self.tls = tls
    self.interface = interface
    self.group = group
  }

  var description: String { "\(endpoint)" }
  var takesPriority: Bool { false }

  func connect(
    _ stream: StreamDescription, to target: String?, isBeside: Bool, priority: Int?, logger: Logger
  ) async throws(PublishFailure) -> any Publisher {
    do {
      let publisher = try await ProxyPublisher.connect(
        to: endpoint, through: tunnel, credential: credential, session: session.withLock { $0 },
        isBeside: isBeside, stream: stream, tls: tls, interface: interface, group: group, logger: logger)
      if let new = publisher.session { session.withLock { $0 = new } }
      return publisher
    } catch { throw PublishFailure(error) }
  }
}
