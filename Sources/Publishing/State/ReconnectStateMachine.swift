package import Media
package import Networking
package import Settings

/// When to connect, when to wait, when to give up.
///
/// Pure: no clock, randomness or input/output inside. The shell performs the effects and reports events.
package struct ReconnectStateMachine: Equatable, Sendable {
  /// Where the broadcast is.
  package enum State: Equatable, Sendable {
    /// Nothing was asked for yet.
    case idle
    /// The `attempt`-th connection since the last good one is being made.
    case connecting(attempt: Int)
    /// Packets go out.
    case live(since: MediaTime)
    /// The connection broke or was not to be had; the next attempt is due at `until`.
    case waiting(attempt: Int, until: MediaTime, failure: PublishFailure)
    /// The stream is being closed in the protocol.
    case stopping(BroadcastOutcome)
    /// Over.
    case ended(BroadcastOutcome)
  }

  /// What happened.
  package enum Event: Equatable, Sendable {
    /// Go live.
    case start
    /// The ingest behind a proxy is still to accept the stream, and does so by what is sent.
    case opened
    /// The ingest accepted the stream.
    case connected
    /// The service itself says that it shows the stream: no later end of it is a refusal.
    case accepted
    /// The connection could not be made.
    case connectFailed(PublishFailure)
    /// The connection broke.
    case lost(PublishFailure)
    /// The time that ``Effect/scheduleRetry(at:)`` named has come.
    case retryDue
    /// Someone wants a new connection now, without waiting for the time.
    case reconnect
    /// The peer wants the stream to go on over another connection.
    case move(MoveRequest)
    /// The time that ``Effect/scheduleMove(at:)`` named has come.
    case moveDue
    /// What happened to the connection beside the present one, of the move with this number.
    case beside(Move.Event, number: Int)
    /// The network may lead to a server again that it did not lead to.
    case networkChanged
    /// The service is about to end the stream, as it does with each after its time.
    case renewalDue
    /// Someone asked to stop, or the wanted duration is over.
    case stop
    /// A source or an encoder ended the session.
    case sourceFailed(OperatorFailure)
    /// The connection is closed, or its time for that is over.
    case closed
  }

  /// What the shell has to do.
  package enum Effect: Equatable, Sendable {
    /// Make a connection, then report `connected` or `connectFailed`.
    case connect
    /// Empty the packet queue, ask for an IDR, and send from there.
    case beginSending
    /// Report `retryDue` at this time.
    case scheduleRetry(at: MediaTime)
    /// Close what is open in the protocol, then report `closed`.
    case disconnect
    /// Close what is open in the protocol, then do as for ``connect``; what comes is another stream, which takes nothing over.
    case renew
    /// Let go of a connection that broke, or that another one is to replace.
    case abandon
    /// Make a second connection and report `beside` with `opened`, `connected` or `failed`, and with `overdue` in time.
    case connectBeside(Move)
    /// Report `moveDue` at this time.
    case scheduleMove(at: MediaTime)
    /// Ask for an IDR and send over the second connection from there; report `switched`, or `lost` where it breaks.
    case switchOver
    /// Send no IDR over the second connection; report `withdrawn` where none is on its way.
    case withdraw
    /// Let go of the second connection.
    case dismiss
    /// The second connection is the present one: close the one before it in the protocol.
    case retire
    /// The second connection is the ordinary attempt now.
    case adopt
  }

  /// When to try again.
  package struct RetryPolicy: Equatable, Sendable {
    /// Attempts in a row before giving up; `nil` is never.
    package var maximumAttempts: Int?
    /// Whether a first connection that fails is retried too.
    package var retriesFirstConnection: Bool

    /// For a person at a terminal: the first failure is shown at once, a broken stream gets 25 attempts.
    package static let attended = RetryPolicy(maximumAttempts: 25, retriesFirstConnection: false)
    /// For a box that nobody watches: never gives up.
    package static let unattended = RetryPolicy(maximumAttempts: nil, retriesFirstConnection: true)
  }

  /// A first connection that is lost sooner than this may have been refused, whatever the ingest said.
  package static let acceptedAfter: Duration = .seconds(5)
  /// So many of them in a row were: networks fail once, an ingest that does not want a stream hangs up each time.
  package static let earlyLossLimit = 2
  /// A connection that held this long makes the next failure the first one again.
  package static let provenAfter: Duration = .seconds(30)

  /// Where the broadcast is.
  package internal(set) var state: State = .idle
  /// Connections made again after one broke.
  package private(set) var reconnects = 0
  /// Connections that took the place of one without a gap.
  package internal(set) var moves = 0
  /// What is on its way to take the place of the present connection.
  package internal(set) var move: Move?
  /// The number of the last move.
  var lastMove = 0
  /// When a peer may ask for the next one.
  var nextMove: MediaTime?
  /// What was asked for before that.
  var postponedMove: MoveRequest?
  /// Whether the end is wanted, or reached.
  var isClosing: Bool {
    switch state {
    case .stopping, .ended: true
    case .idle, .connecting, .live, .waiting: false
    }
  }
  let policy: RetryPolicy
  /// Whether the ingest may take the stream over a second connection while the first is there.
  var takesSecondConnection = true
  private var hasBeenLive = false
  /// Packets go out over a connection that the ingest has not accepted yet.
  private(set) var sendsBeforeAcceptance = false
  /// Whether a connection held, or the service showed the stream: no later end is a refusal.
  package private(set) var hasBeenAccepted = false
  private var earlyLosses = 0
  private var pace = RetryPace()

  /// Makes an idle machine.
  package init(policy: RetryPolicy) { self.policy = policy }

  /// Takes an event and says what to do.
  /// - Parameters:
  ///   - now: CLOCK_MONOTONIC.
  ///   - jitter: a random number in 0…1.
  package mutating func handle(_ event: Event, at now: MediaTime, jitter: Double) -> [Effect] {
    switch (state, event) {
    case (.idle, .start):
      state = .connecting(attempt: 1)
      return [.connect]
    case (.idle, .stop):
      state = .ended(.stopped)
      return []
    case (.idle, .sourceFailed(let failure)):
      state = .ended(.failed(failure))
      return []

    case (.connecting, .opened):
      guard !sendsBeforeAcceptance else { return [] }
      sendsBeforeAcceptance = true
      return [.beginSending]
    case (.connecting, .connected):
      if hasBeenLive { reconnects += 1 }
      hasBeenLive = true
      state = .live(since: now)
      guard sendsBeforeAcceptance else { return [.beginSending] }
      sendsBeforeAcceptance = false
      return []
    case (_, .accepted):
      hasBeenAccepted = true
      return []
    case (.connecting, .lost(let failure)) where sendsBeforeAcceptance,
      (.connecting, .connectFailed(let failure)) where sendsBeforeAcceptance:
      sendsBeforeAcceptance = false
      return [.abandon] + retry(after: failure, at: now, jitter: jitter)
    case (.connecting, .connectFailed(let failure)):
      return retry(after: failure, at: now, jitter: jitter)

    case (.live(let since), .lost(let failure)):
      if let effects = lostWhileMoving(since: since, at: now) { return effects }
      let dismissal = endMove()
      noteSuccess(since: since, at: now)
      guard hasBeenAccepted || policy.retriesFirstConnection else {
        // Some ingests, Amazon IVS among them, say yes to every key and hang up on those that they do not want.
        earlyLosses += 1
        guard earlyLosses < Self.earlyLossLimit, failure.kind != .refused else {
          state = .ended(BroadcastOutcome(failure.asRefusal))
          return dismissal + [.abandon]
        }
        return dismissal + [.abandon] + retry(after: failure, at: now, jitter: jitter)
      }
      return dismissal + [.abandon] + retry(after: failure, at: now, jitter: jitter)

    case (.waiting(let attempt, _, _), .retryDue):
      state = .connecting(attempt: attempt)
      return [.connect]

    case (.waiting(let attempt, _, _), .networkChanged):
      pace.networkChanged()
      state = .connecting(attempt: attempt)
      return [.connect]
    case (.connecting, .networkChanged):
      pace.networkChanged()
      return []

    case (.waiting(let attempt, _, _), .reconnect):
      state = .connecting(attempt: attempt)
      return [.connect]
    case (.live(let since), .renewalDue):
      let dismissal = endMove()
      noteSuccess(since: since, at: now)
      state = .connecting(attempt: 1)
      return dismissal + [.renew]
    case (.live(let since), .reconnect) where !takesSecondConnection:
      noteSuccess(since: since, at: now)
      state = .connecting(attempt: 1)
      return [.abandon, .connect]
    case (.live, .reconnect): return move(MoveRequest(.operator), at: now)
    case (_, .move(let request)): return move(request, at: now)
    case (_, .moveDue): return moveDue(at: now)
    case (_, .beside(let event, let number)): return handle(event, of: number, at: now, jitter: jitter)

    case (.connecting, .stop), (.live, .stop):
      state = .stopping(.stopped)
      return endMove() + [.disconnect]
    case (.connecting, .sourceFailed(let failure)), (.live, .sourceFailed(let failure)):
      state = .stopping(.failed(failure))
      return endMove() + [.disconnect]
    case (.waiting, .stop):
      state = .ended(.stopped)
      return []
    case (.waiting, .sourceFailed(let failure)):
      state = .ended(.failed(failure))
      return []

    case (.stopping(let outcome), .closed):
      state = .ended(outcome)
      return []

    // Late news of a connection that is being closed or is gone, and repeated requests.
    case (.idle, .opened), (.live, .opened), (.waiting, .opened), (.stopping, .opened), (.stopping, .start),
      (.stopping, .connected), (.stopping, .connectFailed), (.stopping, .lost),
      (.stopping, .retryDue), (.stopping, .stop), (.stopping, .reconnect), (.idle, .reconnect),
      (.idle, .renewalDue), (.connecting, .renewalDue), (.waiting, .renewalDue), (.stopping, .renewalDue),
      (.connecting, .reconnect), (.idle, .networkChanged), (.live, .networkChanged), (.stopping, .networkChanged),
      (.stopping, .sourceFailed), (.ended, _),
      (.idle, .connected), (.idle, .connectFailed), (.idle, .lost), (.idle, .retryDue), (.idle, .closed),
      (.connecting, .start), (.connecting, .lost), (.connecting, .retryDue), (.connecting, .closed),
      (.live, .start), (.live, .connected), (.live, .connectFailed), (.live, .retryDue), (.live, .closed),
      (.waiting, .start), (.waiting, .connected), (.waiting, .connectFailed), (.waiting, .lost), (.waiting, .closed):
      return []
    }
  }

  /// A connection that held is counted in its favour when it ends.
  mutating func noteSuccess(since: MediaTime, at now: MediaTime) {
    pace.held(for: now - since)
    if now - since >= Self.acceptedAfter { hasBeenAccepted = true }
  }

  /// There is nothing that the second connection could take the place of.
  private mutating func endMove() -> [Effect] {
    defer { (move, postponedMove) = (nil, nil) }
    return move == nil ? [] : [.dismiss]
  }

  private mutating func retry(after failure: PublishFailure, at now: MediaTime, jitter: Double) -> [Effect] {
    (move, postponedMove) = (nil, nil)
    let due = now + pace.delay(after: failure, hasBeenLive: hasBeenLive, at: now, jitter: jitter)
    let isFirst = !hasBeenLive && !policy.retriesFirstConnection
    let isTooMany = policy.maximumAttempts.map { pace.counted > $0 } ?? false
    guard !isFirst, !isTooMany else {
      state = .ended(BroadcastOutcome(failure))
      return []
    }
    state = .waiting(attempt: pace.failures, until: due, failure: failure)
    return [.scheduleRetry(at: due)]
  }
}
