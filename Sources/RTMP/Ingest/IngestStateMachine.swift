internal import Media
internal import NIOCore
internal import Packets

/// The dialogue with a publisher, on the server's side: bytes in, effects out; no clock, no randomness, no input or
/// output.
struct IngestStateMachine {
  /// What the shell does.
  enum Effect: Equatable {
    case send(ByteBuffer)
    /// Somebody wants to publish: decide, then call ``accept()`` or ``refuse(code:description:)`` and go on with
    /// ``resume(at:)``. Until then nothing is read on.
    case decide(app: String, name: String)
    case begin(StreamDescription, metadata: AMF0Object?)
    case packet(EncodedPacket)
    /// The publisher said that the stream ends.
    case ended
    /// Nothing good can come any more: send what is to be sent and close.
    case violation(String)
  }

  private enum State: Equatable { case handshake, idle, deciding, publishing, over }

  /// The message stream id of the one stream that a connection can have.
  private static let streamID: UInt32 = 1
  private static let window: UInt32 = 2_500_000
  /// What a stranger can make this side hold: its whole dialogue up to an accepted `publish` takes two kilobytes.
  static let openingLimits = ChunkReader.Limits(
    messageBytes: 64 << 10, chunkStreams: 8, unfinishedBytes: 64 << 10)
  /// What a publisher can: the longest keyframe at the highest bitrate that IVS takes has a quarter of that.
  static let publishingLimits = ChunkReader.Limits(messageBytes: 4 << 20, chunkStreams: 16, unfinishedBytes: 6 << 20)
  /// All that may come between the handshake and an accepted `publish`.
  static let openingBytes = 64 << 10

  private var state = State.handshake
  private var handshake: Handshake
  private var reader = ChunkReader(limits: IngestStateMachine.openingLimits)
  private var writer = ChunkWriter()
  private var receiveWindow = ReceiveWindow()
  private var assembler = PublicationAssembler()
  private var app = ""
  private var wasAccepted = false
  private var openingReceived = 0

  /// - Parameter nonce: ``Handshake/nonceBytes`` random bytes.
  init(nonce: ByteBuffer) { handshake = Handshake(isClient: false, nonce: nonce) }

  /// Takes received bytes; `now` becomes the packets' capture time.
  mutating func receive(_ bytes: ByteBuffer, at now: MediaTime) -> [Effect] {
    var effects: [Effect] = []
    guard state != .over else { return [] }
    if state == .handshake {
      switch handshake.receive(bytes) {
      case .wait: return []
      case .send(let answer): return [.send(answer)]
      case .notRTMP(let version): return violation("handshake version \(version)")
      case .tls: return violation("TLS, where none is spoken")
      case .done(let answer, let rest):
        if let answer { effects.append(.send(answer)) }
        state = .idle
        return effects + read(rest, at: now)
      }
    }
    return read(bytes, at: now)
  }

  private mutating func read(_ bytes: ByteBuffer, at now: MediaTime) -> [Effect] {
    if !wasAccepted { openingReceived += bytes.readableBytes }
    reader.append(bytes)
    let effects = count(bytes.readableBytes) + resume(at: now)
    guard state == .idle, !wasAccepted, openingReceived > Self.openingBytes else { return effects }
    return effects + violation("more than \(Self.openingBytes) bytes came, and no publish that is accepted")
  }

  /// Goes on with bytes that were received already.
  mutating func resume(at now: MediaTime) -> [Effect] {
    var effects: [Effect] = []
    do throws(ChunkError) {
      while state == .idle || state == .publishing, let message = try reader.next() {
        effects += handle(message, at: now)
      }
    } catch {
      effects += violation(error.description)
    }
    return effects
  }

  private mutating func count(_ bytes: Int) -> [Effect] {
    guard let sequence = receiveWindow.receive(bytes) else { return [] }
    return send { writer, output in writer.write(ControlMessage.acknowledgement(sequence).message, into: &output) }
  }

  private mutating func send(_ body: (inout ChunkWriter, inout ByteBuffer) -> Void) -> [Effect] {
    var output = ByteBuffer()
    body(&writer, &output)
    return [.send(output)]
  }

  private mutating func violation(_ what: String) -> [Effect] {
    let wasPublishing = state == .publishing
    state = .over
    return (wasPublishing ? outputs(assembler.finish()) : []) + [.violation(what)]
  }

  private mutating func handle(_ message: RTMPMessage, at now: MediaTime) -> [Effect] {
    switch message.type {
    case .windowAcknowledgementSize:
      if case .windowAcknowledgementSize(let size)? = ControlMessage(message) { receiveWindow.set(size) }
      return []
    case .userControl:
      guard case .pingRequest(let time)? = ControlMessage(message) else { return [] }
      return send { $0.write(ControlMessage.pingResponse(time).message, into: &$1) }
    case .audio, .video:
      guard state == .publishing else { return [] }
      return outputs(assembler.receive(message, at: now))
    default:
      do throws(AMF0Error) {
        if let command = try CommandMessage(message) { return handle(command) }
        if state == .publishing, let metadata = try MetadataMessage.properties(in: message) {
          assembler.setMetadata(metadata)
        }
        return []
      } catch {
        return violation(error.description)
      }
    }
  }

  private mutating func outputs(_ outputs: [PublicationAssembler.Output]) -> [Effect] {
    var effects: [Effect] = []
    for output in outputs {
      switch output {
      case .begin(let description): effects.append(.begin(description, metadata: assembler.metadata))
      case .packet(let packet): effects.append(.packet(packet))
      // A recording has the tracks that it began with; a picture that comes late is worth a word.
      case .added(_, isVideo: false): break
      case .added: effects += rejection("video began after the stream was described")
      case .changed(_, let why), .rejected(let why): effects += rejection(why)
      }
    }
    return effects
  }

  private mutating func rejection(_ why: String) -> [Effect] {
    refuse(code: "NetStream.Publish.Rejected", description: why) + [.violation(why)]
  }
}

// MARK: - Commands

extension IngestStateMachine {
  private mutating func handle(_ command: CommandMessage) -> [Effect] {
    switch command.name {
    case "connect": return connect(command)
    case "createStream": return answer(command, .number(Double(Self.streamID)))
    case "publish": return publish(command)
    case "releaseStream", "FCPublish", "_checkbw", "getStreamLength": return answer(command, .undefined)
    case "FCUnpublish", "deleteStream", "closeStream": return end()
    case "_result", "_error", "onStatus": return []
    default:
      guard command.transactionID != 0 else { return [] }
      let status = StatusInformation(
        level: "error", code: "NetConnection.Call.Failed", description: "This method is not known here.")
      return call(
        CommandMessage("_error", transactionID: command.transactionID, arguments: [status.value]))
    }
  }

  private mutating func call(_ command: CommandMessage, streamID: UInt32 = 0) -> [Effect] {
    send { writer, output in writer.write(command.message(streamID: streamID), into: &output) }
  }

  private mutating func answer(_ command: CommandMessage, _ value: AMF0Value) -> [Effect] {
    call(CommandMessage("_result", transactionID: command.transactionID, arguments: [value]))
  }

  private mutating func connect(_ command: CommandMessage) -> [Effect] {
    let name = command.object.object?["app"]?.string ?? ""
    app = ForeignText.cleaned(String(name.prefix { $0 != "?" }))
    while app.hasSuffix("/") { app.removeLast() }
    let status = AMF0Object([
      .init(name: "level", value: .string("status")),
      .init(name: "code", value: .string("NetConnection.Connect.Success")),
      .init(name: "description", value: .string("Connection succeeded.")),
      .init(name: "objectEncoding", value: .number(0)),
    ])
    let properties: AMF0Object = ["fmsVer": .string("FMS/3,0,1,123"), "capabilities": .number(31)]
    return send { writer, output in
      writer.write(ControlMessage.windowAcknowledgementSize(Self.window).message, into: &output)
      writer.write(ControlMessage.setPeerBandwidth(Self.window).message, into: &output)
      writer.setChunkSize(4096, into: &output)
      let result = CommandMessage(
        "_result", transactionID: command.transactionID, object: .object(properties), arguments: [.object(status)])
      writer.write(result.message(), into: &output)
    }
  }

  private mutating func publish(_ command: CommandMessage) -> [Effect] {
    guard state == .idle, let name = command.arguments.first?.string else {
      return refuse(code: "NetStream.Publish.BadName", description: "A stream is published already, or has no name.")
    }
    state = .deciding
    return [.decide(app: app, name: name)]
  }

  /// The publisher may begin.
  mutating func accept() -> [Effect] {
    guard state == .deciding else { return [] }
    state = .publishing
    wasAccepted = true
    reader.limits = Self.publishingLimits
    let status = StatusInformation(
      level: "status", code: "NetStream.Publish.Start", description: "The stream is live.")
    return send { writer, output in
      writer.write(ControlMessage.streamBegin(Self.streamID).message, into: &output)
      writer.write(
        CommandMessage("onStatus", arguments: [status.value]).message(streamID: Self.streamID), into: &output)
    }
  }

  /// The publisher may not begin, or not go on; close when this is sent.
  mutating func refuse(code: String, description: String) -> [Effect] {
    state = .over
    let status = StatusInformation(level: "error", code: code, description: description)
    return call(CommandMessage("onStatus", arguments: [status.value]), streamID: Self.streamID)
  }

  private mutating func end() -> [Effect] {
    guard state == .publishing else { return [] }
    state = .idle
    let effects = outputs(assembler.finish())
    assembler = PublicationAssembler()
    let status = StatusInformation(
      level: "status", code: "NetStream.Unpublish.Success", description: "The stream has ended.")
    return effects + [.ended] + call(CommandMessage("onStatus", arguments: [status.value]), streamID: Self.streamID)
  }

  /// The connection is gone: what was held back comes out.
  mutating func connectionEnded() -> [Effect] {
    guard state == .publishing else { return [] }
    state = .over
    return outputs(assembler.finish())
  }
}
