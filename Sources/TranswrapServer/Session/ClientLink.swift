internal import NIOCore
internal import NIOWebSocket
internal import Synchronization
internal import Transwrap

/// The client's end of a session: its WebSocket, for whoever has something to say to it.
///
/// Any thread.
final class ClientLink: Sendable {
  private let channel: any Channel
  /// Whether the client is one of the original's design, which shows text to people.
  let isOriginal: Bool
  /// Whether the client goes on over another connection when it is told to.
  let takesMoves: Bool
  /// Whether it still sends over another connection to its session.
  let isBeside: Bool
  /// The error that was told last: the reason of a close that follows.
  private let lastError = Mutex<String?>(nil)

  init(_ channel: any Channel, isOriginal: Bool, features: Set<ClientFeature> = []) {
    self.channel = channel
    self.isOriginal = isOriginal
    takesMoves = features.contains(.move)
    isBeside = features.contains(.beside)
  }

  /// Sends an event; figures are left out while the client reads nothing.
  func tell(_ event: ServerEvent) {
    if case .error(let notice) = event { lastError.withLock { $0 = notice.message } }
    if case .statistics = event, !channel.isWritable { return }
    guard let text = isOriginal ? event.line : event.json else { return }
    send(text)
  }

  /// Sends the greeting that the original's clients wait for.
  func greet() { if isOriginal { send("MSG: Connected to server") } }

  private func send(_ text: String) {
    let frame = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))
    channel.writeAndFlush(frame, promise: nil)
  }

  /// Says goodbye and closes; a client that does not answer is cut off.
  /// - Parameter reason: in the close frame, for people (RFC 6455 §7.1.6).
  func close(_ code: CloseCode, saying reason: String = "") {
    if isOriginal { send("Closing Socket") }
    let said = reason.isEmpty ? lastError.withLock { $0 } ?? "" : reason
    channel.triggerUserOutboundEvent(Close(code: code, reason: said), promise: nil)
  }

  /// Reads no more until ``resume()``, so that TCP slows the client down.
  func pause() { channel.setOption(.autoRead, value: false).whenFailure { _ in } }

  /// Reads again.
  func resume() { channel.setOption(.autoRead, value: true).whenFailure { _ in } }

  /// What ``close(_:)`` asks the connection's handler for.
  struct Close: Sendable {
    var code: CloseCode
    /// For people; what is longer than a close frame carries is cut off.
    var reason: String

    /// The payload of the close frame (RFC 6455 §5.5.1): the code, and at most 123 bytes of UTF-8.
    var payload: ByteBuffer {
      var bytes = ByteBuffer()
      bytes.writeInteger(code.rawValue)
      bytes.writeString(reason.fitting(bytes: 123))
      return bytes
    }
  }
}

extension ServerEvent {
  /// The event as a line for the original's clients; `nil` for what they have no use for.
  fileprivate var line: String? {
    switch self {
    case .session, .move: nil
    case .state(let state):
      "MSG: \(state.state.rawValue)" + (state.reason.map { ": \($0)" } ?? "")
    case .statistics(let figures):
      "MSG: time=\(Int(figures.secondsOnAir)) s, bitrate=\(figures.kilobitsPerSecond) kbit/s, "
        + "fps=\(Int(figures.framesPerSecond.rounded()))"
    case .congestion(let congestion):
      "MSG: the ingest is slow, \(Int(congestion.queueMilliseconds)) ms wait"
        + (congestion.suggestedKilobits.map { "; \($0) kbit/s would fit" } ?? "")
    case .warning(let notice): "MSG: warning: \(notice.message)"
    case .error(let notice): "MSG: ERROR: \(notice.message)"
    }
  }
}
