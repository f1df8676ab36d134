internal import Logging
internal import NIOCore
internal import Networking
internal import Synchronization

/// What the connections of one ingest share.
final class IngestRegistry: Sendable {
  private struct State {
    var names: Set<String> = []
    var lastRefusal: NIODeadline?
  }

  let limits: IngestLimits
  let publications: AsyncStream<Publication>
  private let accepted: AsyncStream<Publication>.Continuation
  private let authorize: @Sendable (_ app: String, _ key: StreamKey) -> IngestAuthorization
  private let logger: Logger
  private let connections: AcceptedConnections
  private let state = Mutex(State())

  init(
    limits: IngestLimits, logger: Logger,
    authorize: @escaping @Sendable (_ app: String, _ key: StreamKey) -> IngestAuthorization
  ) {
    self.limits = limits
    self.logger = logger
    connections = AcceptedConnections(limit: limits.connections)
    self.authorize = authorize
    // Bounded by the number of connections, each of which has one publication at most.
    (publications, accepted) = AsyncStream.makeStream()
  }

  /// Takes a connection in; false where all others publish.
  ///
  /// Who waits longest without publishing may have to go for it.
  func add(_ channel: any Channel) -> Bool { connections.add(channel) }

  /// A connection publishes: it makes room for nobody.
  func recognize(_ channel: any Channel) { connections.recognize(channel) }

  /// Logs why a connection was refused, at most once a second: anybody can be refused, as often as they like.
  func noteRefusal(_ what: Logger.Message, _ facts: Logger.Metadata) {
    let isDue = state.withLock { state in
      let now = NIODeadline.now()
      if let last = state.lastRefusal, now - last < .seconds(1) { return false }
      state.lastRefusal = now
      return true
    }
    if isDue { logger.info(what, metadata: facts) }
  }

  /// Reserves a name, if it is free and its publisher is allowed.
  func claim(_ app: String, _ key: StreamKey) -> IngestAuthorization {
    let answer = authorize(app, key)
    guard answer == .accept else { return answer }
    let isFree = state.withLock { $0.names.insert(Self.name(app, key)).inserted }
    return isFree
      ? .accept
      : .refuse(code: "NetStream.Publish.BadName", description: "Somebody publishes under this name already.")
  }

  func release(_ app: String, _ key: StreamKey) {
    state.withLock { _ = $0.names.remove(Self.name(app, key)) }
  }

  func publish(_ publication: Publication) { accepted.yield(publication) }

  func closeAll() async {
    accepted.finish()
    await connections.closeAll()
  }

  private static func name(_ app: String, _ key: StreamKey) -> String { "\(app)/\(key.name)" }
}
