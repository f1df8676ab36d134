internal import Media
internal import NIOCore

/// The publishing dialogue of a client: bytes in, effects out; no clock, no randomness, no input or output.
struct PublishStateMachine {
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
    /// The server confirmed the end of the stream.
    case unpublished
    case refused(code: String, description: String)
    case notRTMP
    case violation(String)
  }

  private enum Call: Double {
    case connect = 1, releaseStream, publishNotice, createStream, publish, unpublishNotice, deleteStream
  }

  private(set) var stage = PublishStage.handshake
  private let endpoint: IngestEndpoint
  private let key: StreamKey
  private var stream: StreamDescription
  private var handshake: Handshake
  private var isShakingHands = true
  private var reader = ChunkReader()
  private var writer = ChunkWriter()
  private var window = ReceiveWindow()
  private var acknowledged = AcknowledgementCounter()
  private var announcedWindow: UInt32 = 0
  private var streamID: UInt32 = 0
  private var hasSentHeaders = false
  private var hasFailed = false

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
  mutating func receive(_ bytes: ByteBuffer) -> [Effect] {
    guard !hasFailed else { return [] }
    var effects: [Effect] = []
    var output = ByteBuffer()
    if isShakingHands {
      switch handshake.receive(bytes) {
      case .wait: return []
      case .send(let answer): return [.send(answer)]
      case .notRTMP:
        hasFailed = true
        return [.notRTMP]
      case .done(let answer, let rest):
        isShakingHands = false
        if let answer { output.writeImmutableBuffer(answer) }
        openApplication(into: &output)
        stage = .connect
        effects.append(.entered(.connect))
        reader.append(rest)
        count(rest.readableBytes, into: &output)
      }
    } else {
      reader.append(bytes)
      count(bytes.readableBytes, into: &output)
    }
    do throws(ChunkError) {
      while !hasFailed, let message = try reader.next() { handle(message, &effects, &output) }
    } catch {
      fail(.violation(error.description), &effects)
    }
    if output.readableBytes > 0 { effects.append(.send(output)) }
    return effects
  }

  private mutating func fail(_ effect: Effect, _ effects: inout [Effect]) {
    hasFailed = true
    effects.append(effect)
  }

  private mutating func count(_ bytes: Int, into output: inout ByteBuffer) {
    if let sequence = window.receive(bytes) {
      writer.write(ControlMessage.acknowledgement(sequence).message, into: &output)
    }
  }

  private mutating func handle(_ message: RTMPMessage, _ effects: inout [Effect], _ output: inout ByteBuffer) {
    if let control = ControlMessage(message) {
      handle(control, &effects, &output)
      return
    }
    do throws(AMF0Error) {
      if let command = try CommandMessage(message) { handle(command, &effects, &output) }
    } catch {
      fail(.violation(error.description), &effects)
    }
  }

  private mutating func handle(_ control: ControlMessage, _ effects: inout [Effect], _ output: inout ByteBuffer) {
    switch control {
    case .acknowledgement(let sequence):
      acknowledged.receive(sequence)
      if let total = acknowledged.total { effects.append(.acknowledged(total)) }
    case .windowAcknowledgementSize(let size):
      window.set(size)
    case .setPeerBandwidth(let size):
      // The answer keeps our wish for frequent acknowledgements unless the peer wants them more often still.
      announceWindow(min(size, Self.acknowledgementWindow), into: &output)
    case .pingRequest(let time):
      writer.write(ControlMessage.pingResponse(time).message, into: &output)
    case .setChunkSize, .streamBegin, .pingResponse:
      break
    }
  }

  private mutating func announceWindow(_ size: UInt32, into output: inout ByteBuffer) {
    guard size != announcedWindow, size > 0 else { return }
    announcedWindow = size
    writer.write(ControlMessage.windowAcknowledgementSize(size).message, into: &output)
  }
}

// MARK: - Commands

extension PublishStateMachine {
  private mutating func call(
    _ name: String, _ call: Call, object: AMF0Value = .null, _ arguments: [AMF0Value] = [], streamID: UInt32 = 0,
    into output: inout ByteBuffer
  ) {
    let command = CommandMessage(name, transactionID: call.rawValue, object: object, arguments: arguments)
    writer.write(command.message(streamID: streamID), into: &output)
  }

  private mutating func openApplication(into output: inout ByteBuffer) {
    writer.setChunkSize(Self.chunkSize, into: &output)
    let url = endpoint.description
    let object: AMF0Object = [
      "app": .string(endpoint.app), "type": .string("nonprivate"),
      "flashVer": .string("FMLE/3.0 (compatible; FMSc/1.0)"), "swfUrl": .string(url), "tcUrl": .string(url),
    ]
    call("connect", .connect, object: .object(object), into: &output)
  }

  private mutating func handle(_ command: CommandMessage, _ effects: inout [Effect], _ output: inout ByteBuffer) {
    switch command.name {
    case "_result": handleResult(command, &effects, &output)
    case "_error": handleError(command, &effects)
    case "onStatus": handleStatus(command, &effects)
    case "close":
      let status = StatusInformation(command)
      fail(refusal(status?.code ?? "close", status?.description ?? "the server ended the connection"), &effects)
    default: break
    }
  }

  private mutating func handleResult(
    _ command: CommandMessage, _ effects: inout [Effect], _ output: inout ByteBuffer
  ) {
    switch (stage, Call(rawValue: command.transactionID)) {
    case (.connect, .connect):
      announceWindow(Self.acknowledgementWindow, into: &output)
      call("releaseStream", .releaseStream, [.string(key.value)], into: &output)
      call("FCPublish", .publishNotice, [.string(key.value)], into: &output)
      call("createStream", .createStream, into: &output)
      stage = .createStream
      effects.append(.entered(.createStream))
    case (.createStream, .createStream):
      guard let number = command.arguments.first?.number, let id = UInt32(exactly: number) else {
        fail(.violation("createStream without a stream id"), &effects)
        return
      }
      streamID = id
      call("publish", .publish, [.string(key.value), .string("live")], streamID: id, into: &output)
      stage = .publish
      effects.append(.entered(.publish))
    default: break
    }
  }

  private mutating func handleError(_ command: CommandMessage, _ effects: inout [Effect]) {
    switch Call(rawValue: command.transactionID) {
    case .connect, .createStream, .publish:
      let status = StatusInformation(command)
      fail(refusal(status?.code ?? "\(stage.rawValue) failed", status?.description ?? ""), &effects)
    // Servers that do not know the Flash-era notices say so; nothing depends on them.
    case .releaseStream, .publishNotice, .unpublishNotice, .deleteStream, nil: break
    }
  }

  private mutating func handleStatus(_ command: CommandMessage, _ effects: inout [Effect]) {
    guard let status = StatusInformation(command) else { return }
    switch status.code {
    case "NetStream.Publish.Start" where stage == .publish:
      stage = .publishing
      effects.append(.entered(.publishing))
    case "NetStream.Unpublish.Success" where stage == .closing:
      effects.append(.unpublished)
    case "NetStream.Publish.BadName", "NetStream.Publish.Denied", "NetStream.Publish.Rejected", "NetStream.Failed",
      "NetConnection.Connect.InvalidApp", "NetConnection.Connect.Rejected", "NetConnection.Connect.Closed":
      fail(refusal(status.code, status.description), &effects)
    default:
      if status.level == "error" { fail(refusal(status.code, status.description), &effects) }
    }
  }

  private func refusal(_ code: String, _ description: String) -> Effect {
    // The name without parameters is as secret as the whole; the whole contains it.
    .refused(
      code: ServerText.cleaned(code, hiding: key.name), description: ServerText.cleaned(description, hiding: key.name))
  }
}

// MARK: - Media

extension PublishStateMachine {
  /// The packets from here on are of these tracks: the metadata and the sequence headers go before the next one.
  mutating func describe(_ stream: StreamDescription) {
    self.stream = stream
    hasSentHeaders = false
  }

  /// Appends the bytes of `packet`; in front of the first one the metadata and the sequence headers, with its time.
  ///
  /// Times are RTMP's: milliseconds modulo 2^32, so that a stream may run for ever and need not begin at zero.
  mutating func write(_ packet: EncodedPacket, into output: inout ByteBuffer) {
    let timestamp = UInt32(truncatingIfNeeded: packet.decodeTime.milliseconds)
    if !hasSentHeaders {
      hasSentHeaders = true
      writer.write(
        MetadataMessage.message(for: stream, streamID: streamID, timestamp: timestamp), into: &output)
      if let video = stream.video {
        write(
          .video, timestamp, .video(isKeyframe: true, isSequenceHeader: true, compositionTime: 0),
          video.decoderConfiguration, into: &output)
      }
      if let audio = stream.audio {
        write(.audio, timestamp, .audio(isSequenceHeader: true), audio.audioSpecificConfig, into: &output)
      }
    }
    write(packet.isVideo ? .video : .audio, timestamp, .packet(packet), packet.payload, into: &output)
  }

  private mutating func write(
    _ type: MessageType, _ timestamp: UInt32, _ header: FLVTagHeader, _ payload: ByteBuffer,
    into output: inout ByteBuffer
  ) {
    writer.write(
      type: type, streamID: streamID, timestamp: timestamp, prefix: header, payload: payload,
      on: type == .video ? .video : .audio, into: &output)
  }

  /// The farewell; `nil` where no stream was ever asked for.
  mutating func close() -> ByteBuffer? {
    guard !hasFailed, stage == .publishing || stage == .publish else {
      stage = .closing
      return nil
    }
    var output = ByteBuffer()
    call("FCUnpublish", .unpublishNotice, [.string(key.value)], into: &output)
    call("deleteStream", .deleteStream, [.number(Double(streamID))], into: &output)
    stage = .closing
    return output
  }
}
