internal import Glibc
internal import Interface
internal import Logging
internal import Media
internal import NIOCore
internal import NIOPosix
internal import Settings
internal import Synchronization

/// The connections of one ``ControlServer``, each served by a task of its own.
final class ControlClients: Sendable {
  private struct State {
    var clients: [ObjectIdentifier: Task<Void, Never>] = [:]
    /// Those who are served, and those who are told that they are not.
    var count = 0
    var refused = 0
    var answering = 0
    var isOver = false
  }

  private let engine: any Engine
  private let limits: ControlServer.Limits
  private let logger: Logger
  private let state = Mutex(State())

  init(engine: any Engine, limits: ControlServer.Limits, logger: Logger) {
    (self.engine, self.limits, self.logger) = (engine, limits, logger)
  }

  /// What a connection has here as long as it is open.
  enum Place: Sendable {
    case served
    /// It is told that there are too many.
    case refused
  }

  /// A connection comes; `nil` where even those who are refused are too many.
  func enter() -> Place? {
    state.withLock { state in
      if !state.isOver && state.count < limits.clients {
        state.count += 1
        return .served
      }
      guard state.refused < limits.refused else { return nil }
      state.refused += 1
      return .refused
    }
  }

  /// A connection is closed.
  func leave(_ place: Place) {
    state.withLock { state in
      switch place {
      case .served: state.count -= 1
      case .refused: state.refused -= 1
      }
    }
  }

  /// Talks to a new client until one of both ends it.
  func take(_ lines: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ place: Place) {
    let id = ObjectIdentifier(lines.channel)
    state.withLock { state in
      state.clients[id] = Task {
        await serve(lines, isIn: place == .served)
        self.state.withLock { $0.clients[id] = nil }
      }
    }
  }

  private func serve(_ lines: NIOAsyncChannel<ByteBuffer, ByteBuffer>, isIn: Bool) async {
    let channel = lines.channel
    // What goes wrong with a client is its own affair.
    try? await lines.executeThenClose { inbound, outbound in
      let client = Client(channel: channel, outbound: outbound, timeout: limits.timeout)
      // Whoever only looked whether somebody listens has gone by now; and the channel is active once it has answered.
      guard let peer = await self.peer(of: channel) else { return }
      guard isIn else {
        return try await client.send(.refused(id: nil, refusal("\(limits.clients) programs are connected already")))
      }
      guard peer.mayControl(geteuid()) else {
        logger.warning("another user's program wanted to control the broadcast", metadata: ["uid": "\(peer.user)"])
        return try await client.send(
          .refused(id: nil, OperatorFailure("only the broadcaster's own user and root may ask", .noPermission)))
      }
      try await client.send(.hello(protocol: ControlProtocol.version, processIdentifier: getpid()))
      do {
        try await answer(inbound, client, peer)
      } catch is ByteToMessageDecoderError.PayloadTooLargeError {
        try await client.send(
          .refused(id: nil, OperatorFailure("a line has at most \(ControlProtocol.requestBytes) bytes", .usage)))
      }
    }
  }

  private func answer(
    _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ client: Client, _ peer: SocketPeer
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { watching in
      var isWatching = false
      var pace = RateLimiter(perSecond: limits.requestsPerSecond)
      var silence = client.closes(after: limits.silence)
      defer { silence.cancel() }
      for try await line in inbound {
        silence.cancel()
        // Whoever asks without end gets its answers, but not all of the processor.
        let wait = pace.take(at: .now())
        if wait > .zero { try await Task.sleep(for: wait) }
        // The decoder's own bound is on what has no end yet.
        guard line.readableBytes <= ControlProtocol.requestBytes else {
          throw ByteToMessageDecoderError.PayloadTooLargeError()
        }
        switch Result(catching: { () throws(ControlRequest.Refusal) in
          try ControlRequest(parsing: line.readableBytesView)
        }) {
        case .success(let request):
          if case .watch = request.action {
            guard !isWatching else {
              try await client.send(.refused(id: request.id, refusal("this connection watches already")))
              continue
            }
            isWatching = true
            watching.addTask { [self] in try await watch(client, request.id) }
          } else {
            try await answering { try await client.send(await answer(to: request, of: peer)) }
          }
        case .failure(let refused): try await client.send(.refused(id: refused.id, refused.failure))
        }
        if !isWatching { silence = client.closes(after: limits.silence) }
      }
      // A client that has said all it wants to say may go on watching; its end is noticed when it is written to.
      silence.cancel()
      try await watching.waitForAll()
    }
  }

  private func answer(to request: ControlRequest, of peer: SocketPeer) async -> ControlAnswer {
    switch request.action {
    case .status, .watch: return .status(id: request.id, await status())
    case .perform(let intent, let command):
      // Metadata is the broadcast's content, and a remark is logged by itself.
      let word = command.prefix { $0 != " " }
      let shown = word == "metadata" || word == "mark" ? String(word) : command
      do {
        logger.info("control by process \(peer.process)", metadata: ["command": "\(shown)"])
        let answer = try await engine.perform(intent, within: limits.performing)
        return .done(id: request.id, text: answer.text)
      } catch {
        logger.warning("control refused", metadata: ["command": "\(shown)", "reason": "\(error)"])
        return .refused(id: request.id, error)
      }
    }
  }

  /// The status without what only a menu shows: an account may have thousands of channels.
  private func status() async -> BroadcastStatus {
    var status = await engine.status()
    status.offers.accountChannels = []
    return status
  }

  private func watch(_ client: Client, _ id: Int?) async throws {
    while !Task.isCancelled {
      try await client.send(.status(id: id, await status()))
      try await Task.sleep(for: limits.watchInterval)
    }
  }

  private func refusal(_ text: String) -> OperatorFailure { OperatorFailure(text, .unavailable) }

  private func peer(of channel: any Channel) async -> SocketPeer? {
    guard let provider = channel as? any SocketOptionProvider else { return nil }
    // struct ucred of <sys/socket.h>: process, user, group.
    let peer: EventLoopFuture<(Int32, UInt32, UInt32)> = provider.unsafeGetSocketOption(
      level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    guard let (process, user, _) = try? await peer.get() else { return nil }
    return SocketPeer(process: process, user: user)
  }

  private func answering(_ body: () async throws -> Void) async rethrows {
    state.withLock { $0.answering += 1 }
    defer { state.withLock { $0.answering -= 1 } }
    try await body()
  }

  /// Closes all connections, once the answers that are being made are out, or after 300 ms; answers whether all have
  /// ended half a second later.
  func closeAll() async -> Bool {
    state.withLock { $0.isOver = true }
    await wait(.milliseconds(300)) { $0.answering == 0 }
    for client in state.withLock({ Array($0.clients.values) }) { client.cancel() }
    return await wait(.milliseconds(500)) { $0.clients.isEmpty }
  }

  /// Looks each 10 ms, as this happens once in the life of a process.
  @discardableResult
  private func wait(_ limit: Duration, until condition: (State) -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while !state.withLock({ condition($0) }) {
      guard ContinuousClock.now < deadline else { return false }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return true
  }
}

/// One client's way back.
private struct Client: Sendable {
  let channel: any Channel
  let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  let timeout: Duration

  /// Writes an answer; a client that does not read is closed, and the write fails.
  func send(_ answer: ControlAnswer) async throws {
    let limit = closes(after: timeout)
    defer { limit.cancel() }
    try await outbound.write(ByteBuffer(bytes: answer.line))
  }

  func closes(after limit: Duration) -> Scheduled<Void> {
    channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { [channel] in channel.close(promise: nil) }
  }
}
