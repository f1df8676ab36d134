public import Logging
internal import Media
public import NIOCore
internal import NIOPosix
internal import Networking
internal import Synchronization

/// A link on loopback that is as bad as a plan has it: what connects to it comes out at another port of this machine.
///
/// Nothing is lost on it but connections: what it does not carry waits with the sender, as behind a slow modem. There is
/// no round trip.
public final class RehearsalLink: Sendable {
  /// More than a publisher and its successors need.
  private static let connectionLimit = 16
  /// What waits in the kernel on this side: the rest is to be seen in the sender's socket.
  private static let receiveBuffer = 16 << 10
  /// From one look at the plan to the next.
  private static let interval = TimeAmount.milliseconds(10)

  /// Where to connect to.
  public let port: Int
  private let server: any Channel
  private let connections: AcceptedConnections
  private let clock: RehearsalClock
  private let ticking: RepeatedTask

  /// Listens on a free port of 127.0.0.1 and carries to `target` there.
  public static func start(
    to target: Int, _ plan: RehearsalPlan, group: any EventLoopGroup, logger: Logger
  ) async throws -> RehearsalLink {
    let (connections, clock) = (AcceptedConnections(limit: connectionLimit), RehearsalClock(plan))
    let server = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      // Inherited by what is accepted; set later it would not bind what the peer sends first.
      .serverChannelOption(.socketOption(.so_rcvbuf), value: receiveBuffer)
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
      .childChannelInitializer { channel in
        guard !clock.link().isDown, connections.add(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(RehearsalHandler(clock, to: target, interval: interval))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return RehearsalLink(server, connections, clock, logger)
  }

  private init(_ server: any Channel, _ connections: AcceptedConnections, _ clock: RehearsalClock, _ logger: Logger) {
    (self.server, self.connections, self.clock) = (server, connections, clock)
    port = server.localAddress?.port ?? 0
    ticking = server.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
      for change in clock.takeChanges() {
        logger.notice("rehearsal: \(change.text)")
        if change.fault == .reset || (change.fault == .down && !change.isOver) { connections.closePresent() }
      }
    }
  }

  /// Stops listening, and lets go of every connection.
  public func stop() async {
    ticking.cancel()
    try? await server.close()
    await connections.closeAll()
  }
}

/// Where in its plan a rehearsal is; any thread.
final class RehearsalClock: Sendable {
  private let plan: RehearsalPlan
  private let state = Mutex<(begun: MediaTime?, told: Duration)>((nil, .zero - .nanoseconds(1)))

  init(_ plan: RehearsalPlan) { self.plan = plan }

  /// The stream's bytes come.
  func begin() { state.withLock { $0.begun = $0.begun ?? .now() } }

  /// How the link is now.
  func link() -> RehearsalPlan.Link {
    let begun = state.withLock { $0.begun }
    return plan.link(at: begun.map { .now() - $0 } ?? .zero - .nanoseconds(1))
  }

  /// What has changed since the last call.
  func takeChanges() -> [RehearsalPlan.Change] {
    state.withLock { state in
      guard let begun = state.begun else { return [] }
      let now = MediaTime.now() - begun
      defer { state.told = now }
      return plan.changes(after: state.told, to: now)
    }
  }
}
