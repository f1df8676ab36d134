import Foundation
import Testing

@testable import Transwrap

@Suite("What the proxy tells its clients")
struct ServerEventTests {
  private static let full: ServerEvent.Statistics = {
    var figures = ServerEvent.Statistics()
    figures.secondsOnAir = 12.5
    figures.bytesReceived = .max
    figures.bytesSent = 1 << 40
    figures.bytesAcknowledged = 7
    figures.kilobitsPerSecond = 2500
    figures.framesPerSecond = 29.97
    figures.keyframeIntervalSeconds = 2
    figures.queueMilliseconds = 81
    figures.roundTripMilliseconds = 12.4
    figures.reconnects = 3
    return figures
  }()

  private static let statisticsKeys = [
    "bytesAcknowledged", "bytesReceived", "bytesSent", "framesPerSecond", "keyframeIntervalSeconds",
    "kilobitsPerSecond", "queueMilliseconds", "reconnects", "roundTripMilliseconds", "secondsOnAir", "type",
  ]

  /// Each event with the keys of its JSON: the contract with clients in other languages.
  private static let table: [(event: ServerEvent, type: String, keys: [String])] = [
    (.session(.init(session: "abc", channel: "venue")), "session", ["channel", "session", "type"]),
    (.state(.init(.live)), "state", ["state", "type"]),
    (.state(.init(.connecting, attempt: 2)), "state", ["attempt", "state", "type"]),
    (.state(.init(.waiting, attempt: 2, reason: "lost")), "state", ["attempt", "reason", "state", "type"]),
    (.statistics(full), "statistics", statisticsKeys),
    (.statistics(.init()), "statistics", statisticsKeys.filter { $0 != "keyframeIntervalSeconds" }),
    (
      .congestion(.init(queueMilliseconds: 500, suggestedKilobits: 900)), "congestion",
      ["queueMilliseconds", "suggestedKilobits", "type"]
    ),
    (.congestion(.init(queueMilliseconds: 0.5, suggestedKilobits: nil)), "congestion", ["queueMilliseconds", "type"]),
    (.warning(.init(code: "no-keyframe", message: "none")), "warning", ["code", "message", "type"]),
    (.move(.init(code: "draining", message: "soon")), "move", ["code", "message", "type"]),
    (.error(.init(code: "idle", message: "a \"b\" \\x01/é")), "error", ["code", "message", "type"]),
  ]

  @Test("each event is one line with exactly these keys, and is read again the same", arguments: table.indices)
  func contract(index: Int) throws {
    let (event, type, keys) = Self.table[index]
    let object = try #require(try JSONSerialization.jsonObject(with: Data(event.json.utf8)) as? [String: Any])
    #expect(object.keys.sorted() == keys)
    #expect(object["type"] as? String == type)
    #expect(!event.json.contains("\n"))
    #expect(ServerEvent(json: event.json) == event)
  }

  @Test("words and numbers that only a hostile proxy says are fit to be shown and calculated with")
  func bounded() throws {
    let error = try #require(
      ServerEvent(json: #"{"type":"error","code":"a\u001b[2J\nb","message":"\u202eevil\u0007\r\nforged level=error"}"#))
    #expect(error == .error(.init(code: "a\\x1b[2J b", message: "evil\\x07 forged level=error")))
    let reason = String(repeating: "x", count: 60_000)
    guard
      case .state(let state)? = ServerEvent(
        json: #"{"type":"state","state":"waiting","attempt":-5,"reason":"\#(reason)"}"#)
    else {
      Issue.record("no state")
      return
    }
    #expect(state.attempt == 0)
    #expect(state.reason?.count == 500)
    var figures = Self.full
    (figures.bytesSent, figures.bytesAcknowledged) = (10, .max)
    (figures.queueMilliseconds, figures.framesPerSecond) = (1e300, -1)
    (figures.kilobitsPerSecond, figures.reconnects) = (.max, .min)
    guard case .statistics(let read)? = ServerEvent(json: ServerEvent.statistics(figures).json) else {
      Issue.record("no figures")
      return
    }
    #expect(read.bytesAcknowledged == 10 && read.queueMilliseconds == 1e9 && read.framesPerSecond == 0)
    #expect(read.kilobitsPerSecond == 1_000_000 && read.reconnects == 0)
  }

  @Test(
    "the states have these names",
    arguments: [
      (ServerEvent.State.Name.connecting, "connecting"), (.live, "live"), (.waiting, "waiting"), (.ended, "ended"),
    ])
  func states(name: ServerEvent.State.Name, text: String) {
    #expect(ServerEvent(json: #"{"type":"state","state":"\#(text)"}"#) == .state(.init(name)))
  }

  @Test("unknown keys are passed over, for versions to come")
  func unknownKeys() {
    #expect(
      ServerEvent(json: #"{"later":{"a":[1]},"type":"warning","code":"a","message":"b"}"#)
        == .warning(.init(code: "a", message: "b")))
  }

  @Test(
    "what is no event, or one of a version to come, is none",
    arguments: [
      "", "{}", "[]", "null", "7", #"{"type":"later"}"#, #"{"type":7}"#, #"{"type":"state","state":"asleep"}"#,
      #"{"type":"state"}"#, #"{"type":"warning","code":"a"}"#, #"{"type":"statistics","bytesSent":-1}"#,
      #"{"type":"session","session":"a","channel":"b"#,
    ])
  func none(json: String) { #expect(ServerEvent(json: json) == nil) }

  @Test("a text of more than 64 KiB is not looked at")
  func limit() {
    let long = #"{"type":"warning","code":"a","message":""# + String(repeating: "b", count: 1 << 16) + #""}"#
    #expect(ServerEvent(json: long) == nil)
  }

  @Test("figures that are no numbers still give a line that clients can read")
  func notANumber() throws {
    var figures = ServerEvent.Statistics()
    figures.framesPerSecond = .nan
    figures.secondsOnAir = .infinity
    let object = try JSONSerialization.jsonObject(with: Data(ServerEvent.statistics(figures).json.utf8))
    #expect((object as? [String: Any])?["type"] as? String == "statistics")
  }

  @Test("any text: no trap")
  func anyText() {
    var random = SystemRandomNumberGenerator()
    let seeds = Self.table.map { Array($0.event.json.utf8) }
    var read = 0
    for _ in 0..<20_000 {
      var bytes = seeds.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if ServerEvent(json: String(decoding: bytes, as: UTF8.self)) != nil { read += 1 }
      _ = ClientHello(json: String(decoding: bytes, as: UTF8.self))
    }
    #expect(read > 100)
  }
}
