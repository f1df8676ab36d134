package import Logging
package import Media
package import NIOCore
package import Networking
package import Packets
internal import Synchronization

/// Performs what ``ReconnectStateMachine`` decides: connects, sends, waits, closes.
///
/// One task runs it.
package final class PublishLoop: Sendable {
  /// Where the packets go.
  package struct Target: Sendable {
    package let routes: [any Route]
    /// How streams that still run are taken over; `nil` where the ingest does not know that.
    package let takeover: Takeover?
    package let group: any EventLoopGroup

    /// Names the routes, the preferred one first.
    package init(routes: [any Route], takeover: Takeover?, group: any EventLoopGroup) {
      self.routes = routes
      self.takeover = takeover
      self.group = group
    }
  }

  /// What the status shows of it.
  package struct Snapshot: Sendable {
    package var state = ReconnectStateMachine.State.idle
    package var reconnects = 0
    package var firstLive: MediaTime?
    /// Whether a connection held: an ingest's yes alone is none.
    package var hasBeenAccepted = false
    /// How long there was no connection since, without the time since ``lostSince``.
    package var timeWithout = Duration.zero
    /// When the connection was lost that there is none for yet.
    package var lostSince: MediaTime?
    package var connection: (any Publisher)?
    /// With which priority it came; `nil` where it took nothing over.
    package var priority: Int?
    /// Where it leads.
    package var route = ""
  }

  /// Where the lines of this broadcast go.
  package let logger: Logger
  private let queue: PacketQueue
  private let pump: PacketPump
  private let duration: Duration?
  private let policy: ReconnectStateMachine.RetryPolicy
  private let inbox: AsyncStream<ReconnectStateMachine.Event>
  private let post: AsyncStream<ReconnectStateMachine.Event>.Continuation
  private let feed = EventFeed<PublishEvent>()
  private let shared = Mutex(Snapshot())
  private let routes: Mutex<Routes>
  private let takeover: Mutex<Takeover?>
  private let rates: RateControlLoop?

  /// Prepares a broadcast of what `queue` holds; nothing is connected yet.
  /// - Parameters:
  ///   - duration: time on air after which it stops by itself.
  ///   - actuator: who is told what the stream may cost; `nil` where the bitrate stays what it is.
  package init(
    target: Target, queue: PacketQueue, duration: Duration?, policy: ReconnectStateMachine.RetryPolicy,
    actuator: RateActuator? = nil, logger: Logger
  ) {
    routes = Mutex(Routes(target.routes))
    takeover = Mutex(target.takeover)
    self.queue = queue
    self.duration = duration
    pump = PacketPump(loop: target.group.next(), queue: queue, duration: duration)
    self.policy = policy
    self.logger = logger
    (inbox, post) = AsyncStream.makeStream()
    rates = actuator.map { [feed] in RateControlLoop($0, queue: queue) { feed.send(.rate($0)) } }
  }

  /// Reports what happened elsewhere: a wanted stop, a source that failed; any thread.
  package func report(_ event: ReconnectStateMachine.Event) { post.yield(event) }

  /// What happens from now on; ends with the broadcast.
  package func events() -> AsyncStream<PublishEvent> { feed.listen() }

  /// Changes how the next connection takes over what still runs; any thread.
  package func changeTakeover(_ change: (inout Takeover) -> Void) {
    takeover.withLock { takeover in
      guard var changed = takeover else { return }
      change(&changed)
      takeover = changed
    }
  }

  /// The newest facts; any thread.
  package var snapshot: Snapshot { shared.withLock { $0 } }

  /// Goes live with `stream` and stays so until it is stopped or gives up.
  package func run(_ stream: StreamDescription) async -> BroadcastOutcome {
    var machine = ReconnectStateMachine(policy: policy)
    var work: Task<Void, Never>?
    var retry: Task<Void, Never>?
    var deadline: Task<Void, Never>?
    let network = watchNetwork()
    defer {
      withExtendedLifetime(network) {}
      deadline?.cancel()
      work?.cancel()
      retry?.cancel()
      post.finish()
      feed.finish()
    }
    post.yield(.start)
    for await event in inbox {
      let before = machine.state
      let effects = machine.handle(event, at: .now(), jitter: .random(in: 0...1))
      note(machine, after: event, in: before)
      if case .live = machine.state, machine.state != before {
        takeover.withLock { $0?.accepted() }
        if deadline == nil { deadline = duration.map { limit in Task { await stop(after: limit) } } }
      }
      for effect in effects {
        switch effect {
        case .connect:
          retry?.cancel()
          work = Task { await connect(stream) }
        case .beginSending:
          queue.open()
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

  /// Makes a step known.
  private func note(
    _ machine: ReconnectStateMachine, after event: ReconnectStateMachine.Event, in before: ReconnectStateMachine.State
  ) {
    let now = shared.withLock { shared in
      shared.state = machine.state
      shared.reconnects = machine.reconnects
      shared.hasBeenAccepted = machine.hasBeenAccepted
      if case .live(let since) = machine.state {
        if shared.firstLive == nil { shared.firstLive = since }
        if let lost = shared.lostSince { shared.timeWithout += since - lost }
        shared.lostSince = nil
      } else if case .live = before, shared.lostSince == nil, !machine.isClosing {
        shared.lostSince = .now()
      }
      return shared
    }
    if event == .networkChanged, machine.state != before { logger.info("the network changed: connecting now") }
    let told = PublishEvent.told(event, from: before, to: machine.state, route: now.route, priority: now.priority)
    logger.tell(told)
    for event in told { feed.send(event) }
  }

  private func takeConnection() -> (any Publisher)? {
    shared.withLock { shared in
      defer { shared.connection = nil }
      return shared.connection
    }
  }

  /// Tries the routes one after the other.
  private func connect(_ stream: StreamDescription) async {
    var failures: [PublishFailure] = []
    for (index, route) in routes.withLock({ $0.inOrder }) {
      let priority = route.takesPriority ? takeover.withLock { $0?.priority } : nil
      if let priority { logger.info("taking over what runs", metadata: ["priority": "\(priority)"]) }
      do throws(PublishFailure) {
        let publisher = try await route.connect(stream, priority: priority, logger: logger)
        let isWanted = shared.withLock { shared in
          guard !Task.isCancelled else { return false }
          (shared.connection, shared.priority, shared.route) = (publisher, priority, route.description)
          return true
        }
        guard isWanted else { return await publisher.close() }
        // An ingest that hangs up at once must not be heard of before it is known that it had said yes.
        if !publisher.isAccepted { post.yield(.opened) }
        guard await publisher.waitUntilAccepted(), isCurrent(publisher) else { return }
        routes.withLock { $0.succeeded(index) }
        post.yield(.connected)
        return
      } catch {
        failures.append(error)
        guard !Task.isCancelled, error.isWorthAnotherRoute else { break }
      }
    }
    guard !Task.isCancelled, let failure = PublishFailure(failures) else { return }
    post.yield(.connectFailed(failure))
  }

  /// Sends until the connection breaks, the wanted duration is over, or the task is cancelled.
  private func send() async {
    guard let connection = snapshot.connection else { return }
    let watcher = Task {
      let failure = PublishFailure(await connection.waitUntilClosed())
      if !Task.isCancelled, isCurrent(connection) { post.yield(.lost(failure)) }
    }
    let sampling = rates.map { rates in Task { await rates.run(connection) } }
    defer { watcher.cancel() }
    switch await pump.run(to: connection) {
    case .durationOver: post.yield(.stop)
    case .failed(let failure):
      if !Task.isCancelled, isCurrent(connection) { post.yield(.lost(failure)) }
    case .queueOver: break
    }
    // The next connection's samples are not to meet those of this one.
    sampling?.cancel()
    await sampling?.value
  }

  /// Has changes of the network cut the time to the next attempt short; goes on without where it is not told of them.
  private func watchNetwork() -> NetworkWatch? {
    do throws(NetworkWatchError) {
      return try NetworkWatch { [post] in post.yield(.networkChanged) }
    } catch {
      logger.debug("changes of the network are not heard of here", metadata: ["reason": "\(error)"])
      return nil
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
}
