import Control
import Foundation
import Interface
import Media
import Settings
import Testing

@Suite("The wire's lines")
struct WireTests {
  @Test(
    "requests",
    arguments: [
      (#"{"id":1,"do":"mute on"}"#, 1, ControlRequest.Action.perform(.mute(true), command: "mute on")),
      (#"{"do":"stop"}"#, nil, .perform(.stop, command: "stop")), (#"{"id":2,"status":true}"#, 2, .status),
      (#" {"watch" : true, "id" : -7 } "#, -7, .watch), (#"{"id":3,"status":true,"later":[{}]}"#, 3, .status),
    ] as [(String, Int?, ControlRequest.Action)])
  func request(line: String, id: Int?, action: ControlRequest.Action) throws {
    let request = try ControlRequest(parsing: Array(line.utf8))
    #expect(request.id == id && request.action == action)
  }

  @Test(
    "what is no request is refused, with the id where there is one",
    arguments: [
      ("", nil, "one JSON object in UTF-8"), ("mute on", nil, "one JSON object"), ("[1]", nil, "an object is wanted"),
      ("null", nil, "not a request"), (#"{"id":1}"#, 1, "a request has one of"),
      (#"{"id":1,"status":false}"#, 1, "a request has one of"), (#"{"id":1,"do":"stop","status":true}"#, 1, "one of"),
      (#"{"id":1,"do":["stop"]}"#, 1, "'do' is of another type"),
      (#"{"id":"a","do":"stop"}"#, nil, "'id' is of another"),
      (#"{"id":1,"do":"sing"}"#, 1, "'sing' is not a command"), (#"{"id":1e99,"do":"stop"}"#, nil, "not a request"),
      (#"{"intent":{"mute":{"_0":true}}}"#, nil, "a request has one of"),
    ] as [(String, Int?, String)])
  func refusal(line: String, id: Int?, part: String) throws {
    let refusal = try #require(throws: ControlRequest.Refusal.self) { try ControlRequest(parsing: Array(line.utf8)) }
    #expect(refusal.id == id)
    #expect(refusal.failure.description.contains(part), "\(refusal.failure)")
    #expect(refusal.failure.exitStatus == .usage)
  }

  @Test("answers are the lines that the protocol says")
  func answers() {
    func text(_ answer: ControlAnswer) -> String { String(decoding: answer.line, as: UTF8.self) }
    #expect(
      text(.hello(protocol: 1, processIdentifier: 4711))
        == #"{"broadcaster":"ivs-broadcast","pid":4711,"protocol":1}"# + "\n")
    #expect(text(.done(id: 1)) == #"{"id":1,"ok":true}"# + "\n")
    #expect(text(.done(id: 1, text: "muted")) == #"{"id":1,"ok":true,"text":"muted"}"# + "\n")
    #expect(
      text(.refused(id: 1, OperatorFailure("already \"on\" air", .unavailable)))
        == #"{"error":"already \"on\" air","exitStatus":69,"id":1}"# + "\n")
    #expect(
      text(.refused(id: 2, OperatorFailure("kiosk: no such channel", "save it first", .noInput)))
        == #"{"cause":"kiosk: no such channel","error":"kiosk: no such channel; save it first","exitStatus":66,"id":2,"#
        + #""remedy":"save it first"}"# + "\n")
    #expect(text(.refused(id: nil, OperatorFailure("no", .usage))) == #"{"error":"no","exitStatus":64}"# + "\n")
    #expect(text(.status(id: 3, BroadcastStatus())).hasPrefix(#"{"id":3,"status":{"audio":{"#))
  }

  @Test("answers are read as they were written; a figure that is no number too")
  func roundTrips() throws {
    var status = BroadcastStatus()
    status.verdict = Verdict(level: .bad, reason: "ingest acknowledges nothing for 4 s")
    status.video.framesPerSecond = .infinity
    let all: [ControlAnswer] = [
      .hello(protocol: 1, processIdentifier: 1), .done(id: nil), .done(id: 5),
      .done(id: 6, text: "recording to /films/a.mkv"),
      .refused(id: 5, OperatorFailure("no", .noPermission)), .status(id: 6, status),
    ]
    for answer in all { #expect(ControlAnswer(parsing: answer.line.dropLast()) == answer) }
    #expect(ControlAnswer(parsing: Array("{}".utf8)) == nil)
    #expect(ControlAnswer(parsing: Array("SSH-2.0".utf8)) == nil)
  }

  @Test("what a client asks for is what the broadcaster reads")
  func ownRequests() throws {
    func read(_ line: [UInt8]) throws -> ControlRequest { try ControlRequest(parsing: line.dropLast()) }
    #expect(
      try read(ControlRequest.line(id: 1, performing: "mark a \"b\"\u{E9}")).action
        == .perform(.mark("a \"b\"\u{E9}"), command: "mark a \"b\"\u{E9}"))
    #expect(try read(ControlRequest.statusLine(id: 2)).action == .status)
    #expect(try read(ControlRequest.watchLine(id: 3)).id == 3)
  }

  @Test("100,000 hostile lines: no trap, and each is a request or one line that says why not")
  func fuzz() async {
    let seeds = [
      #"{"id":1,"do":"mute on"}"#, #"{"id":2,"status":true}"#, #"{"id":3,"watch":true}"#, #"{"do":"gain -3.5","id":4}"#,
      #"{"do":"metadata é\u00e9\n","id":5}"#, #"{"id":9223372036854775807,"do":"bitrate 2500"}"#,
      String(repeating: "[", count: 2000), #"{"do":""# + String(repeating: "\\u0000", count: 200) + #""}"#,
    ].map { Array($0.utf8) }
    var random = SeededGenerator(seed: 0xC0_47_01)
    for index in 0..<100_000 {
      // Other tests wait for sockets meanwhile and must not find every thread taken.
      if index % 512 == 0 { await Task.yield() }
      var line = seeds[index % seeds.count]
      switch random.next() % 8 {
      case 0: line = (0..<Int(random.next() % 48)).map { _ in UInt8(truncatingIfNeeded: random.next() >> 20) }
      case 1: line = Array(line.prefix(Int(random.next() % UInt64(line.count + 1))))
      default:
        for _ in 0...(random.next() % 4) {
          line[Int(random.next() % UInt64(line.count))] = UInt8(truncatingIfNeeded: random.next() >> 20)
        }
      }
      do { _ = try ControlRequest(parsing: line) } catch {
        let text = error.failure.description
        if text.isEmpty || text.count > 400 || text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
          Issue.record("\(line): \(text)")
        }
      }
      _ = ControlAnswer(parsing: line)
    }
  }
}

/// A fast generator with a fixed sequence (xorshift64*), so that a failure can be repeated.
private struct SeededGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed | 1 }
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return (state &* 0x2545_f491_4f6c_dd1d) >> 8
  }
}
