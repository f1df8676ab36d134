internal import FoundationEssentials
internal import Glibc
public import Interface
public import Logging
internal import Media
internal import NIOCore
internal import NIOExtras
internal import NIOPosix
internal import Networking
public import Settings
internal import Synchronization

/// Listens on a Unix socket and lets other programs of the same user ask and tell a broadcaster things.
///
/// The wire is ``ControlProtocol``. It has an event loop of its own: nothing that a client does touches the stream.
public final class ControlServer: Sendable {
  /// What clients may take.
  struct Limits: Sendable {
    /// At one time; a further one is told so and closed.
    var clients = 16
    /// How many are told so at one time; further ones are closed without a word.
    var refused = 16
    /// Answers to one client a second, once it has had as many at once.
    var requestsPerSecond = 50
    /// A client that does not read what it is told for this long is closed.
    var timeout: Duration = .seconds(5)
    /// A client that asks nothing for this long, and does not watch, is closed.
    var silence: Duration = .seconds(60)
    /// What is told is answered within this time, also where it goes on.
    var performing: Duration = .seconds(4)
    /// From one status to the next for those who watch.
    var watchInterval: Duration = .seconds(1)
  }

  /// Where it listens.
  public let path: String
  private let identity: SocketFile.Identity?
  private let listener: any Channel
  private let clients: ControlClients
  private let group: MultiThreadedEventLoopGroup

  /// Listens where the environment wants it, under a name of its own where another broadcaster runs there already.
  /// - Throws: one line where no socket can be made.
  public static func start(
    in place: ControlPlace, for engine: any Engine, logger: Logger
  ) async throws(OperatorFailure) -> ControlServer {
    try await start(in: place, for: engine, limits: Limits(), logger: logger)
  }

  static func start(
    in place: ControlPlace, for engine: any Engine, limits: Limits, logger: Logger
  ) async throws(OperatorFailure) -> ControlServer {
    var directory = place.directory
    do { try SocketFile.prepare(directory, isOwn: place.isOwn) } catch {
      // A variable that another login left behind; clients look in both places.
      guard directory != place.fallback else { throw error }
      directory = place.fallback
      try SocketFile.prepare(directory, isOwn: true)
    }
    return try await SocketFile.alone(in: directory) { [directory] () async throws(OperatorFailure) in
      for path in SocketFile.all(in: directory) where SocketFile.occupant(of: path) == .stale {
        _ = unsafe unlink(path)
      }
      let first = ControlPlace.firstSocket(in: directory)
      let path =
        SocketFile.occupant(of: first) == .none
        ? first : ControlPlace.furtherSocket(in: directory, process: getpid())
      return try await listen(at: path, engine, limits, logger)
    }
  }

  /// Listens at a path that the operator named.
  /// - Throws: one line where another broadcaster listens there, or no socket can be made.
  public static func start(
    at path: String, for engine: any Engine, logger: Logger
  ) async throws(OperatorFailure) -> ControlServer {
    try await start(at: path, for: engine, limits: Limits(), logger: logger)
  }

  static func start(
    at path: String, for engine: any Engine, limits: Limits, logger: Logger
  ) async throws(OperatorFailure) -> ControlServer {
    let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    return try await SocketFile.alone(in: directory) { () async throws(OperatorFailure) in
      switch SocketFile.occupant(of: path) {
      case .none: break
      case .stale: _ = unsafe unlink(path)
      case .live, .forbidden:
        throw OperatorFailure(
          "\(path): another broadcaster listens there", "end it, or name another `control-socket`", .unavailable)
      case .foreign:
        throw OperatorFailure("\(path): it is there already, and is no socket of this user's", .cannotCreate)
      }
      return try await listen(at: path, engine, limits, logger)
    }
  }

  private static func listen(
    at path: String, _ engine: any Engine, _ limits: Limits, _ logger: Logger
  ) async throws(OperatorFailure) -> ControlServer {
    guard path.utf8.count <= SocketFile.longestPath else {
      throw OperatorFailure(
        "\(path): a socket's path has at most \(SocketFile.longestPath) bytes", "name another `control-socket`",
        .cannotCreate)
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let clients = ControlClients(engine: engine, limits: limits, logger: logger)
    do {
      let listener = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 16)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              AcceptBackoff { reason in
                logger.warning(
                  "the control socket accepts no connections until file descriptors are free",
                  metadata: ["reason": "\(reason)"])
              })
          }
        }
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .childChannelInitializer { channel in
          guard let place = clients.enter() else { return channel.close() }
          channel.closeFuture.whenComplete { _ in clients.leave(place) }
          return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              ByteToMessageHandler(LineBasedFrameDecoder(), maximumBufferSize: ControlProtocol.requestBytes))
            let lines = try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
              wrappingChannelSynchronously: channel,
              configuration: .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: 8)))
            clients.take(lines, place)
          }
        }
        .bind(unixDomainSocketPath: path).get()
      // Until here the peer's credentials alone kept others out.
      _ = unsafe chmod(path, 0o600)
      logger.info("control socket", metadata: ["path": "\(path)"])
      return ControlServer(path, SocketFile.identity(of: path), listener, clients, group)
    } catch {
      try? await group.shutdownGracefully()
      let reason = (error as? IOError).map { unsafe String(cString: strerror($0.errnoCode)) } ?? "\(error)"
      throw OperatorFailure("\(path): no socket can be made there: \(reason)", .cannotCreate)
    }
  }

  private init(
    _ path: String, _ identity: SocketFile.Identity?, _ listener: any Channel, _ clients: ControlClients,
    _ group: MultiThreadedEventLoopGroup
  ) {
    (self.path, self.identity, self.listener, self.clients, self.group) = (path, identity, listener, clients, group)
  }

  /// Removes the socket and closes every connection; answers that are on their way get a moment.
  public func stop() async {
    // What somebody else put there meanwhile is not this one's to remove.
    if identity != nil, SocketFile.identity(of: path) == identity { _ = unsafe unlink(path) }
    try? await listener.close()
    if await clients.closeAll() {
      try? await group.shutdownGracefully()
    } else {
      // Something that a client asked for still runs; the loop has to outlive it.
      Task { [clients, group] in
        while !(await clients.closeAll()) {}
        try? await group.shutdownGracefully()
      }
    }
  }
}
