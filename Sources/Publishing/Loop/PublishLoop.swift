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
    /// After that another stream is begun, before the ingest ends this one; `nil` where it never does.
    package let longestStream: Duration?
    /// Whether the ingest may take the stream over a second connection while the first is there; it says so itself.
    package var takesSecondConnection = true
    package let group: any EventLoopGroup

    /// Names the routes, the preferred one first.
    package init(
      routes: [any Route], takeover: Takeover?, longestStream: Duration? = nil, group: any EventLoopGroup
    ) {
      self.routes = routes
      self.takeover = takeover
      self.longestStream = longestStream
      self.group = group
    }
  }

  /// What the status shows of it.
  package struct Snapshot: Sendable {
    package var state = ReconnectStateMachine.State.idle
    package var reconnects = 0
    /// Connections that took the place of one without a gap.
    package var moves = 0
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
    /// The connection that is to take its place.
    var successor: Successor?
    /// Whether one is being made, or is there.
    var isMoving = false
  }

  /// A connection beside the present one.
  struct Successor: Sendable {
    let publisher: any Publisher
    let priority: Int?
    let route: String
  }

  /// An event; what is told of a connection counts as long as that is the present one.
  struct Message: Sendable {
    let event: ReconnectStateMachine.Event
    var source: (any Publisher)?
  }

  /// Where the lines of this broadcast go.
  package let logger: Logger
  let queue: PacketQueue
  let pump: PacketPump
  let policy: ReconnectStateMachine.RetryPolicy
  let shared = Mutex(Snapshot())
  let routes: Mutex<Routes>
  let takeover: Mutex<Takeover?>
  let rates: RateControlLoop?
  private let longestStream: Duration?
  private let takesSecondConnection: Bool
  private let duration: Duration?
  private let inbox: AsyncStream<Message>
  private let mail: AsyncStream<Message>.Continuation
  private let feed = EventFeed<PublishEvent>()

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
    (longestStream, takesSecondConnection) = (target.longestStream, target.takesSecondConnection)
    self.queue = queue
    self.duration = duration
    pump = PacketPump(loop: target.group.next(), queue: queue, duration: duration)
    self.policy = policy
    self.logger = logger
    (inbox, mail) = AsyncStream.makeStream()
    rates = actuator.map { [feed] in RateControlLoop($0, queue: queue) { feed.send(.rate($0)) } }
  }

  /// Reports what happened elsewhere: a wanted stop, a source that failed; any thread.
  package func report(_ event: ReconnectStateMachine.Event) { post(event) }

  /// Reports an event; with a connection it counts as long as that is the present one.
  func post(_ event: ReconnectStateMachine.Event, of source: (any Publisher)? = nil) {
    mail.yield(Message(event: event, source: source))
  }

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
    machine.takesSecondConnection = takesSecondConnection
    var work = Work()
    var deadline: Task<Void, Never>?
    let network = watchNetwork()
    defer {
      withExtendedLifetime(network) {}
      deadline?.cancel()
      work.cancel()
      mail.finish()
      feed.finish()
    }
    post(.start)
    for await message in inbox {
      if let source = message.source, !isCurrent(source) { continue }
      let before = machine
      let effects = machine.handle(message.event, at: .now(), jitter: .random(in: 0...1))
      note(machine, after: message.event, from: before)
      if case .live = machine.state, machine.state != before.state {
        takeover.withLock { $0?.accepted() }
        // Taken over, it goes on as the same stream.
        if work.isRenewalOverdue {
          post(.renewalDue)
        } else if let longestStream, work.renewal == nil {
          work.renewal = post(.renewalDue, at: .now() + longestStream)
        }
        if deadline == nil { deadline = duration.map { limit in Task { await stop(after: limit) } } }
      }
      if message.event == .renewalDue {
        let isDone = effects.contains(.renew)
        if isDone { work.renewal = nil }
        work.isRenewalOverdue = !isDone
      }
      for effect in effects { await perform(effect, stream, machine, &work) }
      if case .ended(let outcome) = machine.state { return outcome }
    }
    return .stopped
  }

  /// Makes a step known.
  private func note(
    _ machine: ReconnectStateMachine, after event: ReconnectStateMachine.Event, from before: ReconnectStateMachine
  ) {
    let now = shared.withLock { shared in
      shared.state = machine.state
      (shared.reconnects, shared.moves, shared.isMoving) = (machine.reconnects, machine.moves, machine.move != nil)
      shared.hasBeenAccepted = machine.hasBeenAccepted
      if case .live(let since) = machine.state {
        if shared.firstLive == nil { shared.firstLive = since }
        if let lost = shared.lostSince { shared.timeWithout += since - lost }
        shared.lostSince = nil
      } else if case .live = before.state, shared.lostSince == nil, !machine.isClosing {
        shared.lostSince = .now()
      }
      return shared
    }
    if event == .networkChanged, machine.state != before.state { logger.info("the network changed: connecting now") }
    let (route, priority) = now.successor.map { ($0.route, $0.priority) } ?? (now.route, now.priority)
    if event == .renewalDue, machine.state != before.state {
      logger.notice("the service ends each stream after its time: this one ends now, and another one begins")
    }
    let told = PublishEvent.told(event, from: before, to: machine, route: route, priority: priority)
    logger.tell(told)
    for event in told { feed.send(event) }
  }

  /// Has changes of the network cut the time to the next attempt short; goes on without where it is not told of them.
  private func watchNetwork() -> NetworkWatch? {
    do throws(NetworkWatchError) {
      return try NetworkWatch { [mail] in mail.yield(Message(event: .networkChanged, source: nil)) }
    } catch {
      logger.debug("changes of the network are not heard of here", metadata: ["reason": "\(error)"])
      return nil
    }
  }

  /// Whether this is the present connection.
  func isCurrent(_ connection: any Publisher) -> Bool { snapshot.connection === connection }

  /// Ends a broadcast whose time is over while there is no connection; a live one ends by itself, to the frame.
  private func stop(after limit: Duration) async {
    do { try await Task.sleep(for: limit + .seconds(2)) } catch { return }
    post(.stop)
  }
}
