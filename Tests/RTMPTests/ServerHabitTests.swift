import Media
import NIOCore
import Networking
import Testing

@testable import RTMP

/// What a server says at each step of the dialogue, where it has a habit of its own.
private struct Habit: Sendable, CustomTestStringConvertible {
  var name: String
  var handshake = ByteBuffer(repeating: 9, count: 2 * Handshake.packetBytes)
  var version: UInt8 = 3
  /// Answers to `connect`, `createStream` and `publish`, and what comes afterwards.
  var connect = [Self.result(1)]
  var create = [Self.result(4, .number(1))]
  var publish = [Self.status("NetStream.Publish.Start")]
  var later: [RTMPMessage] = []
  var right: Outcome

  var testDescription: String { name }

  init(_ name: String, _ right: Outcome, _ change: (inout Habit) -> Void = { _ in }) {
    self.name = name
    self.right = right
    change(&self)
  }

  /// How the dialogue stands at the end.
  enum Outcome: Equatable, Sendable {
    case publishing
    case told(String, String)
    case waiting(PublishStage)
    case refused(String, String)
    case redirected(String), moving(String)
    case violation(String)
    case ended
  }

  static func result(_ id: Double, _ value: AMF0Value = .undefined, object: AMF0Value = .null) -> RTMPMessage {
    CommandMessage("_result", transactionID: id, object: object, arguments: [value]).message()
  }

  static func error(_ id: Double, _ value: AMF0Value) -> RTMPMessage {
    CommandMessage("_error", transactionID: id, arguments: [value]).message()
  }

  static func information(_ level: String, _ code: String, _ text: String = "") -> AMF0Value {
    StatusInformation(level: level, code: code, description: text).value
  }

  static func status(_ code: String, _ level: String = "status", _ text: String = "", stream: UInt32 = 1) -> RTMPMessage
  {
    CommandMessage("onStatus", arguments: [information(level, code, text)]).message(streamID: stream)
  }

  /// The same command in the message type that AMF3 clients are answered with.
  static func amf3(_ message: RTMPMessage) -> RTMPMessage {
    var payload = ByteBuffer(bytes: [0])
    payload.writeImmutableBuffer(message.payload)
    return RTMPMessage(type: .commandAMF3, streamID: message.streamID, payload: payload)
  }

  static func raw(_ type: UInt8, _ bytes: [UInt8]) -> RTMPMessage {
    RTMPMessage(type: MessageType(rawValue: type), payload: ByteBuffer(bytes: bytes))
  }
}

private let connected: AMF0Value = .object([
  "level": .string("status"), "code": .string("NetConnection.Connect.Success"), "objectEncoding": .number(0),
])

private let habits: [Habit] = [
  // Handshakes.
  Habit("another version of RTMP", .publishing) { $0.version = 6 },
  Habit("zeros instead of an echo", .publishing) { $0.handshake = ByteBuffer(repeating: 0, count: 3072) },
  // Windows and bandwidths.
  Habit("a window of one byte", .publishing) {
    $0.connect.insert(contentsOf: [Habit.raw(5, [0, 0, 0, 1]), Habit.raw(6, [0, 0, 0, 1, 2])], at: 0)
  },
  Habit("a window of none", .publishing) {
    $0.connect.insert(contentsOf: [Habit.raw(5, [0, 0, 0, 0]), Habit.raw(6, [0, 0, 0, 0, 0])], at: 0)
  },
  Habit("the greatest window", .publishing) {
    $0.connect.insert(contentsOf: [Habit.raw(5, [255, 255, 255, 255]), Habit.raw(6, [255, 255, 255, 255, 2])], at: 0)
  },
  Habit("a chunk size of none", .violation("chunk size 0")) { $0.connect.insert(Habit.raw(1, [0, 0, 0, 0]), at: 0) },
  Habit("notices before the answer", .publishing) {
    $0.connect.insert(contentsOf: [CommandMessage("onBWDone").message(), ControlMessage.streamBegin(0).message], at: 0)
  },
  // Answers in other forms.
  Habit("AMF3 messages", .publishing) {
    $0.connect = $0.connect.map(Habit.amf3)
    $0.publish = $0.publish.map(Habit.amf3)
  },
  Habit("an answer to no call", .waiting(.connect)) { $0.connect = [Habit.result(0)] },
  Habit("ECMA arrays for objects", .publishing) {
    $0.connect = [Habit.result(1, .ecmaArray(["code": .string("NetConnection.Connect.Success")]))]
    let start: AMF0Object = ["level": .string("status"), "code": .string("NetStream.Publish.Start")]
    $0.publish = [CommandMessage("onStatus", arguments: [.ecmaArray(start)]).message(streamID: 1)]
  },
  Habit("a long string of 70,000 bytes", .publishing) {
    let version = AMF0Value.string(String(repeating: "x", count: 70_000))
    $0.connect = [Habit.result(1, connected, object: .object(["fmsVer": version]))]
  },
  Habit("dates, arrays and undefined values", .publishing) {
    let object: AMF0Object = [
      "time": .date(milliseconds: 1.7e12), "list": .strictArray([.number(1), .number(2)]), "none": .undefined,
    ]
    $0.connect = [Habit.result(1, connected, object: .object(object))]
  },
  Habit("AMF3 inside of the answer", .publishing) {
    var payload = CommandMessage("_result", transactionID: 1).message().payload
    payload.writeBytes([0x11, 0x0a, 0x0b, 0x01, 0x01])
    $0.connect = [RTMPMessage(type: .commandAMF0, payload: payload)]
  },
  Habit("a marker that AMF0 does not have", .violation("AMF0 marker 127 is not known")) {
    var payload = Habit.result(1).payload
    payload.writeInteger(UInt8(127))
    $0.connect = [RTMPMessage(type: .commandAMF0, payload: payload)]
  },
  // Refusals of the application.
  Habit("no such application", .refused("NetConnection.Connect.InvalidApp", "no app")) {
    $0.connect = [Habit.error(1, Habit.information("error", "NetConnection.Connect.InvalidApp", "no app"))]
  },
  Habit("a bare text for a reason", .refused("connect failed", "no such application")) {
    $0.connect = [Habit.error(1, .string("no such application"))]
  },
  Habit("a bare text in the object's place", .refused("connect failed", "go away")) {
    $0.connect = [CommandMessage("_error", transactionID: 1, object: .string("go away")).message()]
  },
  Habit("no reason at all", .refused("connect failed", "")) { $0.connect = [Habit.error(1, .null)] },
  Habit("escapes, a forged line and the key", .refused("a\\x1b[2J", "<stream key> 2026 error forged")) {
    $0.connect = [Habit.error(1, Habit.information("error", "a\u{1b}[2J", "sk_secret\r\n2026 error \u{202e}forged"))]
  },
  Habit("authentication wanted", .refused("NetConnection.Connect.Rejected", "[ code=403 need auth; authmod=adobe ] : "))
  {
    let text = "[ code=403 need auth; authmod=adobe ] : "
    $0.connect = [Habit.error(1, Habit.information("error", "NetConnection.Connect.Rejected", text))]
  },
  Habit("a redirect", .redirected("rtmp://127.0.0.1:1936/live")) {
    let target = AMF0Value.object(["code": .number(302), "redirect": .string("rtmp://127.0.0.1:1936/live")])
    $0.connect = [
      Habit.error(
        1, .object(["level": .string("error"), "code": .string("NetConnection.Connect.Rejected"), "ex": target]))
    ]
  },
  Habit("silence", .waiting(.connect)) { $0.connect = [] },
  // Flash's notices.
  Habit("releaseStream is not known", .publishing) {
    $0.create.insert(Habit.error(2, Habit.information("error", "NetConnection.Call.Failed", "Method not found")), at: 0)
  },
  Habit("answers in another order", .publishing) { $0.create += [Habit.result(3), Habit.result(2)] },
  Habit("FCPublish is answered with no", .publishing) {
    let no = Habit.information("error", "NetStream.Publish.BadName", "already publishing")
    $0.create.insert(CommandMessage("onFCPublish", arguments: [no]).message(), at: 0)
  },
  // Streams.
  Habit("stream 0", .publishing) { $0.create = [Habit.result(4, .number(0))] },
  Habit("a great stream id", .publishing) { $0.create = [Habit.result(4, .number(0xff_ffff))] },
  Habit("a negative stream id", .violation("createStream without a stream id")) {
    $0.create = [Habit.result(4, .number(-1))]
  },
  Habit("a stream id in words", .violation("createStream without a stream id")) {
    $0.create = [Habit.result(4, .string("1"))]
  },
  Habit("no more streams", .refused("NetStream.Failed", "too many streams")) {
    $0.create = [Habit.error(4, Habit.information("error", "NetStream.Failed", "too many streams"))]
  },
  // Answers to publish.
  Habit("no start", .waiting(.publish)) { $0.publish = [] },
  Habit("only a notice of Flash's", .waiting(.publish)) {
    let start = Habit.information("status", "NetStream.Publish.Start")
    $0.publish = [CommandMessage("onFCPublish", arguments: [start]).message()]
  },
  Habit("the name is taken", .refused("NetStream.Publish.BadName", "Stream key <stream key> is already publishing")) {
    $0.publish = [
      Habit.status("NetStream.Publish.BadName", "error", "Stream key sk_secret is already publishing")
    ]
  },
  Habit("denied", .refused("NetStream.Publish.Denied", "denied")) {
    $0.publish = [Habit.status("NetStream.Publish.Denied", "error", "denied")]
  },
  Habit("a code of its own", .refused("NetStream.Publish.Unauthorized", "unauthorized")) {
    $0.publish = [Habit.status("NetStream.Publish.Unauthorized", "error", "unauthorized")]
  },
  Habit("the start as the answer to the call", .publishing) {
    $0.publish = [Habit.result(5, Habit.information("status", "NetStream.Publish.Start"))]
  },
  Habit("an empty answer to the call", .waiting(.publish)) { $0.publish = [Habit.result(5)] },
  Habit("the start in lower case", .publishing) { $0.publish = [Habit.status("netstream.publish.start")] },
  Habit("a reset first", .publishing) { $0.publish.insert(Habit.status("NetStream.Publish.Reset"), at: 0) },
  Habit("the start twice", .publishing) { $0.publish += $0.publish },
  Habit("the start on the connection's own stream", .publishing) {
    $0.publish = [Habit.status("NetStream.Publish.Start", stream: 0)]
  },
  Habit("the information in the object's place", .publishing) {
    let start = Habit.information("status", "NetStream.Publish.Start")
    $0.publish = [CommandMessage("onStatus", object: start).message(streamID: 1)]
  },
  // While it runs.
  Habit("messages that mean nothing", .publishing) {
    $0.later = [
      Habit.raw(18, [2, 0, 1, 65]), Habit.raw(9, [0x17, 0, 0, 0, 0]), Habit.raw(22, [9, 0, 0, 0]), Habit.raw(99, [122]),
      Habit.raw(4, [0, 31, 0, 0, 0, 1]), Habit.raw(4, [0]), Habit.raw(5, [0]), Habit.raw(3, []),
    ]
  },
  Habit("notices while it runs", .publishing) {
    $0.later = ["NetStream.Publish.Idle", "NetStream.Data.Start", "NetStream.Record.Start"].map { Habit.status($0) }
  },
  Habit("the server's recorder fails", .told("NetStream.Record.NoAccess", "disk full")) {
    $0.later = [
      Habit.status("NetStream.Record.NoAccess", "error", "disk full"),
      Habit.status("NetStream.Record.NoAccess", "error", "disk full"),
    ]
  },
  Habit("a viewer is slow", .told("NetStream.Play.InsufficientBW", "slow")) {
    $0.later = [Habit.status("NetStream.Play.InsufficientBW", "warning", "slow")]
  },
  Habit("a reconnect is asked for", .moving("rtmp://127.0.0.1:1935/app")) {
    $0.later = [Habit.status("NetConnection.Connect.ReconnectRequest", stream: 0)]
  },
  Habit("the name is taken later", .refused("NetStream.Publish.BadName", "taken over")) {
    $0.later = [Habit.status("NetStream.Publish.BadName", "error", "taken over")]
  },
  Habit("the server closes in words", .refused("close", "the server ended the connection")) {
    $0.later = [CommandMessage("close").message()]
  },
]

@Suite("Habits of servers, each with what is right")
struct ServerHabitTests {
  @Test("the dialogue ends as it ought to", arguments: habits)
  fileprivate func outcome(habit: Habit) throws {
    var machine = RTMPClientStateMachine(
      endpoint: try IngestEndpoint(parsing: "rtmp://127.0.0.1/app"), key: try StreamKey("sk_secret"),
      stream: try SampleStream().description, nonce: .zeros)
    var writer = ChunkWriter()
    var bytes = ByteBuffer(bytes: [habit.version])
    bytes.writeImmutableBuffer(habit.handshake)
    var effects = machine.receive(bytes)
    for messages in [habit.connect, habit.create, habit.publish, habit.later] {
      var output = ByteBuffer()
      for message in messages { writer.write(message, into: &output) }
      // Whatever pieces the bytes come in.
      while let byte = output.readSlice(length: min(7, output.readableBytes)), byte.readableBytes > 0 {
        effects += machine.receive(byte)
      }
    }
    #expect(Self.outcome(effects, machine.stage) == habit.right)
  }

  /// The last thing that matters; a notice counts for as long as it does not end the stream, and once.
  private static func outcome(_ effects: [RTMPClientStateMachine.Effect], _ stage: PublishStage) -> Habit.Outcome {
    var outcome = stage == .publishing ? Habit.Outcome.publishing : .waiting(stage)
    var tellings = 0
    for effect in effects {
      switch effect {
      case .told(let code, let description):
        tellings += 1
        outcome = tellings == 1 ? .told(code, description) : .ended
      case .refused(let code, let description): return .refused(code, description)
      case .redirected(let target): return .redirected(target)
      case .moveRequested(let target, _): return .moving("\(target)")
      case .violation(let what): return .violation(what)
      case .notRTMP, .answersInTLS, .moveRefused: return .ended
      case .send, .entered, .acknowledged, .distrusted, .unpublished: break
      }
    }
    return outcome
  }

  @Test("a redirect is followed on the same host by the publisher, and one to another host is told, without the key")
  func redirects() async throws {
    let ingest = try await Live.ingest()
    let sender = try await PlainServer(.says(Self.redirect(to: "rtmp://127.0.0.1:\(ingest.port)/app")))
    let publisher = try await Live.connect(
      "rtmp://127.0.0.1:\(sender.port)/elsewhere", stream: try SampleStream().description)
    #expect(publisher.endpoint.port == ingest.port)
    await publisher.close()
    await ingest.stop()
    let other = try await PlainServer(.says(Self.redirect(to: "rtmp://localhost:1936/app")))
    #expect(
      try await Live.connectError("rtmp://127.0.0.1:\(other.port)/app")
        == .redirected(to: "rtmp://localhost:1936/app", at: "127.0.0.1:\(other.port)"))
    #expect(!other.hasReceived(Live.key))
  }

  private static func redirect(to target: String) -> ByteBuffer {
    var bytes = ByteBuffer(bytes: [3])
    bytes.writeRepeatingByte(0, count: 2 * Handshake.packetBytes)
    var writer = ChunkWriter()
    let refusal = AMF0Object([
      .init(name: "code", value: .string("NetConnection.Connect.Rejected")),
      .init(name: "ex", value: .object(["redirect": .string(target)])),
    ])
    writer.write(CommandMessage("_error", transactionID: 1, arguments: [.object(refusal)]).message(), into: &bytes)
    return bytes
  }
}
