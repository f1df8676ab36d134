internal import NIOCore
internal import NIOWebSocket
internal import Transwrap

/// The client's end of a session: its WebSocket, for whoever has something to say to it.
///
/// Any thread.
final class ClientLink: Sendable {
  private let channel: any Channel
  /// Whether the client is one of the original's design, which shows text to people.
  private let isOriginal: Bool

  init(_ channel: any Channel, isOriginal: Bool) {
    self.channel = channel
    self.isOriginal = isOriginal
  }

  /// Sends an event; figures are left out while the client reads nothing.
  func tell(_ event: ServerEvent) {
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
    channel.triggerUserOutboundEvent(Close(code: code, reason: reason), promise: nil)
  }

  /// Reads no more until ``resume()``, so that TCP slows the client down.
  func pause() { channel.setOption(.autoRead, value: false).whenFailure { _ in } }

  /// Reads again.
  func resume() { channel.setOption(.autoRead, value: true).whenFailure { _ in } }

  /// What ``close(_:)`` asks the connection's handler for.
  struct Close: Sendable {
    var code: CloseCode
    var reason = ""
  }
}

extension ServerEvent {
  /// The event as a line for the original's clients; `nil` for what they have no use for.
  fileprivate var line: String? {
    switch self {
    case .session: nil
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
