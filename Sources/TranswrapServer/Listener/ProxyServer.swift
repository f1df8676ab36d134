internal import Codec
public import Logging
internal import Media
public import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import NIOWebSocket
internal import Networking
internal import RTMP
public import Settings
internal import Synchronization
internal import Transwrap
internal import Web

/// The proxy: takes streams over WebSockets and publishes them to ingests.
public final class ProxyServer: Sendable {
  /// Where it listens now.
  public let address: ProxySettings.Address
  /// Where health and metrics are; `nil` for none.
  public let adminAddress: ProxySettings.Address?

  private let admission: Admission
  private let listener: any Channel
  private let admin: (any Channel)?
  private let client: WebClient
  private let group: any EventLoopGroup
  private let upkeep: RepeatedTask
  private let drainLimit: Duration
  private let logger: Logger

  /// Listens.
  /// - Parameter group: its loops carry all connections, and have to outlive the proxy.
  /// - Throws: one line for files that cannot be read, addresses that are taken, and the like.
  public static func start(
    _ settings: ProxySettings, group: any EventLoopGroup, logger: Logger
  ) async throws(OperatorFailure) -> ProxyServer {
    // Its threads are started now, while there are some: names are looked up on them, and files.
    NIOThreadPool.singleton.submit { _ in }
    let client: WebClient
    do throws(HTTPFailure) { client = try WebClient(caFile: nil, group: group) } catch {
      throw OperatorFailure("\(error)", .software)
    }
    do {
      return try await start(settings, client, group, logger)
    } catch {
      await client.close()
      throw error as? OperatorFailure ?? OperatorFailure("\(error)", .software)
    }
  }

  private static func start(
    _ settings: ProxySettings, _ client: WebClient, _ group: any EventLoopGroup, _ logger: Logger
  ) async throws -> ProxyServer {
    let admission = try Admission(settings, http: client, logger: logger)
    let certificates = try settings.tls.map { try CertificateStore($0, logger: logger) }
    let pages = try settings.webDirectory.map { try WebPages(directory: $0) } ?? WebPages()
    let listener = try await bind(settings.listen, group, logger) { channel in
      try ClientConnection.configure(channel, admission: admission, certificates: certificates, pages: pages)
    }
    var admin: (any Channel)?
    if let address = settings.adminListen {
      do {
        let connections = ConnectionCount(limit: 64, perAddress: 64)
        admin = try await bind(address, group, logger) { channel in
          try connections.enter(nil)
          channel.closeFuture.whenComplete { _ in connections.leave(nil) }
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(HandshakeDeadline(.seconds(5)) {})
          try pipeline.configureHTTPServerPipeline()
          try pipeline.addHandler(HTTPAnswerer { AdminPages.answer($0, admission) })
        }
      } catch {
        try? await listener.close()
        throw error
      }
    }
    return ProxyServer(settings, admission, certificates, listener, admin, client, group, logger)
  }

  private static func bind(
    _ address: ProxySettings.Address, _ group: any EventLoopGroup, _ logger: Logger,
    _ configure: @escaping @Sendable (any Channel) throws -> Void
  ) async throws -> any Channel {
    do {
      return try await ServerBootstrap(group: group)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              AcceptBackoff { reason in
                logger.error(
                  "no connection can be taken: raise the limit of descriptors (LimitNOFILE= of the unit, ulimit -n)",
                  metadata: ["reason": "\(reason)"])
              })
          }
        }
        .serverChannelOption(.backlog, value: 1024)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        // What is told to a client that reads nothing must not pile up.
        .childChannelOption(.writeBufferWaterMark, value: .init(low: 8 << 10, high: 32 << 10))
        .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try configure(channel) } }
        .bind(host: address.host, port: address.port).get()
    } catch {
      let reason = (error as? IOError).map { SystemError.words($0.errnoCode) } ?? "\(error)"
      throw OperatorFailure(
        "cannot listen on \(address): \(reason)", "choose another address, or end what listens there", .unavailable)
    }
  }

  private init(
    _ settings: ProxySettings, _ admission: Admission, _ certificates: CertificateStore?, _ listener: any Channel,
    _ admin: (any Channel)?, _ client: WebClient, _ group: any EventLoopGroup, _ logger: Logger
  ) {
    self.admission = admission
    self.listener = listener
    self.admin = admin
    self.client = client
    self.group = group
    self.logger = logger
    drainLimit = settings.drain
    address = .init(host: settings.listen.host, port: listener.localAddress?.port ?? settings.listen.port)
    adminAddress = settings.adminListen.map { .init(host: $0.host, port: admin?.localAddress?.port ?? $0.port) }
    upkeep = group.next().scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
      admission.measure()
      // Files are looked at away from the event loop: a disk may be slow.
      NIOThreadPool.singleton.submit { _ in
        certificates?.reload()
        admission.lookAfterTokens()
      }
    }
  }

  /// Lets nobody in any more, sends clients elsewhere, and ends what is left when the time for that is over.
  public func drain() async {
    logger.notice("draining", metadata: ["sessions": "\(admission.registry.count)"])
    let done = group.next().makePromise(of: Void.self)
    admission.registry.drain { done.succeed() }
    let limit = group.next().scheduleTask(in: TimeAmount(drainLimit)) { [admission, logger] in
      logger.warning("the time to drain is over", metadata: ["sessions": "\(admission.registry.count)"])
      admission.registry.endAll()
      // Ingests get their farewell before the process ends.
      done.futureResult.eventLoop.scheduleTask(in: .seconds(3)) { done.succeed() }
    }
    try? await done.futureResult.get()
    limit.cancel()
    await close()
  }

  private func close() async {
    upkeep.cancel()
    try? await listener.close()
    try? await admin?.close()
    // Neither this nor the farewells to ingests, which are on their way, is waited for any longer.
    let client = client
    Task(executorPreference: admission.tasks) { await client.close() }
    try? await group.next().scheduleTask(in: .milliseconds(500)) {}.futureResult.get()
    logger.notice("ended")
  }
}
