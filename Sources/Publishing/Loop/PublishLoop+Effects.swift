internal import Media
internal import Networking
internal import Packets
internal import Synchronization

/// What the state machine decided, done.
extension PublishLoop {
  /// The tasks of a run.
  struct Work {
    /// Connects, or sends.
    var main: Task<Void, Never>?
    /// Listens to the present connection.
    var attending: Task<Void, Never>?
    /// Waits for the next attempt, or for the time of a move that was asked for too soon.
    var retry: Task<Void, Never>?
    var postponed: Task<Void, Never>?
    /// Waits until the service would end the stream.
    var renewal: Task<Void, Never>?
    /// That time came while nothing was on air.
    var isRenewalOverdue = false
    /// Makes a connection beside the present one, listens to it, and watches the time.
    var beside: Task<Void, Never>?
    var watching: Task<Void, Never>?
    var overdue: Task<Void, Never>?
    /// Ends when the connection that another one takes the place of gets nothing more.
    var drained: AsyncStream<Void>?
    /// Close connections in the protocol; of each the time is bounded, and of moves there is one each some seconds.
    private var farewells: [Task<Void, Never>] = []

    mutating func sayFarewell(_ work: @escaping @Sendable () async -> Void) {
      farewells = farewells.suffix(7) + [Task { await work() }]
    }

    /// Ends what waits before it closes a connection; to be waited for.
    func hurryFarewells() -> [Task<Void, Never>] {
      for farewell in farewells { farewell.cancel() }
      return farewells
    }

    func endMove() {
      for task in [beside, watching, overdue] { task?.cancel() }
    }

    func cancel() {
      endMove()
      for task in [main, attending, retry, postponed, renewal] { task?.cancel() }
    }
  }

  /// Does one thing.
  func perform(
    _ effect: ReconnectStateMachine.Effect, _ stream: StreamDescription, _ machine: ReconnectStateMachine,
    _ work: inout Work
  ) async {
    switch effect {
    case .connect:
      work.retry?.cancel()
      work.main = Task { await connect(stream) }
    case .beginSending:
      if let successor = takeSuccessor() {
        work.watching?.cancel()
        install(successor)
      }
      guard let connection = snapshot.connection else { return }
      queue.open()
      work.attending = attend(connection)
      work.main = Task { await send(to: connection) }
    case .scheduleRetry(let time): work.retry = post(.retryDue, at: time)
    case .abandon:
      // A stream that was never taken holds no channel: whoever does is not pushed aside by trying again.
      if machine.hasBeenAccepted || policy.retriesFirstConnection || snapshot.successor != nil {
        takeover.withLock { $0?.lost() }
      }
      let broken = release(&work)
      Task { await broken?.abandon() }
    case .renew:
      takeover.withLock { $0?.ended() }
      let open = release(&work)
      work.main = Task {
        await open?.close()
        await connect(stream)
      }
    case .disconnect:
      let open = release(&work)
      let farewells = work.hurryFarewells()
      Task {
        await open?.close()
        for farewell in farewells { await farewell.value }
        post(.closed)
      }
    default: await performMove(effect, stream, machine, &work)
    }
  }

  private func performMove(
    _ effect: ReconnectStateMachine.Effect, _ stream: StreamDescription, _ machine: ReconnectStateMachine,
    _ work: inout Work
  ) async {
    switch effect {
    case .scheduleMove(let time): work.postponed = post(.moveDue, at: time)
    case .connectBeside(let move):
      work.beside = Task { await connect(stream, for: move) }
      work.overdue = post(.beside(.overdue, number: move.number), at: .now() + Move.limit)
    case .switchOver:
      guard let successor = snapshot.successor, let move = machine.move else { return }
      await switchOver(to: successor.publisher, move, &work)
    case .withdraw:
      guard let move = machine.move, await pump.withdraw() else { return }
      post(.beside(.withdrawn, number: move.number))
    case .dismiss:
      work.endMove()
      guard let successor = takeSuccessor() else { return }
      work.sayFarewell { await successor.publisher.close() }
    case .retire:
      work.endMove()
      guard let successor = takeSuccessor(), let old = snapshot.connection else { return }
      takeover.withLock { takeover in
        takeover?.lost()
        takeover?.accepted()
      }
      install(successor)
      work.attending?.cancel()
      work.attending = attend(successor.publisher)
      await rates?.follow(successor.publisher)
      let drained = work.drained
      work.sayFarewell { [self] in
        await retire(old, after: drained, endsByTakeover: successor.priority != nil)
      }
    // It goes on as it is, and in its own time.
    case .adopt: work.overdue?.cancel()
    case .connect, .beginSending, .scheduleRetry, .abandon, .renew, .disconnect: break
    }
  }

  /// Has the next keyframe go over `next`, and asks for one.
  private func switchOver(to next: any Publisher, _ move: Move, _ work: inout Work) async {
    let number = move.number
    let limit = move.request.origin == .operator ? Move.operatorSwitchLimit : Move.switchLimit
    work.overdue?.cancel()
    work.overdue = post(.beside(.overdue, number: number), at: .now() + limit)
    work.watching = Task {
      let failure = PublishFailure(await next.waitUntilClosed())
      if !Task.isCancelled { post(.beside(.lost(failure), number: number)) }
    }
    let (drained, drain) = AsyncStream<Void>.makeStream()
    work.drained = drained
    await pump.switchOver(
      to: PacketPump.Successor(publisher: next) { [self] in
        post(.beside(.switched, number: number))
      } drained: {
        drain.finish()
      })
    queue.requestKeyframe()
  }

  /// Nothing goes over the present connection any more, which is answered.
  private func release(_ work: inout Work) -> (any Publisher)? {
    queue.close()
    for task in [work.main, work.attending, work.postponed] { task?.cancel() }
    return shared.withLock { shared in
      defer { shared.connection = nil }
      return shared.connection
    }
  }

  private func takeSuccessor() -> Successor? {
    shared.withLock { shared in
      defer { shared.successor = nil }
      return shared.successor
    }
  }

  private func install(_ successor: Successor) {
    shared.withLock { shared in
      (shared.connection, shared.priority, shared.route) = (
        successor.publisher, successor.priority, successor.route
      )
    }
  }
}
