internal import Media
internal import NIOCore
internal import Networking
internal import Packets

/// The publishing dialogue of a client: bytes in, effects out; no clock, no randomness, no input or output.
struct RTMPClientStateMachine {
  /// Payload bytes in an outgoing chunk: what IVS gets from the encoders that it is known to work with.
  static let chunkSize = 4096
  /// The peer is asked for an acknowledgement each so many bytes; small, as congestion is read from them.
  static let acknowledgementWindow: UInt32 = 100_000

  /// What the shell does.
  enum Effect: Equatable {
    case send(ByteBuffer)
    /// The dialogue went on to this stage.
    case entered(PublishStage)
    /// The peer has acknowledged so many bytes in all.
    case acknowledged(UInt64)
    /// The peer's acknowledgements contradict themselves: nothing is known by them.
    case distrusted
    /// Something went wrong at the server that does not end the stream, in its words.
    case told(code: String, description: String)
    /// The server names another one for this stream.
    case redirected(to: String)
    /// The server wants the stream to go on over another connection, to there.
    case moveRequested(to: IngestEndpoint, description: String)
    /// The server wants it to go on elsewhere than the stream key may follow.
    case moveRefused(to: String)
    /// The server confirmed the end of the stream.
    case unpublished
    case refused(code: String, description: String)
    case notRTMP
    case answersInTLS
    case violation(String)
  }

  /// What the peer is owed: of each kind the newest answer is enough, so that nobody can make them pile up.
  private struct PendingReplies {
    var acknowledgement: UInt32?
    var window: UInt32?
    var pong: UInt32?
  }

  enum Call: Double {
    case connect = 1, releaseStream, publishNotice, createStream, publish, unpublishNotice, deleteStream
  }

  var stage = PublishStage.handshake
  let endpoint: IngestEndpoint
  let key: StreamKey
  var stream: StreamDescription
  private var handshake: Handshake
  private var isShakingHands = true
  private var reader = ChunkReader(limits: .dialogue)
  var writer = ChunkWriter()
  private var window = ReceiveWindow()
  private var acknowledged = AcknowledgementCounter()
  private var announcedWindow: UInt32 = 0
  private var pendingReplies = PendingReplies()
  /// Bytes given to the shell in all, which is as much as the peer can have.
  private var given = UInt64(1 + Handshake.packetBytes)
  var streamID: UInt32 = 0
  var hasSentHeaders = false
  var hasFailed = false
  /// What the server has been quoted with already.
  var toldCodes: Set<String> = []

  /// - Parameter nonce: ``Handshake/nonceBytes`` random bytes.
  init(endpoint: IngestEndpoint, key: StreamKey, stream: StreamDescription, nonce: ByteBuffer) {
    self.endpoint = endpoint
    self.key = key
    self.stream = stream
    handshake = Handshake(isClient: true, nonce: nonce)
  }

  /// The first bytes of the dialogue.
  func start() -> ByteBuffer { handshake.opening }

  /// Takes received bytes; after a refusal or a violation everything is ignored.
  /// - Parameter canSend: whether the peer takes what is sent; where it does not, answers wait for ``settle()``.
  mutating func receive(_ bytes: ByteBuffer, canSend: Bool = true) -> [Effect] {
    guard !hasFailed else { return [] }
    var effects: [Effect] = []
    var output = ByteBuffer()
    if isShakingHands {
      switch handshake.receive(bytes) {
      case .wait: return []
      case .send(let answer):
        given += UInt64(answer.readableBytes)
        return [.send(answer)]
      case .notRTMP:
        hasFailed = true
        return [.notRTMP]
      case .tls:
        hasFailed = true
        return [.answersInTLS]
      case .done(let answer, let rest):
        isShakingHands = false
        if let answer { output.writeImmutableBuffer(answer) }
        openApplication(into: &output)
        stage = .connect
        effects.append(.entered(.connect))
        reader.append(rest)
        pendingReplies.acknowledgement = window.receive(rest.readableBytes)
      }
    } else {
      reader.append(bytes)
      if let sequence = window.receive(bytes.readableBytes) { pendingReplies.acknowledgement = sequence }
    }
    // What comes now has been sent before: the peer cannot acknowledge the answer to it.
    defer { given += UInt64(output.readableBytes) }
    do throws(ChunkError) {
      while !hasFailed, let message = try reader.next() { handle(message, &effects, &output) }
    } catch {
      fail(.violation(error.description), &effects)
    }
    if canSend { answer(into: &output) }
    if output.readableBytes > 0 { effects.append(.send(output)) }
    return effects
  }

  /// The answers that waited for room; `nil` where none did.
  mutating func settle() -> ByteBuffer? {
    guard !hasFailed else { return nil }
    var output = ByteBuffer()
    answer(into: &output)
    given += UInt64(output.readableBytes)
    return output.readableBytes > 0 ? output : nil
  }

  private mutating func answer(into output: inout ByteBuffer) {
    if let sequence = pendingReplies.acknowledgement {
      writer.write(ControlMessage.acknowledgement(sequence).message, into: &output)
    }
    if let size = pendingReplies.window { announceWindow(size, into: &output) }
    if let time = pendingReplies.pong { writer.write(ControlMessage.pingResponse(time).message, into: &output) }
    pendingReplies = PendingReplies()
  }

  /// Counts what was written after `start` of `output`.
  mutating func count(_ output: ByteBuffer, from start: Int) { given += UInt64(output.writerIndex - start) }

  mutating func fail(_ effect: Effect, _ effects: inout [Effect]) {
    hasFailed = true
    effects.append(effect)
  }

  private mutating func handle(_ message: RTMPMessage, _ effects: inout [Effect], _ output: inout ByteBuffer) {
    if let control = ControlMessage(message) {
      handle(control, &effects)
      return
    }
    do throws(AMF0Error) {
      if let command = try CommandMessage(message) { perform(command, &effects, &output) }
    } catch {
      fail(.violation(error.description), &effects)
    }
  }

  private mutating func handle(_ control: ControlMessage, _ effects: inout [Effect]) {
    switch control {
    case .acknowledgement(let sequence):
      guard acknowledged.isTrusted else { return }
      acknowledged.receive(sequence, sent: given)
      effects.append(acknowledged.total.map { .acknowledged($0) } ?? .distrusted)
    case .windowAcknowledgementSize(let size):
      window.set(size)
    case .setPeerBandwidth(let size):
      // The answer keeps our wish for frequent acknowledgements unless the peer wants them more often still.
      pendingReplies.window = min(size, Self.acknowledgementWindow)
    case .pingRequest(let time):
      pendingReplies.pong = time
    case .setChunkSize, .streamBegin, .pingResponse:
      break
    }
  }

  mutating func announceWindow(_ size: UInt32, into output: inout ByteBuffer) {
    guard size != announcedWindow, size > 0 else { return }
    announcedWindow = size
    writer.write(ControlMessage.windowAcknowledgementSize(size).message, into: &output)
  }
}
