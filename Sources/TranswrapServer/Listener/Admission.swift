internal import Codec
internal import Logging
internal import Media
internal import NIOCore
internal import NIOHTTP1
internal import Networking
internal import RTMP
internal import Settings
internal import Synchronization
internal import Transwrap
internal import Web

/// Decides who is let in, and gives them their sessions.
final class Admission: Sendable {
  /// Why a request for a WebSocket is answered with plain HTTP.
  struct Refusal: Error, Sendable {
    var status: HTTPResponseStatus
    var code: String
    var message: String
    var headers: [(String, String)] = []
  }

  let settings: ProxySettings
  let authorizer: Authorizer
  let registry: SessionRegistry
  let metrics = Metrics()
  let transcodes: Slots
  private let shared: PublishSession.Shared
  private let logger: Logger
  private let rate = Mutex<(bytes: Int, kilobits: Int, time: MediaTime)>((0, 0, .now()))
  let connections: ConnectionCount

  init(_ settings: ProxySettings, http: any HTTPCaller, logger: Logger) throws {
    self.settings = settings
    self.logger = logger
    authorizer = try Authorizer(
      settings, authority: settings.jwt.map { JWTAuthority($0, http: http, logger: logger) }, logger: logger)
    let registry = SessionRegistry(limits: settings.limits, hasChannels: !settings.channels.isEmpty)
    connections = ConnectionCount(
      limit: settings.limits.connections, perAddress: settings.limits.sessionsPerAddress)
    self.registry = registry
    transcodes = Slots(limit: settings.limits.transcodes)
    let tls: TLSContext
    do { tls = try TLSSettings(caFile: settings.ingestCAFile).prepared() } catch {
      throw OperatorFailure("tls-ca-file: \(error)", .configuration)
    }
    let tasks: ThreadExecutor
    do throws(NoThreadError) { tasks = try ThreadExecutor(name: "tasks") } catch {
      throw OperatorFailure("\(error)", .system)
    }
    shared = PublishSession.Shared(
      limits: settings.limits, tls: tls, silence: try SilentSound(), metrics: metrics, transcodes: transcodes,
      tasks: tasks, logger: logger, release: { registry.release($0) },
      presence: { registry.note($0, isClientPresent: $1) })
  }

  /// Measures what all sessions send, each second.
  func measure() {
    let (bytes, now) = (metrics.bytesReceived.count, MediaTime.now())
    rate.withLock { rate in
      let seconds = max(0.1, (now - rate.time).inSeconds)
      rate = (bytes, Int(Double(bytes - rate.bytes) * 8 / seconds / 1000), now)
    }
  }

  /// Looks at what lets clients in, and ends the sessions that it would not let in any more.
  ///
  /// Each second; blocks as long as the disk does.
  func lookAfterTokens() {
    authorizer.upkeep()
    registry.end { pass, channel in channel.flatMap { authorizer.end(of: pass, for: $0) } }
  }

  /// Runs what is asynchronous.
  var tasks: ThreadExecutor { shared.tasks }

  // MARK: Requests

  /// Looks at a request for a WebSocket.
  func admit(
    _ head: HTTPRequestHead, from address: String, on loop: any EventLoop
  ) -> EventLoopFuture<WebSocketHandler.Entry> {
    let promise = loop.makePromise(of: WebSocketHandler.Entry.self)
    let request: PublishRequest
    do { request = try PublishRequest(path: head.uri) } catch {
      promise.fail(refusal(error == .unknownPath ? .notFound : .badRequest, "invalid-request", error.description, head))
      return promise.futureResult
    }
    switch request {
    case .ingest(let endpoint, let key):
      promise.completeWith(Result { try self.original(endpoint, key, head, address) })
    case .channel(let name, let session):
      if let token = Self.bearerToken(in: head) {
        promise.complete(on: shared.tasks) {
          do throws(AccessRefusal) {
            let grant = try await self.grant(token, name, address)
            return .known { link, loop in self.session(grant, resuming: session, link, loop) }
          } catch {
            throw self.refusal(
              error == .notForChannel ? .forbidden : .unauthorized, Self.code(error), error.message, head,
              reason: error)
          }
        }
      } else {
        promise.succeed(
          .unknown { hello, link, loop in self.greet(hello, name, address, session, link, loop) })
      }
    }
    return promise.futureResult
  }

  private static func bearerToken(in head: HTTPRequestHead) -> String? {
    guard let field = head.headers.first(name: "Authorization") else { return nil }
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return "" }
    return String(parts[1])
  }

  private static func code(_ refusal: AccessRefusal) -> String {
    switch refusal {
    case .missingToken: "missing-token"
    case .invalidToken: "invalid-token"
    case .notForChannel: "not-for-channel"
    }
  }

  private func refusal(
    _ status: HTTPResponseStatus, _ code: String, _ message: String, _ head: HTTPRequestHead,
    reason: AccessRefusal? = nil
  ) -> Refusal {
    metrics.refused(code)
    var fields: Logger.Metadata = ["code": "\(code)", "path": "\(PublishRequest.redacted(path: head.uri))"]
    if case .invalidToken(let why)? = reason { fields["reason"] = "\(why)" }
    logger.info("refused", metadata: fields)
    let headers = status == .unauthorized ? [("WWW-Authenticate", "Bearer realm=\"ivs-transwrap\"")] : []
    return Refusal(status: status, code: code, message: message, headers: headers)
  }

  /// What a token lets its bearer do.
  private func grant(
    _ token: String?, _ name: String, _ address: String
  ) async throws(AccessRefusal) -> PublishSession.Grant {
    let pass = try await authorizer.pass(of: token, for: name)
    guard let channel = settings.channels[name] else { throw .notForChannel }
    let takesOver =
      switch channel.takeover {
      case .always: true
      case .never: false
      case .auto: HostRule.ivs.allows(channel.endpoint)
      }
    return PublishSession.Grant(
      channel: name, endpoint: channel.endpoint, key: channel.key, addresses: .any, takesOver: takesOver,
      pass: pass, address: address)
  }

  private func greet(
    _ hello: ClientHello, _ name: String, _ address: String, _ session: SessionID?, _ link: ClientLink,
    _ loop: any EventLoop
  ) -> EventLoopFuture<SessionHandle?> {
    let promise = loop.makePromise(of: PublishSession.Grant?.self)
    promise.complete(on: shared.tasks) {
      do throws(AccessRefusal) { return try await self.grant(hello.token, name, address) } catch {
        self.metrics.refused(Self.code(error))
        var fields: Logger.Metadata = ["code": "\(Self.code(error))", "path": "/v1/publish/\(name)"]
        if case .invalidToken(let why) = error { fields["reason"] = "\(why)" }
        self.logger.info("refused", metadata: fields)
        link.tell(.error(.init(code: Self.code(error), message: error.message)))
        link.close(.refused)
        return nil
      }
    }
    return promise.futureResult.map { grant in
      grant.flatMap { self.session($0, resuming: hello.session ?? session, link, loop) }
    }
  }

  private func original(
    _ endpoint: IngestEndpoint, _ key: StreamKey, _ head: HTTPRequestHead, _ address: String
  ) throws -> WebSocketHandler.Entry {
    guard settings.hasOriginalURLs else {
      throw refusal(.forbidden, "original-urls", "stream keys in paths are not taken here", head)
    }
    guard let addresses = settings.allowList.addresses(for: endpoint) else {
      throw refusal(.forbidden, "ingest-not-allowed", "streams may not go to this ingest", head)
    }
    let grant = PublishSession.Grant(
      channel: nil, endpoint: endpoint, key: key, addresses: addresses, takesOver: HostRule.ivs.allows(endpoint),
      pass: Pass(holder: Holder(identity: .address(AddressGroup.of(address)), name: "original \(address)")),
      address: address)
    return .known { link, loop in self.session(grant, resuming: nil, link, loop) }
  }

  /// Gives a client its session, a new one or its own; `nil` where there is no room, which it is told.
  private func session(
    _ grant: PublishSession.Grant, resuming wanted: SessionID?, _ link: ClientLink, _ loop: any EventLoop
  ) -> SessionHandle? {
    let kilobits = rate.withLock { $0.kilobits }
    switch registry.admit(
      grant.pass, channel: grant.channel, address: AddressGroup.of(grant.address), resuming: wanted, kilobits: kilobits)
    {
    case .refuse(let code, let notice):
      metrics.refused(notice.code)
      logger.info("refused", metadata: ["code": "\(notice.code)", "holder": "\(grant.pass.holder.name)"])
      link.tell(.error(notice))
      link.close(code)
      return nil
    case .resume(let handle):
      handle.run { $0.attach(link) }
      return handle
    case .new(let id, let takeover):
      let session = PublishSession(
        id: id, grant: grant, takeover: takeover, client: link, shared: shared, loop: loop)
      session.start()
      let handle = SessionHandle(session)
      registry.add(handle)
      return handle
    }
  }
}

extension EventLoopPromise {
  /// Completes with what a task on `executor` comes to.
  fileprivate func complete(
    on executor: ThreadExecutor, _ body: @escaping @Sendable () async throws -> Value
  ) where Value: Sendable {
    Task(executorPreference: executor) {
      do { succeed(try await body()) } catch { fail(error) }
    }
  }
}
