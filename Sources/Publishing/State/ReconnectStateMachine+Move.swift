internal import Media
internal import Networking

/// Going on over another connection without a gap: the new one is made before the old one is let go.
extension ReconnectStateMachine {
  /// Somebody wants the stream to go on over another connection.
  mutating func move(_ request: MoveRequest, at now: MediaTime) -> [Effect] {
    // One at a time: what the old one asks for again is under way.
    guard case .live = state, move == nil else { return [] }
    if request.origin != .operator, let nextMove, now < nextMove {
      let isPlanned = postponedMove != nil
      postponedMove = request
      return isPlanned ? [] : [.scheduleMove(at: nextMove)]
    }
    postponedMove = nil
    lastMove += 1
    nextMove = now + Move.interval
    let begun = Move(number: lastMove, request: request)
    move = begun
    return [.connectBeside(begun)]
  }

  /// The time of a request that came too soon after the last move has come.
  mutating func moveDue(at now: MediaTime) -> [Effect] {
    guard let request = postponedMove else { return [] }
    postponedMove = nil
    return move(request, at: now)
  }

  /// Takes the news of the second connection.
  mutating func handle(_ event: Move.Event, of number: Int, at now: MediaTime, jitter: Double) -> [Effect] {
    guard let move, move.number == number else { return [] }
    switch (move.stage, event) {
    case (.adopted, .opened): return handle(.opened, at: now, jitter: jitter)
    case (.adopted, .connected):
      self.move = nil
      return handle(.connected, at: now, jitter: jitter)
    case (.adopted, .failed(let failure)):
      self.move = nil
      return handle(.connectFailed(failure), at: now, jitter: jitter)

    case (.connecting, .opened), (.connecting, .connected):
      self.move?.stage = .switching
      return [.switchOver]
    case (.connecting, .failed(let failure)): return giveUpMove(after: failure, at: now)
    case (.connecting, .overdue):
      self.move = nil
      return [.dismiss]

    case (.switching, .lost(let failure)):
      self.move?.stage = .withdrawing(failure)
      return [.withdraw]
    case (.switching, .switched), (.withdrawing, .switched):
      settle(at: now)
      return [.retire]
    case (.withdrawing, .withdrawn):
      self.move = nil
      return [.dismiss]
    case (.switching, .overdue):
      // What is on its way takes too long on the old one: the new one begins anew.
      settle(at: now)
      return [.abandon, .beginSending]

    case (.switching, .opened), (.switching, .connected), (.switching, .failed), (.switching, .withdrawn),
      (.withdrawing, .opened), (.withdrawing, .connected), (.withdrawing, .failed), (.withdrawing, .lost),
      (.withdrawing, .overdue), (.connecting, .lost), (.connecting, .switched), (.connecting, .withdrawn),
      (.adopted, .lost), (.adopted, .switched), (.adopted, .withdrawn), (.adopted, .overdue):
      return []
    }
  }

  /// The second connection is not to be had: the present one stays, unless the operator wants another one and the ingest
  /// has no room for two.
  private mutating func giveUpMove(after failure: PublishFailure, at now: MediaTime) -> [Effect] {
    guard let request = move?.request, case .live(let since) = state else { return [] }
    move = nil
    guard request.origin == .operator, failure.mayBeBusy else { return [] }
    noteSuccess(since: since, at: now)
    state = .connecting(attempt: 1)
    return [.abandon, .connect]
  }

  /// The present connection was lost during a move; `nil` where that changes nothing.
  mutating func lostWhileMoving(since: MediaTime, at now: MediaTime) -> [Effect]? {
    postponedMove = nil
    switch move?.stage {
    case .connecting where hasBeenAccepted || policy.retriesFirstConnection || now - since >= Self.acceptedAfter:
      noteSuccess(since: since, at: now)
      move?.stage = .adopted
      state = .connecting(attempt: 1)
      return [.abandon, .adopt]
    case .switching:
      settle(at: now)
      return [.abandon, .beginSending]
    case .connecting, .withdrawing, .adopted, nil: return nil
    }
  }

  /// The second connection is the present one.
  private mutating func settle(at now: MediaTime) {
    if case .live(let since) = state { noteSuccess(since: since, at: now) }
    moves += 1
    move = nil
    state = .live(since: now)
  }
}
