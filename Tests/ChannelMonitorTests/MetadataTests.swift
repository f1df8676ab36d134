import Foundation
import Media
import Settings
import Testing

@testable import ChannelMonitor

@Suite("Timed metadata")
struct MetadataTests {
  @Test("at most four a second go out, in their order")
  func pace() {
    var queue = MetadataQueue()
    for index in 0..<3 { #expect(queue.add("\(index)", at: .zero) == true) }
    var sent: [String] = []
    for tick in 0..<10 {
      if let text = queue.take(at: MediaTime(milliseconds: Int64(tick * 100))) { sent.append("\(tick):\(text.text)") }
    }
    #expect(sent == ["0:0", "3:1", "6:2"])
  }

  @Test("a queue that is full takes nothing more, and one that was throttled goes on where it was")
  func bounds() {
    var queue = MetadataQueue()
    for index in 0..<MetadataQueue.limit { #expect(queue.add("\(index)", at: .zero) == true) }
    #expect(queue.add("more", at: .zero) == false)
    let start = MediaTime(milliseconds: 1000)
    let first = queue.take(at: start)
    #expect(first?.text == "0")
    if let first { queue.postponed(first, at: start) }
    #expect(queue.take(at: start + .milliseconds(500)) == nil)
    #expect(queue.take(at: start + .seconds(1))?.text == "0")
    #expect(queue.expire(at: start + .seconds(30)) == 0)
    #expect(queue.expire(at: start + .seconds(61)) == MetadataQueue.limit - 1)
  }

  @Test("a queue says when it wants to be looked at: at its turn where the way is open, else when something is too old")
  func nextDue() {
    var queue = MetadataQueue()
    #expect(queue.nextDue(isOpen: true) == nil)
    _ = queue.add("a", at: .zero)
    _ = queue.add("b", at: .zero)
    _ = queue.take(at: MediaTime(milliseconds: 1000))
    #expect(queue.nextDue(isOpen: true) == MediaTime(milliseconds: 1250))
    let expiry = queue.nextDue(isOpen: false)
    #expect(expiry == MediaTime(milliseconds: 60_001))
    #expect(queue.expire(at: MediaTime(milliseconds: 60_000)) == 0)
    #expect(queue.expire(at: MediaTime(milliseconds: 60_001)) == 1)
  }

  @Test(
    "one to 1024 bytes of UTF-8 can be sent",
    arguments: [
      ("", false), ("x", true), (String(repeating: "x", count: 1024), true),
      (String(repeating: "x", count: 1025), false), (String(repeating: "é", count: 513), false),
    ])
  func size(text: String, isRight: Bool) { #expect((MetadataQueue.problem(text) == nil) == isRight) }

  @Test("a schedule says what goes out when; what was missed is not sent late in a heap")
  func schedule() throws {
    var schedule = try MetadataSchedule(
      "- {at: 10s, text: opening}\n- every: 30s\n  text: '{\"score\": 1}'\n", path: "s.yaml")
    func due(_ time: Duration) -> [MetadataSchedule.Content] { schedule.due(after: time) }
    #expect(schedule.next == .seconds(10))
    #expect(due(.seconds(9)) == [])
    #expect(due(.seconds(10)) == [.text("opening")])
    #expect(due(.seconds(11)) == [])
    #expect(due(.seconds(30)) == [.text("{\"score\": 1}")])
    #expect(due(.seconds(200)) == [.text("{\"score\": 1}")])
    #expect(schedule.next == .seconds(210))
    #expect(due(.seconds(209)) == [])
    #expect(due(.seconds(210)) == [.text("{\"score\": 1}")])
  }

  @Test("JSON is taken too, and files stand beside the schedule")
  func json() throws {
    var schedule = try MetadataSchedule("[{\"at\": \"1s\", \"file\": \"a.json\"}]", path: "/etc/kiosk/s.json")
    func due(_ time: Duration) -> [MetadataSchedule.Content] { schedule.due(after: time) }
    #expect(due(.seconds(1)) == [.file("/etc/kiosk/a.json")])
  }

  @Test("what is no regular file is not waited for", arguments: ["/dev/zero", "/dev/stdin", "/tmp", "pipe"])
  func noFile(path: String) throws {
    let pipe = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: pipe) }
    try #require(unsafe mkfifo(pipe, 0o600) == 0)
    let path = path == "pipe" ? pipe : path
    let failure = #expect(throws: OperatorFailure.self) { try MetadataSchedule(path: path) }
    #expect(failure?.description.contains("regular file") == true)
    #expect(throws: OperatorFailure.self) { try MetadataSchedule.Content.file(path).load() }
  }

  @Test(
    "what is wrong is told with its line",
    arguments: [
      ("at: 1s", "s:1: a schedule is a list"), ("- at: 1s", "s:1: an entry has"), ("- text: x", "s:1: an entry has"),
      ("- at: 1s\n  text: x\n- at: soon\n  text: y", "s:3: at: 'soon' is not a duration"),
      ("- every: 0s\n  text: y", "s:1: every: '0s' is not"),
      ("- at: 1s\n  every: 2s\n  text: x", "s:2: `at` and `every`"),
      ("- at: 1s\n  txt: x", "s:2: 'txt' is not one of"), ("- at: 1s\n  text: ''", "s:2: text: metadata of no bytes"),
      ("- at: [", "s:2: not YAML"),
    ])
  func wrong(text: String, expected: String) {
    let failure = #expect(throws: OperatorFailure.self) { try MetadataSchedule(text, path: "s") }
    #expect(failure?.description.hasPrefix(expected) == true, "\(String(describing: failure))")
  }
}
