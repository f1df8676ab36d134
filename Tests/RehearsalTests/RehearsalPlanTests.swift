import Media
import TestSupport
import Testing

@testable import Rehearsal

@Suite("A plan of what happens to a link")
struct RehearsalPlanTests {
  @Test("is read as it is written")
  func reads() throws {
    let plan = try RehearsalPlan(parsing: "10s rate=1000k 20s; 45s stop 3s;  1m reset ; 90s down 0.5s; 2m rate=2M")
    #expect(
      plan.steps.map(\.fault) == [
        .rate(.kilobits(1000)), .stop, .reset, .down, .rate(.kilobits(2000)),
      ])
    #expect(plan.steps.map(\.start) == [10, 45, 60, 90, 120].map { .seconds($0) })
    #expect(plan.steps.map(\.length) == [.seconds(20), .seconds(3), nil, .milliseconds(500), nil])
  }

  @Test(
    "what is wrong with it is named",
    arguments: [
      ("", "is no plan"), (" ; ", "is no plan"), ("10s", "is not a time, a fault"), ("10s stop 3s 4s", "is not a time"),
      ("soon stop", "does not begin with a time"), ("10s rate=fast", "has no bitrate"),
      ("10s rate=0", "has no bitrate"),
      ("10s explode", "has none of"), ("10s stop later", "does not end with a time"), ("10s reset 3s", "gives a reset"),
      (String(repeating: "1s stop;", count: 101), "are more than 100"),
    ])
  func wrong(_ text: String, _ reason: String) {
    #expect {
      try RehearsalPlan(parsing: text)
    } throws: { error in
      "\(error)".contains(reason)
    }
  }

  @Test("of two rates at one time the lower one counts, and what ends is over")
  func link() throws {
    let plan = try RehearsalPlan(parsing: "1s rate=2M 4s; 2s rate=1M 1s; 6s stop 1s; 8s down 1s")
    let seen = [0, 1, 2, 3, 5, 6, 7, 8, 9].map { plan.link(at: .seconds($0)) }
    #expect(seen.map(\.rate) == [nil, .kilobits(2000), .kilobits(1000), .kilobits(2000), nil, nil, nil, nil, nil])
    #expect(seen.map(\.isStopped) == [false, false, false, false, false, true, false, false, false])
    #expect(seen.map(\.isDown) == [false, false, false, false, false, false, false, true, false])
  }

  @Test("says what begins and ends, each once and in its order")
  func changes() throws {
    let plan = try RehearsalPlan(parsing: "4s reset; 0s rate=1M 2s")
    var told: [String] = []
    var last = Duration.zero - .nanoseconds(1)
    for time in stride(from: 0, through: 5000, by: 300) {
      told += plan.changes(after: last, to: .milliseconds(time)).map(\.text)
      last = .milliseconds(time)
    }
    #expect(
      told == [
        "the link carries 1000 kbit/s", "the link carries more than 1000 kbit/s again", "the connection is reset",
      ])
  }

  @Test("whatever is given is read or refused in one line")
  func fuzz() async {
    await Fuzz("rehearsal plans", count: 2000).run { random in
      let words = ["10s", "rate=1M", "stop", ";", " ", "reset", "99h", "-1s", "rate=", "\u{1b}[2J", "1e9s", "down"]
      let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
        .joined(separator: Bool.random(using: &random) ? " " : "")
      do throws(RehearsalPlanError) { _ = try RehearsalPlan(parsing: text).link(at: .seconds(10)) } catch {
        #expect(!error.description.contains("\u{1b}") && !error.description.contains("\n"))
      }
    }
  }

  @Test("a link of a megabit lets a megabit a second through, and no more than 20 ms of it at once")
  func shaper() {
    var shaper = LinkShaper()
    var (passed, largest) = (0, 0)
    for step in 0..<200 {
      let now = MediaTime(milliseconds: Int64(step * 10))
      guard let allowance = shaper.allowance(.init(rate: .kilobits(1000)), at: now) else { continue }
      shaper.passed(allowance)
      (passed, largest) = (passed + allowance, max(largest, allowance))
    }
    #expect((248_000...250_000).contains(passed), "\(passed)")
    #expect(largest <= 2500)
    #expect(shaper.allowance(.init(isStopped: true), at: MediaTime(milliseconds: 5000)) == 0)
    #expect(shaper.allowance(.init(), at: MediaTime(milliseconds: 5010)) == nil)
  }
}
