internal import Logging
internal import Media
internal import NIOCore
internal import Networking
internal import RTMP
internal import SRT
internal import Settings
internal import Synchronization
internal import Transwrap

/// Performs what ``BroadcastStateMachine`` decides: connects, sends, waits, closes.
///
/// One task runs it.
final class PublishShell: Sendable {
  /// Where the packets go.
  struct Target: Sendable {
    let roads: Roads
    let tls: TLSSettings
    /// How streams that still run are taken over; `nil` where the ingest does not know that.
    let takeover: Takeover?
    let group: any EventLoopGroup
  }

  /// What the status shows of it.
  struct Snapshot: Sendable {
    var state = BroadcastStateMachine.State.idle
    var reconnects = 0
    var firstLive: MediaTime?
    var connection: (any Publisher)?
    /// With which priority it came; `nil` where it took nothing over.
    var priority: Int?
  }

  private let target: Target
  private let queue: PacketQueue
  private let pump: PacketPump
  private let duration: Duration?
  let logger: Logger
  private let events: AsyncStream<BroadcastStateMachine.Event>
  private let post: AsyncStream<BroadcastStateMachine.Event>.Continuation
  private let shared = Mutex(Snapshot())
  private let roads: Mutex<Roads>
  private let takeover: Mutex<Takeover?>
  private let policy: BroadcastStateMachine.RetryPolicy

  init(
    target: Target, queue: PacketQueue, duration: Duration?,
    policy: BroadcastStateMachine.RetryPolicy, logger: Logger
  ) {
    self.target = target
    roads = Mutex(target.roads)
    takeover = Mutex(target.takeover)
    self.queue = queue
    self.duration = duration
    pump = PacketPump(loop: target.group.next(), queue: queue, duration: duration)
    self.policy = policy
    self.logger = logger
    (events, post) = AsyncStream.makeStream()
  }

  /// Reports what happened elsewhere: a wish to stop, a source that failed.
  ///
  /// Any thread.
  func report(_ event: BroadcastStateMachine.Event) { post.yield(event) }

  /// Changes how the next connection takes over what still runs; any thread.
  func changeTakeover(_ change: (inout Takeover) -> Void) {
    takeover.withLock { takeover in
      guard var changed = takeover else { return }
      change(&changed)
      takeover = changed
    }
  }

  /// The newest facts; any thread.
  var snapshot: Snapshot { shared.withLock { $0 } }

  /// Goes live with `stream` and stays so until it is stopped or gives up.
  func run(_ stream: StreamDescription) async -> BroadcastOutcome {
    var machine = BroadcastStateMachine(policy: policy)
    var work: Task<Void, Never>?
    var retry: Task<Void, Never>?
    var deadline: Task<Void, Never>?
    defer {
      deadline?.cancel()
      work?.cancel()
      retry?.cancel()
      post.finish()
    }
    post.yield(.start)
    for await event in events {
      let before = machine.state
      let effects = machine.handle(event, at: .now(), jitter: .random(in: 0...1))
      log(event, in: before, then: machine.state)
      shared.withLock { shared in
        shared.state = machine.state
        shared.reconnects = machine.reconnects
        if case .live(let since) = machine.state, shared.firstLive == nil { shared.firstLive = since }
      }
      for effect in effects {
        switch effect {
        case .connect:
          retry?.cancel()
          work = Task { await connect(stream) }
        case .beginSending:
          queue.open()
          if deadline == nil { deadline = duration.map { limit in Task { await stop(after: limit) } } }
          work = Task { await send() }
        case .scheduleRetry(let time): retry = Task { await wait(until: time) }
        case .abandon:
          // A stream that was never taken holds no channel: whoever does is not pushed aside by trying again.
          if machine.hasBeenAccepted || policy.retriesFirstConnection { takeover.withLock { $0?.lost() } }
          queue.close()
          work?.cancel()
          let broken = takeConnection()
          Task { await broken?.abandon() }
        case .disconnect:
          queue.close()
          work?.cancel()
          let open = takeConnection()
          Task {
            await open?.close()
            post.yield(.closed)
          }
        }
      }
      if case .ended(let outcome) = machine.state { return outcome }
    }
    return .stopped
  }

  private func takeConnection() -> (any Publisher)? {
    shared.withLock { shared in
      defer { shared.connection = nil }
      return shared.connection
    }
  }

  /// Tries the roads one after the other.
  private func connect(_ stream: StreamDescription) async {
    var failures: [OperatorFailure] = []
    for (index, road, session) in roads.withLock({ $0.inOrder }) {
      do throws(OperatorFailure) {
        let connection = try await open(road, session, stream)
        let isWanted = shared.withLock { shared in
          guard !Task.isCancelled else { return false }
          (shared.connection, shared.priority) = (connection, priority(on: road))
          return true
        }
        guard isWanted else { return await connection.close() }
        roads.withLock { $0.succeeded(index, connection) }
        post.yield(.connected)
        return
      } catch {
        failures.append(error)
        guard !Task.isCancelled, Roads.isWorthAnother(error) else { break }
      }
    }
    guard !Task.isCancelled, let first = failures.first, let last = failures.last else { return }
    let said = failures.map(\.description).joined(separator: "; the other road: ")
    post.yield(
      .connectFailed(
        failures.count == 1
          ? first : OperatorFailure(said, Roads.isWorthAnother(last) ? first.exitStatus : last.exitStatus)))
  }

  /// A proxy takes over by its own rule.
  private func priority(on road: Road) -> Int? {
    if case .proxy = road { nil } else { takeover.withLock { $0?.priority } }
  }

  private func open(
    _ road: Road, _ session: SessionID?, _ stream: StreamDescription
  ) async throws(OperatorFailure) -> any Publisher {
    let priority = priority(on: road)
    if let priority { logger.info("taking over what runs", metadata: ["priority": "\(priority)"]) }
    do {
      switch road {
      case .direct(let endpoint, let key):
        return try await RTMPPublisher.connect(
          to: endpoint, key: priority.map(key.withPriority) ?? key, stream: stream, tls: target.tls,
          group: target.group, logger: logger)
      case .proxy(let endpoint, let credential, let tunnel):
        return try await ProxyPublisher.connect(
          to: endpoint, through: tunnel, credential: credential, session: session, stream: stream, tls: target.tls,
          group: target.group, logger: logger)
      case .srt(let endpoint, let key, let passphrase):
        return try await SRTPublisher.connect(
          to: endpoint, key: priority.map(key.withPriority) ?? key, passphrase: passphrase, stream: stream,
          logger: logger)
      }
    } catch { throw OperatorFailure(any: error) }
  }

  /// Sends until the connection breaks, the wanted duration is over, or the task is cancelled.
  private func send() async {
    guard let connection = snapshot.connection else { return }
    let watcher = Task {
      let failure = OperatorFailure(await connection.waitUntilClosed())
      if !Task.isCancelled, isCurrent(connection) { post.yield(.lost(failure)) }
    }
    defer { watcher.cancel() }
    switch await pump.run(to: connection) {
    case .durationOver: post.yield(.stop)
    case .failed(let failure):
      if !Task.isCancelled, isCurrent(connection) { post.yield(.lost(failure)) }
    case .queueOver: break
    }
  }

  private func isCurrent(_ connection: any Publisher) -> Bool { snapshot.connection === connection }

  /// Ends a broadcast whose time is over while there is no connection; a live one ends by itself, to the frame.
  private func stop(after limit: Duration) async {
    do { try await Task.sleep(for: limit + .seconds(2)) } catch { return }
    post.yield(.stop)
  }

  private func wait(until time: MediaTime) async {
    do { try await Task.sleep(for: max(.zero, time - .now())) } catch { return }
    post.yield(.retryDue)
  }

  private func log(
    _ event: BroadcastStateMachine.Event, in state: BroadcastStateMachine.State, then next: BroadcastStateMachine.State
  ) {
    // What ends the broadcast is said once, by whoever is told of the outcome.
    if case .ended(.failed) = next { return }
    switch (event, state) {
    case (.connected, _): logger.notice("live", metadata: ["ingest": "\(roads.withLock { $0.description })"])
    case (.connectFailed(let failure), .connecting(let attempt)):
      logger.warning("connection failed", metadata: ["attempt": "\(attempt)", "reason": "\(failure)"])
    case (.lost(let failure), .live): logger.warning("connection lost", metadata: ["reason": "\(failure)"])
    case (.stop, .connecting), (.stop, .live), (.stop, .waiting): logger.notice("stopping")
    default: break
    }
  }
}
