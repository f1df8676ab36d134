import NIOCore
import Transwrap

/// One session's WebSocket: opens it, sends the clip as time passes, hears what the proxy says; on its event loop.
///
/// Written for being cheap: the bytes of all sessions are the same memory, and one timer serves them all.
final class Client: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What became of it.
  struct Report {
    var isLive = false
    /// Why it ended before it was told to; `nil` where it did not.
    var earlyEnd: String?
    var bytesSent = 0
    var events: [String: Int] = [:]
    var congestionMilliseconds = 0.0
    /// Pieces that came due while the kernel had not taken the ones before.
    var blockedPieces = 0
  }

  private(set) var report = Report()
  private let request: String
  private let clip: Clip
  private let onOpen: (Client) -> Void
  private let onLive: () -> Void
  private var context: ChannelHandlerContext?
  private var input = ByteBuffer()
  private var isOpen = false
  private var isEnding = false
  private var piece = 0
  /// When the next piece is due.
  var due = NIODeadline.now()

  init(
    path: String, host: String, token: String?, clip: Clip, onOpen: @escaping (Client) -> Void,
    onLive: @escaping () -> Void
  ) {
    request =
      "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      + (token.map { "Authorization: Bearer \($0)\r\n" } ?? "") + "\r\n"
    self.clip = clip
    self.onOpen = onOpen
    self.onLive = onLive
  }

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
  }

  /// Sends the piece that is due; false when there is none any more.
  func sendPiece() -> Bool {
    guard let context, !isEnding else { return false }
    guard let bytes = clip[piece] else {
      end("the clip is over")
      return false
    }
    piece += 1
    due = due + clip.period
    guard bytes.readableBytes > 0 else { return true }
    if !context.channel.isWritable { report.blockedPieces += 1 }
    report.bytesSent += bytes.readableBytes
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    return true
  }

  /// Ends the stream as its sender wishes.
  func finish() {
    guard let context, !isEnding else { return }
    isEnding = true
    // 1000, masked with zeros.
    context.writeAndFlush(
      wrapOutboundOut(ByteBuffer(bytes: [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8])), promise: nil)
  }

  private func end(_ reason: String) {
    if !isEnding { report.earlyEnd = report.earlyEnd ?? reason }
    isEnding = true
    context?.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end("the connection was closed")
    self.context = nil
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { end("\(error)") }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    input.writeImmutableBuffer(unwrapInboundIn(data))
    if !isOpen, !readAnswer() { return }
    while readFrame() {}
    input.discardReadBytes()
  }

  private func readAnswer() -> Bool {
    let text = String(buffer: input)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
    guard text.hasPrefix("HTTP/1.1 101") else {
      self.end(String(text.prefix { $0 != "\r\n" }))
      return false
    }
    input.moveReaderIndex(forwardBy: text[..<end.upperBound].utf8.count)
    isOpen = true
    due = .now() + (clip.period >= .seconds(1) ? clip.period : .zero)
    onOpen(self)
    return true
  }

  /// A server's frame (RFC 6455 §5.2): whole, as servers of this kind send them.
  private func readFrame() -> Bool {
    let start = input.readerIndex
    guard let first: UInt8 = input.getInteger(at: start), let second: UInt8 = input.getInteger(at: start + 1) else {
      return false
    }
    var (length, head) = (Int(second), 2)
    if length == 126 {
      guard let long: UInt16 = input.getInteger(at: start + 2) else { return false }
      (length, head) = (Int(long), 4)
    }
    guard length < 126 || head == 4, input.readableBytes >= head + length,
      let payload = input.getSlice(at: start + head, length: length)
    else { return false }
    input.moveReaderIndex(forwardBy: head + length)
    switch first & 0x0f {
    case 1: hear(payload)
    case 8: end("close code \(payload.getInteger(at: payload.readerIndex, as: UInt16.self) ?? 0)")
    case 9:
      var pong = ByteBuffer(bytes: [0x8a, UInt8(0x80 | length), 0, 0, 0, 0])
      pong.writeImmutableBuffer(payload)
      context?.writeAndFlush(wrapOutboundOut(pong), promise: nil)
    default: break
    }
    return true
  }

  private func hear(_ payload: ByteBuffer) {
    let text = String(buffer: payload)
    // The figures of each second are the most of it, and nothing hangs on them.
    if text.hasPrefix("{\"type\":\"statistics\"") { return count("statistics") }
    guard let event = ServerEvent(json: text) else {
      // The original's design shows its ffmpeg's lines.
      if text.contains("frame=") || text.hasPrefix("MSG: live") { live() }
      return count("text")
    }
    switch event {
    case .session: count("session")
    case .state(let state):
      count("state \(state.state.rawValue)")
      if state.state == .live { live() }
    case .statistics: count("statistics")
    case .congestion(let congestion):
      count("congestion")
      report.congestionMilliseconds = max(report.congestionMilliseconds, congestion.queueMilliseconds)
    case .warning(let notice): count("warning \(notice.code)")
    case .move(let notice): count("move \(notice.code)")
    case .error(let notice):
      count("error \(notice.code)")
      report.earlyEnd = report.earlyEnd ?? "\(notice.code): \(notice.message)"
    }
  }

  private func count(_ event: String) { report.events[event, default: 0] += 1 }

  private func live() {
    guard !report.isLive else { return }
    report.isLive = true
    onLive()
  }
}
