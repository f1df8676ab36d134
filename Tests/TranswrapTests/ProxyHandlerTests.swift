import Media
import NIOCore
import NIOEmbedded
import NIOWebSocket
import Networking
import Packets
import RTMP
import Testing

@testable import Transwrap

@Suite("A proxy that asks, ends and breaks rules")
struct ProxyHandlerTests {
  /// An open WebSocket on an embedded channel.
  private func open() throws -> (channel: EmbeddedChannel, handler: ProxyHandler) {
    let channel = EmbeddedChannel()
    let handler = ProxyHandler(
      try ProxyEndpoint(parsing: "ws://proxy.example/v1/publish/venue"),
      stream: StreamDescription(video: nil, audio: nil, encoder: "test"), deadlines: PublishDeadlines(),
      said: LatestProxyReport(), on: channel.embeddedEventLoop)
    handler.established.futureResult.whenFailure { _ in }
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.pipeline.syncOperations.addHandler(handler)
    return (channel, handler)
  }

  private func say(_ opcode: WebSocketOpcode, _ bytes: ByteBuffer, on channel: EmbeddedChannel) throws {
    try channel.writeInbound(WebSocketFrame(fin: true, opcode: opcode, data: bytes))
  }

  private func pongs(_ channel: EmbeddedChannel) throws -> [ByteBuffer] {
    var pongs: [ByteBuffer] = []
    while let frame = try channel.readOutbound(as: WebSocketFrame.self) {
      if frame.opcode == .pong { pongs.append(frame.data) }
    }
    return pongs
  }

  @Test("pings are answered as long as the answers are taken; then the newest alone is, when they are again")
  func pings() throws {
    let (channel, _) = try open()
    try say(.ping, ByteBuffer(string: "first"), on: channel)
    #expect(try pongs(channel) == [ByteBuffer(string: "first")])
    channel.isWritable = false
    for number in 0..<10_000 { try say(.ping, ByteBuffer(string: "\(number)"), on: channel) }
    #expect(try pongs(channel) == [])
    channel.isWritable = true
    channel.pipeline.fireChannelWritabilityChanged()
    #expect(try pongs(channel) == [ByteBuffer(string: "9999")])
    channel.pipeline.fireChannelWritabilityChanged()
    #expect(try pongs(channel) == [])
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }

  @Test(
    "an end is told with its reason, fit to be shown",
    arguments: [
      (
        1008, "", "{\"type\":\"error\",\"code\":\"ingest-refused\",\"message\":\"no\"}",
        "ended the stream: no (ingest-refused)"
      ),
      (1008, "go\u{1b}[2J\naway", "", "ended the stream: go\\x1b[2J away (close code 1008)"),
      (1013, "full", "", "cannot take the stream now (full): a new attempt may work"),
      (1012, "", "", "cannot take the stream now (without a reason): a new attempt may work"),
      (4000, "policy", "", "cannot take the stream now (policy (close code 4000)): a new attempt may work"),
      (1000, "", "", "closed the connection while the stream was running"),
    ])
  func ends(code: UInt16, reason: String, event: String, words: String) throws {
    let (channel, handler) = try open()
    var said = ""
    handler.closed.futureResult.assumeIsolated().whenSuccess { said = "\($0)" }
    if !event.isEmpty { try say(.text, ByteBuffer(string: event), on: channel) }
    var bytes = ByteBuffer(integer: code)
    bytes.writeString(reason)
    try say(.connectionClose, bytes, on: channel)
    #expect(said.contains(words), "\(said)")
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }

  @Test("a proxy that is about to end asks for another connection; the one that is left is closed as going away")
  func move() async throws {
    var requests: [MoveRequest] = []
    for await request in try askToMove() { requests.append(request) }
    #expect(requests == [MoveRequest(.proxy, reason: "soon\\x1b")], "the newest is enough")
  }

  private func askToMove() throws -> AsyncStream<MoveRequest> {
    let (channel, handler) = try open()
    let move = ServerEvent.move(.init(code: "draining", message: "soon\u{1b}"))
    try say(.text, ByteBuffer(string: ServerEvent.move(.init(code: "early", message: "early")).json), on: channel)
    try say(
      .text, ByteBuffer(string: ServerEvent.session(.init(session: SessionID().text, channel: "venue")).json),
      on: channel)
    for _ in 0..<3 { try say(.text, ByteBuffer(string: move.json), on: channel) }
    try channel.writeOutbound(ProxyHandler.Request.close(.goingAway))
    var closing = ByteBuffer()
    while let frame = try channel.readOutbound(as: WebSocketFrame.self) {
      if frame.opcode == .connectionClose { closing = frame.data }
    }
    #expect(closing == ByteBuffer(integer: CloseCode.goingAway.rawValue))
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return handler.moves.stream
  }

  @Test(
    "what a client says that it understands",
    arguments: [("move", true), ("later, move", true), ("MOVE ", true), ("", false), ("moves", false)])
  func features(header: String, right: Bool) {
    #expect(ClientFeature.move.isNamed(in: header) == right)
    #expect(ClientFeature.beside.isNamed(in: ClientFeature.header([.move, .beside])))
  }
}
