import Media
import NIOCore
import Networking
import Packets
import Testing

@testable import RTMP

@Suite("The publisher's dialogue")
struct RTMPClientStateMachineTests {
  private let sample: SampleStream

  init() throws { sample = try SampleStream() }

  private func machine(url: String = "rtmps://ingest.example/app") throws -> RTMPClientStateMachine {
    RTMPClientStateMachine(
      endpoint: try IngestEndpoint(parsing: url), key: try StreamKey("sk_secret?priority=2"),
      stream: sample.description, nonce: .zeros)
  }

  /// The bytes that a server's messages make.
  func bytes(_ messages: RTMPMessage...) -> ByteBuffer {
    var writer = ChunkWriter()
    var output = ByteBuffer()
    for message in messages { writer.write(message, into: &output) }
    return output
  }

  private func result(_ id: Double, _ value: AMF0Value = .undefined) -> RTMPMessage {
    CommandMessage("_result", transactionID: id, arguments: [value]).message()
  }

  func status(_ level: String, _ code: String, _ description: String = "") -> RTMPMessage {
    CommandMessage(
      "onStatus", arguments: [StatusInformation(level: level, code: code, description: description).value]
    ).message(streamID: 1)
  }

  private var serverHandshake: ByteBuffer {
    var bytes = ByteBuffer(bytes: [3])
    bytes.writeRepeatingByte(9, count: 2 * Handshake.packetBytes)
    return bytes
  }

  /// A server's view of what the machine sent: its messages.
  private func messages(in effects: [RTMPClientStateMachine.Effect], skipping handshakeBytes: Int = 0) throws
    -> [RTMPMessage]
  {
    var reader = ChunkReader()
    var skip = handshakeBytes
    for case .send(var bytes) in effects {
      let skipped = min(skip, bytes.readableBytes)
      bytes.moveReaderIndex(forwardBy: skipped)
      skip -= skipped
      reader.append(bytes)
    }
    var messages: [RTMPMessage] = []
    while let message = try reader.next() { messages.append(message) }
    return messages
  }

  func connected() throws -> RTMPClientStateMachine {
    var machine = try machine()
    _ = machine.receive(serverHandshake)
    return machine
  }

  func publishing() throws -> RTMPClientStateMachine {
    var machine = try connected()
    _ = machine.receive(
      bytes(result(1), result(4, .number(1)), status("status", "NetStream.Publish.Start")))
    #expect(machine.stage == .publishing)
    return machine
  }

  @Test("it opens with version 3, zeros and the nonce")
  func opening() throws {
    let opening = try machine().start()
    #expect(opening.readableBytes == 1537)
    #expect(opening.getInteger(at: 0, as: UInt8.self) == 3)
    #expect(opening.getInteger(at: 1, as: UInt64.self) == 0)
  }

  @Test("the handshake is answered with the server's own packet, then the chunk size is set and the app is opened")
  func connect() throws {
    var machine = try machine()
    let effects = machine.receive(serverHandshake)
    #expect(effects.first == .entered(.connect))
    let sent = try messages(in: effects, skipping: Handshake.packetBytes)
    #expect(sent.map(\.type) == [.setChunkSize, .commandAMF0])
    #expect(sent.first.flatMap(ControlMessage.init) == .setChunkSize(4096))
    let last = try #require(sent.last)
    let command = try #require(try CommandMessage(last))
    #expect(command.name == "connect")
    #expect(command.transactionID == 1)
    #expect(
      command.object
        == .object([
          "app": .string("app"), "type": .string("nonprivate"),
          "flashVer": .string("FMLE/3.0 (compatible; FMSc/1.0)"), "swfUrl": .string("rtmps://ingest.example:443/app"),
          "tcUrl": .string("rtmps://ingest.example:443/app"), "capsEx": .number(1),
        ]))
  }

  @Test("each answer leads to the next call, with the key as the stream's name")
  func calls() throws {
    var machine = try connected()
    var effects = machine.receive(bytes(result(1)))
    #expect(effects.first == .entered(.createStream))
    var reader = ChunkReader()
    func read(_ effects: [RTMPClientStateMachine.Effect]) throws -> [String] {
      var names: [String] = []
      for case .send(let bytes) in effects { reader.append(bytes) }
      while let message = try reader.next() {
        if let command = try CommandMessage(message) {
          names.append("\(command.name) \(command.arguments.compactMap(\.string).joined(separator: " "))")
        } else if let control = ControlMessage(message) {
          names.append("\(control)")
        }
      }
      return names
    }
    _ = try read([.send(bytes(ControlMessage.setChunkSize(4096).message))])
    #expect(
      try read(effects) == [
        "windowAcknowledgementSize(100000)", "releaseStream sk_secret?priority=2", "FCPublish sk_secret?priority=2",
        "createStream ",
      ])
    effects = machine.receive(bytes(result(4, .number(7))))
    #expect(effects.first == .entered(.publish))
    #expect(try read(effects) == ["publish sk_secret?priority=2 live"])
    #expect(
      machine.receive(bytes(status("status", "NetStream.Publish.Start"))) == [.entered(.publishing)])
    let closing = machine.close()
    let farewell = try #require(closing)
    #expect(try read([.send(farewell)]) == ["FCUnpublish sk_secret?priority=2", "deleteStream "])
    #expect(machine.receive(bytes(status("status", "NetStream.Unpublish.Success"))) == [.unpublished])
  }

  @Test(
    "a refusal comes in the server's words, without control characters and without the key",
    arguments: [
      "NetStream.Publish.BadName", "NetStream.Publish.Denied", "NetStream.Publish.Rejected", "NetStream.Failed",
      "NetConnection.Connect.InvalidApp",
    ])
  func refusals(code: String) throws {
    var machine = try connected()
    _ = machine.receive(bytes(result(1), result(4, .number(1))))
    #expect(
      machine.receive(bytes(status("error", code, "no\u{7} sk_secret?priority=2!")))
        == [.refused(code: code, description: "no\\x07 <stream key>?priority=2!")])
    // Whatever comes afterwards is ignored.
    #expect(machine.receive(bytes(status("status", "NetStream.Publish.Start"))) == [])
    #expect(machine.close() == nil)
  }

  @Test("_error ends the dialogue where a call matters, and only there")
  func errors() throws {
    let information = StatusInformation(
      level: "error", code: "NetConnection.Connect.Rejected", description: "[ AccessManager.Reject ]")
    func error(_ id: Double) -> RTMPMessage {
      CommandMessage("_error", transactionID: id, arguments: [information.value]).message()
    }
    var machine = try connected()
    #expect(
      machine.receive(bytes(error(1)))
        == [.refused(code: "NetConnection.Connect.Rejected", description: "[ AccessManager.Reject ]")])
    machine = try connected()
    _ = machine.receive(bytes(result(1)))
    #expect(machine.receive(bytes(error(2), error(3))) == [])
    #expect(
      machine.receive(bytes(CommandMessage("_error", transactionID: 4).message()))
        == [.refused(code: "createStream failed", description: "")])
  }

  @Test("a ping is answered, unknown messages and notices are not")
  func pingAndUnknown() throws {
    var machine = try publishing()
    let unknown = RTMPMessage(type: MessageType(rawValue: 99), payload: ByteBuffer(hex: "0102"))
    #expect(
      machine.receive(bytes(unknown, CommandMessage("onBWDone").message(), ControlMessage.streamBegin(1).message)) == []
    )
    let effects = machine.receive(bytes(ControlMessage.pingRequest(0x0102_0304).message))
    #expect(effects == [.send(ByteBuffer(hex: "42 000000 000006 04 0007 01020304"))])
  }

  @Test("acknowledgements are believed as far as they fit what was sent, and none after one that does not")
  func acknowledgements() throws {
    var machine = try publishing()
    func acknowledge(_ sequences: UInt32...) -> [RTMPClientStateMachine.Effect] {
      sequences.flatMap { machine.receive(bytes(ControlMessage.acknowledgement($0).message)) }
    }
    #expect(acknowledge(3073, 3300) == [.acknowledged(3073), .acknowledged(3300)])
    #expect(acknowledge(0xffff_fff0, 3400) == [.distrusted])
  }

  @Test("answers wait while the peer takes nothing, and of each kind only the newest is given")
  func owedAnswers() throws {
    var machine = try machine()
    var server = ChunkReader()
    func controls(_ effects: [RTMPClientStateMachine.Effect]) throws -> [ControlMessage] {
      for case .send(let bytes) in effects { server.append(bytes) }
      var messages: [ControlMessage] = []
      while let message = try server.next() { if let control = ControlMessage(message) { messages.append(control) } }
      return messages
    }
    var opening = machine.receive(serverHandshake)
    if case .send(var bytes)? = opening.last {
      bytes.moveReaderIndex(forwardBy: Handshake.packetBytes)
      opening = [.send(bytes)]
    }
    #expect(try controls(opening) == [.setChunkSize(4096)])
    for time in 0..<20_000 as Range<UInt32> {
      let asked = bytes(
        ControlMessage.pingRequest(time).message, ControlMessage.setPeerBandwidth(1000 + time % 7).message)
      #expect(machine.receive(asked, canSend: false) == [])
    }
    let owed = machine.settle()
    let settled = try #require(owed)
    let answers = try controls([.send(settled)])
    #expect(answers.count == 3)
    #expect(answers.suffix(2) == [.windowAcknowledgementSize(1000 + 19_999 % 7), .pingResponse(19_999)])
    #expect(machine.settle() == nil)
    // Many at once get one answer too.
    var pings = ByteBuffer()
    for time in 0..<1000 as Range<UInt32> {
      pings.writeImmutableBuffer(bytes(ControlMessage.pingRequest(time).message))
    }
    #expect(try controls(machine.receive(pings)).filter { $0 == .pingResponse(999) }.count == 1)
  }

  @Test("Set Peer Bandwidth is answered only where it is stricter than what was announced")
  func peerBandwidth() throws {
    var machine = try publishing()
    #expect(machine.receive(bytes(ControlMessage.setPeerBandwidth(2_500_000).message)) == [])
    #expect(
      machine.receive(bytes(ControlMessage.setPeerBandwidth(50_000).message))
        == [.send(ByteBuffer(hex: "82 000000 0000c350"))])
  }

  @Test("metadata and sequence headers go before the first packet, once, with its time")
  func headers() throws {
    var machine = try publishing()
    let packets = sample.packets(from: .seconds(100))
    var reader = ChunkReader()
    reader.append(bytes(ControlMessage.setChunkSize(4096).message))
    _ = try reader.next()
    var output = ByteBuffer()
    for packet in packets.prefix(3) { machine.write(packet, into: &output) }
    reader.append(output)
    var sent: [RTMPMessage] = []
    while let message = try reader.next() { sent.append(message) }
    #expect(sent.prefix(3).map(\.type) == [.dataAMF0, .video, .audio])
    #expect(sent.count == 6)
    #expect(Set(sent.prefix(4).map(\.timestamp)) == [UInt32(packets[0].decodeTime.milliseconds)])
    #expect(sent.allSatisfy { $0.streamID == 1 })
    let metadata = try #require(try MetadataMessage.properties(in: sent[0]))
    #expect(
      metadata.properties.map(\.name) == [
        "width", "height", "framerate", "videocodecid", "videodatarate", "audiocodecid", "audiodatarate",
        "audiosamplerate", "audiosamplesize", "audiochannels", "stereo", "encoder",
      ])
    #expect(metadata["videocodecid"] == .number(7))
    #expect(metadata["audiocodecid"] == .number(10))
    #expect(metadata["framerate"] == .number(15))
  }

  @Test("what is no RTMP is said so, and TLS is told apart")
  func noRTMP() throws {
    var machine = try machine()
    #expect(machine.receive(ByteBuffer(string: "HTTP/1.1 400")) == [.notRTMP])
    machine = try self.machine()
    #expect(machine.receive(ByteBuffer(hex: "15")) == [])
    #expect(machine.receive(ByteBuffer(hex: "0301 0002 0246")) == [.answersInTLS])
    machine = try connected()
    #expect(
      machine.receive(ByteBuffer(hex: "c4 00")) == [.violation("chunk stream 4 begins without a message header")])
  }

  @Test("closing before there is a stream says nothing")
  func earlyClose() throws {
    var machine = try connected()
    #expect(machine.close() == nil)
  }
}
