internal import Logging
internal import Media
internal import Networking
internal import Packets
internal import Synchronization

/// Making connections, and sending over them.
extension PublishLoop {
  /// Tries the routes one after the other: for a move beside the present connection, and where the server wants it.
  func connect(_ stream: StreamDescription, for move: Move? = nil) async {
    var failures: [PublishFailure] = []
    let target = move?.request.target
    let candidates = routes.withLock { routes in target == nil ? routes.inOrder : routes.lastUsed }
    for (index, route) in candidates {
      let priority = route.takesPriority ? takeover.withLock { move == nil ? $0?.priority : $0?.raised.priority } : nil
      if let priority { logger.info("taking over what runs", metadata: ["priority": "\(priority)"]) }
      do throws(PublishFailure) {
        let publisher = try await route.connect(
          stream, to: target, isBeside: move != nil, priority: priority, logger: logger)
        guard keep(publisher, priority, route, isBeside: move != nil) else { return await publisher.close() }
        // An ingest that hangs up at once must not be heard of before it is known that it had said yes.
        if !publisher.isAccepted { tell(.opened, of: publisher, for: move) }
        guard await publisher.waitUntilAccepted() else { return }
        routes.withLock { $0.succeeded(index) }
        tell(.connected, of: publisher, for: move)
        return
      } catch {
        failures.append(error)
        guard !Task.isCancelled, error.isWorthAnotherRoute else { break }
      }
    }
    guard !Task.isCancelled, let failure = PublishFailure(failures) else { return }
    tell(.failed(failure), of: nil, for: move)
  }

  /// Keeps a connection that was made; false where nobody wants it any more.
  private func keep(_ publisher: any Publisher, _ priority: Int?, _ route: any Route, isBeside: Bool) -> Bool {
    shared.withLock { shared in
      guard !Task.isCancelled else { return false }
      if isBeside {
        shared.successor = Successor(publisher: publisher, priority: priority, route: route.description)
      } else {
        (shared.connection, shared.priority, shared.route) = (publisher, priority, route.description)
      }
      return true
    }
  }

  private func tell(_ event: Move.Event, of publisher: (any Publisher)?, for move: Move?) {
    if let move { return post(.beside(event, number: move.number)) }
    switch event {
    case .opened: post(.opened, of: publisher)
    case .connected: post(.connected, of: publisher)
    case .failed(let failure): post(.connectFailed(failure))
    case .lost, .switched, .withdrawn, .overdue: break
    }
  }

  /// Sends until the connection, or the one that took its place, breaks, the wanted duration is over, or the task is
  /// cancelled.
  func send(to connection: any Publisher) async {
    let sampling = rates.map { rates in Task { await rates.run(connection) } }
    switch await pump.run(to: connection) {
    case .durationOver: post(.stop)
    case .failed(let failure, let broken): if !Task.isCancelled { post(.lost(failure), of: broken) }
    case .queueOver: break
    }
    // The next connection's samples are not to meet those of this one.
    sampling?.cancel()
    await sampling?.value
  }

  /// Reports the end of a connection, and what its peer asks for.
  func attend(_ connection: any Publisher) -> Task<Void, Never> {
    Task {
      async let asking: Void = hear(connection)
      let failure = PublishFailure(await connection.waitUntilClosed())
      if !Task.isCancelled { post(.lost(failure), of: connection) }
      await asking
    }
  }

  /// At most once a second, and then the newest: a peer may ask without end.
  private func hear(_ connection: any Publisher) async {
    for await request in connection.moveRequests {
      post(.move(request), of: connection)
      do { try await Task.sleep(for: .seconds(1)) } catch { return }
    }
  }

  /// Ends a connection in the protocol whose place another one took, once it has got its last packet.
  /// - Parameter endsByTakeover: the ingest ends it itself when it has changed over to the other one, and would take an
  ///   earlier end for that of the stream.
  func retire(_ connection: any Publisher, after drained: AsyncStream<Void>?, endsByTakeover: Bool) async {
    // One that does not take its last packets holds up the next connection's: it is let go of.
    if let drained {
      let isDrained: Void? = await Bounded.run(within: .seconds(1)) { for await _ in drained {} }
      guard isDrained != nil else { return await connection.retire() }
    }
    if endsByTakeover { _ = await Bounded.run(within: .seconds(5)) { _ = await connection.waitUntilClosed() } }
    await connection.retire()
  }

  /// Reports an event at a time.
  func post(_ event: ReconnectStateMachine.Event, at time: MediaTime) -> Task<Void, Never> {
    Task {
      do { try await Task.sleep(for: max(.zero, time - .now())) } catch { return }
      post(event)
    }
  }
}
