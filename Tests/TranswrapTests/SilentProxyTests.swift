import Logging
import Media
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Networking
import Packets
import Testing

@testable import Transwrap

/// Real listeners that go along up to a step, and then say nothing more.
@Suite("A proxy that falls silent")
struct SilentProxyTests {
  private static let deadlines = PublishDeadlines(step: .milliseconds(500), sendStall: .milliseconds(800))

  /// How far a server goes along.
  private enum Step: Sendable { case accepts, upgrades, greets }

  private static func listen(_ step: Step) async throws -> any Channel {
    try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        guard step != .accepts else { return channel.eventLoop.makeSucceededVoidFuture() }
        let upgrader = NIOWebSocketServerUpgrader(
          shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
          upgradePipelineHandler: { channel, _ in
            guard step == .greets else { return channel.eventLoop.makeSucceededVoidFuture() }
            let greeting = ServerEvent.session(.init(session: "s", channel: "venue")).json
            let frame = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: greeting))
            channel.writeAndFlush(frame, promise: nil)
            return channel.eventLoop.makeSucceededVoidFuture()
          })
        return channel.pipeline.configureHTTPServerPipeline(
          withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  private static func connect(_ url: String, through tunnel: HTTPTunnel? = nil) async throws(ProxyError)
    -> ProxyPublisher
  {
    guard let endpoint = try? ProxyEndpoint(parsing: url), let token = try? BearerToken("tw_0123456789") else {
      throw .closed
    }
    return try await ProxyPublisher.connect(
      to: endpoint, through: tunnel, credential: .token(token), session: nil,
      stream: StreamDescription(video: nil, audio: nil, encoder: "test"), deadlines: deadlines,
      group: .singletonMultiThreadedEventLoopGroup, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Why connecting ended, and that it took as long as one step may.
  private func failure(_ url: String, through tunnel: HTTPTunnel? = nil) async -> ProxyError? {
    let before = ContinuousClock.now
    var failure: ProxyError?
    do throws(ProxyError) { await (try Self.connect(url, through: tunnel)).close() } catch { failure = error }
    let took = ContinuousClock.now - before
    #expect(took >= .milliseconds(450) && took < .seconds(2), "\(took)")
    return failure
  }

  @Test("is noticed at each step to the stream's begin")
  func opening() async throws {
    for (step, scheme) in [(Step.accepts, "ws"), (.accepts, "wss"), (.upgrades, "ws")] {
      let server = try await Self.listen(step)
      let at = "127.0.0.1:\(server.localAddress?.port ?? 0)"
      let expected: ConnectionError =
        switch (step, scheme) {
        case (.accepts, "wss"): .tls(.timeout(.milliseconds(500)), at: at)
        case (.accepts, _): .stageTimeout(.handshake, at: at, .milliseconds(500))
        default: .stageTimeout(.publish, at: at, .milliseconds(500))
        }
      #expect(await failure("\(scheme)://\(at)/v1/publish/venue") == .connection(expected))
      try await server.close()
    }
  }

  @Test("is noticed where it is the network's HTTP proxy")
  func tunnel() async throws {
    let server = try await Self.listen(.accepts)
    let at = "127.0.0.1:\(server.localAddress?.port ?? 0)"
    let tunnel = try #require(HTTPTunnel(parsing: "http://\(at)"))
    #expect(
      await failure("wss://proxy.example/v1/publish/venue", through: tunnel)
        == .tunnel(.silent, through: at, at: "proxy.example:443"))
    try await server.close()
  }

  @Test("is noticed once there is a session too, before its ingest has accepted the stream and after")
  func running() async throws {
    let server = try await Self.listen(.greets)
    let at = "127.0.0.1:\(server.localAddress?.port ?? 0)"
    let publisher = try await Self.connect("ws://\(at)/v1/publish/venue")
    let before = ContinuousClock.now
    #expect(await !publisher.waitUntilAccepted())
    #expect(
      await publisher.waitUntilClosed() == .connection(.stageTimeout(.publishing, at: at, .milliseconds(800))))
    let took = ContinuousClock.now - before
    #expect(took > .milliseconds(500) && took < .seconds(2), "\(took)")
    try await server.close()
  }
}
