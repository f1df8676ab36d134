internal import Media
internal import Networking
internal import RTMP
internal import Transwrap

/// What one session does about its two ends, the client's and the ingest's.
///
/// Pure: no clock, randomness or input/output inside. The shell performs the effects and reports events.
struct SessionStateMachine: Equatable, Sendable {
  /// The ingest's end.
  enum Ingest: Equatable, Sendable {
    /// The client has not yet sent enough to be published.
    case waitingForMedia
    case connecting(attempt: Int)
    case live
    /// The next attempt is due.
    case waiting(attempt: Int)
    case ended
  }

  /// The client's end.
  enum Client: Equatable, Sendable { case present, lost, gone }

  enum Event: Equatable, Sendable {
    /// The tracks are known.
    case mediaBegan
    case connected
    case connectFailed(RTMPError)
    case lost(RTMPError)
    case retryDue
    /// The client said that its stream is over.
    case clientFinished
    /// Its connection broke.
    case clientLost
    case clientReturned
    /// It did not come back in time.
    case clientOverdue
    /// Its media cannot be taken, it broke a limit, or the proxy wants it to go.
    case end(CloseCode, ServerEvent.Notice)
    /// The proxy is about to end.
    case drain
    /// The same, and the client goes on over another connection when it is told to.
    case drainByMove
    /// It has not done so for some time.
    case moveOverdue
  }

  enum Effect: Equatable, Sendable {
    /// Connect; with a priority it takes over what may still be there.
    case connect(priority: Int?)
    /// Send from the next keyframe on.
    case beginSending
    case scheduleRetry(Duration)
    /// Let go of a connection that broke.
    case abandonIngest
    /// End the stream in the protocol.
    case unpublish
    case tell(ServerEvent)
    case closeClient(CloseCode)
    /// Report `moveOverdue` after ``SessionStateMachine/moveInterval``, unless the client is gone then.
    case awaitMove
    /// Report `clientOverdue` after the settings' time, unless it returns.
    case awaitClient
    /// Nothing is left to do.
    case dispose
  }

  /// Attempts at a first connection that fails for reasons that may pass.
  static let firstAttempts = 3
  /// A first connection that is lost sooner than this was refused, whatever the ingest said.
  static let acceptedAfter: Duration = .seconds(5)

  /// How often a client is told to go on elsewhere: the first time it may still be sent here again.
  static let moveAttempts = 2
  /// How long it may take each time.
  static let moveInterval: Duration = .seconds(6)

  private(set) var ingest = Ingest.waitingForMedia
  private(set) var client = Client.present
  /// Reconnects to the ingest.
  private(set) var reconnects = 0
  /// `nil` where the ingest knows no takeovers.
  private var takeover: Takeover?
  private let timeout: Duration
  private let resumes: Bool
  private var hasBeenLive = false
  private var isAccepted = false
  private var liveSince = MediaTime.zero
  /// When the connection broke that was the last to be stable.
  private var brokenSince: MediaTime?
  /// Attempts since then.
  private var attempts = 0
  private var isDraining = false
  /// Whether the client was told to go on elsewhere, and is to be kept until it does.
  private(set) var isMovingClient = false
  private var moveAttempt = 0
  /// Whether the next attempt has to outbid what was lost.
  private var mayRaise = false

  /// - Parameters:
  ///   - takeover: what the first connection takes over; `nil` where the ingest knows no takeovers.
  ///   - timeout: how long a broken ingest connection is tried again.
  ///   - resumes: whether a lost client may come back.
  init(takeover: Takeover?, timeout: Duration, resumes: Bool) {
    self.takeover = takeover
    self.timeout = timeout
    self.resumes = resumes
  }

  /// Takes an event and says what to do.
  /// - Parameters:
  ///   - now: CLOCK_MONOTONIC.
  ///   - jitter: a random number in 0…1.
  mutating func handle(_ event: Event, at now: MediaTime, jitter: Double) -> [Effect] {
    guard ingest != .ended else { return [] }
    switch event {
    case .mediaBegan:
      guard ingest == .waitingForMedia else { return [] }
      ingest = .connecting(attempt: 1)
      return [.tell(.state(.init(.connecting, attempt: 1))), .connect(priority: takeover?.priority)]
    case .connected: return connected(at: now)
    case .connectFailed(let error):
      guard case .connecting(let attempt) = ingest else { return [] }
      return retry(after: error, attempt: attempt, at: now, jitter: jitter)
    case .lost(let error):
      guard ingest == .live else { return [] }
      let wasStable = now - liveSince >= Self.acceptedAfter
      isAccepted = isAccepted || wasStable
      // There is nothing left that could be ended in the protocol.
      ingest = .waiting(attempt: 0)
      guard isAccepted || isMovingClient else {
        // Some ingests say yes to every key and hang up on those that they do not want.
        return [.abandonIngest] + end(.failed, Self.notice(error, isRefusal: true))
      }
      // Nobody is there whose stream could go on, or somebody else goes on with it elsewhere.
      if client == .lost || isMovingClient { return [.abandonIngest] + finish() }
      // A connection that is lost at once again is no new beginning: the attempts and the time go on.
      if wasStable || brokenSince == nil {
        brokenSince = now
        attempts = 0
      }
      // What the network broke may still be there at the ingest, with its priority; one that the ingest itself ended
      // at once was taken over by somebody who means it, whom this one does not outbid again and again.
      if wasStable || error.isOfTheNetwork { mayRaise = true }
      return [.abandonIngest] + retry(after: error, attempt: attempts, at: now, jitter: jitter)
    case .retryDue:
      guard case .waiting(let attempt) = ingest else { return [] }
      ingest = .connecting(attempt: attempt)
      return [
        .tell(.state(.init(.connecting, attempt: attempt))), .connect(priority: takeover?.priority),
      ]
    case .clientFinished: return finish()
    case .clientLost: return clientLost()
    case .clientReturned:
      client = .present
      return []
    case .clientOverdue: return client == .lost ? finish() : []
    case .end(let code, let notice): return end(code, notice)
    case .drain: return drain()
    case .drainByMove: return drainByMove()
    case .moveOverdue:
      guard isMovingClient, client == .present else { return [] }
      return moveAttempt < Self.moveAttempts ? drainByMove() : drain()
    }
  }

  private mutating func connected(at now: MediaTime) -> [Effect] {
    // The client left in the meantime: what was just opened is closed again.
    guard case .connecting(let attempt) = ingest else { return [.unpublish] }
    attempts = attempt
    if hasBeenLive { reconnects += 1 }
    hasBeenLive = true
    takeover?.accepted()
    liveSince = now
    ingest = .live
    return [.beginSending, .tell(.state(.init(.live)))]
  }

  private mutating func retry(
    after error: RTMPError, attempt: Int, at now: MediaTime, jitter: Double
  ) -> [Effect] {
    let isRefusal = error.isRefusal
    let isOver =
      hasBeenLive
      ? now - (brokenSince ?? now) >= timeout : isRefusal || attempt >= Self.firstAttempts
    guard !isOver else { return end(.failed, Self.notice(error, isRefusal: isRefusal)) }
    if hasBeenLive && mayRaise {
      takeover?.lost()
      mayRaise = false
    }
    ingest = .waiting(attempt: attempt + 1)
    return [
      .tell(.state(.init(.waiting, attempt: attempt + 1, reason: error.description))),
      .scheduleRetry(Backoff.delay(beforeAttempt: attempt + 1, jitter: jitter)),
    ]
  }

  private mutating func clientLost() -> [Effect] {
    guard client == .present else { return [] }
    guard resumes, hasBeenLive || ingest != .waitingForMedia else { return finish() }
    // Another node goes on with the stream: it takes over, or cannot before this one has let go.
    guard !isDraining || takeover != nil else { return finish() }
    client = .lost
    return [.awaitClient]
  }

  /// A client is only kept where the next proxy takes the stream over from this one.
  private mutating func drainByMove() -> [Effect] {
    guard client == .present, takeover != nil, ingest == .live else { return drain() }
    (isDraining, isMovingClient) = (true, true)
    moveAttempt += 1
    return [.tell(.move(.init(code: "draining", message: "the proxy is about to end"))), .awaitMove]
  }

  private mutating func drain() -> [Effect] {
    (isDraining, isMovingClient) = (true, false)
    if client == .lost && takeover == nil { return finish() }
    return client == .present ? [.closeClient(.restart)] : []
  }

  private mutating func finish() -> [Effect] {
    let wasPresent = client == .present
    client = .gone
    let isOpen = ingest == .live
    ingest = .ended
    return (wasPresent ? [.tell(.state(.init(.ended))), .closeClient(.normal)] : [])
      + (isOpen ? [.unpublish] : []) + [.dispose]
  }

  private mutating func end(_ code: CloseCode, _ notice: ServerEvent.Notice) -> [Effect] {
    let wasPresent = client == .present
    client = .gone
    let isOpen = ingest == .live
    ingest = .ended
    return (wasPresent ? [.tell(.error(notice)), .closeClient(code)] : []) + (isOpen ? [.unpublish] : [])
      + [.dispose]
  }

  private static func notice(_ error: RTMPError, isRefusal: Bool) -> ServerEvent.Notice {
    isRefusal
      ? .init(
        code: "ingest-refused",
        message: "the ingest did not take the stream: the key is wrong or in use, or the channel does not take these "
          + "settings (\(error))")
      : .init(code: "ingest-failed", message: "\(error)")
  }
}

extension RTMPError {
  /// Whether the ingest said no, in words or by hanging up on the key.
  var isRefusal: Bool {
    switch self {
    case .publishRefused, .connection(.closedByServer(.createStream, _)), .connection(.closedByServer(.publish, _)):
      true
    default: false
    }
  }

  /// Whether it was the network that ended a connection, and not its peer.
  var isOfTheNetwork: Bool {
    switch self {
    case .connection(.connectionLost), .connection(.stalled): true
    default: false
    }
  }
}
