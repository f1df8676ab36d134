import Logging
import Media
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Rehearsal

@Suite("A link that fails as planned")
struct RehearsalLinkTests {
  private let group = MultiThreadedEventLoopGroup.singleton

  /// A server that counts what it gets and answers each piece with a byte.
  private final class Sink: Sendable {
    let bytes = Atomic<Int>(0)
    let connections = Atomic<Int>(0)

    func listen(_ group: any EventLoopGroup) async throws -> any Channel {
      try await ServerBootstrap(group: group).childChannelInitializer { channel in
        self.connections.wrappingAdd(1, ordering: .relaxed)
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Counter(self))
        }
      }.bind(host: "127.0.0.1", port: 0).get()
    }

    final class Counter: ChannelInboundHandler {
      typealias InboundIn = ByteBuffer
      private let sink: Sink
      init(_ sink: Sink) { self.sink = sink }
      func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        sink.bytes.wrappingAdd(unwrapInboundIn(data).readableBytes, ordering: .relaxed)
        context.writeAndFlush(NIOAny(ByteBuffer(string: "k")), promise: nil)
      }
    }
  }

  private func link(_ plan: String, _ sink: Sink) async throws -> (RehearsalLink, any Channel) {
    let server = try await sink.listen(group)
    let port = try #require(server.localAddress?.port)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return (try await .start(to: port, try RehearsalPlan(parsing: plan), group: group, logger: logger), server)
  }

  @Test("what it does not carry stays with the sender, and arrives when it carries more again")
  func slow() async throws {
    let sink = Sink()
    let (link, server) = try await link("0s rate=800k 2s", sink)
    let client = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: link.port).get()
    let sent = 600_000
    client.writeAndFlush(ByteBuffer(repeating: 7, count: sent), promise: nil)
    try await eventually("a tenth of it") { sink.bytes.load(ordering: .relaxed) >= 60_000 }
    #expect(sink.bytes.load(ordering: .relaxed) < 300_000)
    try await eventually("all of it") { sink.bytes.load(ordering: .relaxed) == sent }
    try await client.close()
    await link.stop()
    try await server.close()
  }

  @Test("while it is down connections are lost and none lasts; afterwards they do")
  func down() async throws {
    let sink = Sink()
    let (link, server) = try await link("0.3s down 0.7s", sink)
    let client = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: link.port).get()
    client.writeAndFlush(ByteBuffer(repeating: 7, count: 1000), promise: nil)
    try await eventually("the loss") { !client.isActive }
    let second = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: link.port).get()
    try await eventually("the second loss") { !second.isActive }
    try await eventually("one that lasts") {
      let third = try await ClientBootstrap(group: group).connect(host: "127.0.0.1", port: link.port).get()
      let before = sink.bytes.load(ordering: .relaxed)
      third.writeAndFlush(ByteBuffer(repeating: 7, count: 1000), promise: nil)
      try await Task.sleep(for: .milliseconds(100))
      defer { third.close(promise: nil) }
      return sink.bytes.load(ordering: .relaxed) > before
    }
    await link.stop()
    try await server.close()
  }
}
