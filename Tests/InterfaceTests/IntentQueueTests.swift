import Interface
import Media
import Settings
import Synchronization
import TestSupport
import Testing

/// Performs what it is told, but hangs in some intents until it is let go.
private final class StubbornEngine: Engine {
  private let hanging: Set<String>
  let begun = Mutex<[Intent]>([])
  let released = Mutex(false)

  init(hangingIn hanging: Set<String>) { self.hanging = hanging }

  func status() async -> BroadcastStatus { BroadcastStatus() }

  func perform(_ intent: Intent) async throws(OperatorFailure) -> Answer {
    begun.withLock { $0.append(intent) }
    guard case .mark(let text) = intent else {
      // Another host's business: it never ends.
      while !released.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) }
      return .done
    }
    if hanging.contains(text) { while !released.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) } }
    if text == "bad" { throw OperatorFailure("no", .unavailable) }
    return Answer(text)
  }
}

@Suite("Intents and their answers")
struct IntentQueueTests {
  private final class Answers: Sendable {
    let all = Mutex<[String: String]>([:])
    subscript(name: String) -> String? { all.withLock { $0[name] } }
  }

  private func ask(_ queue: inout IntentQueue, _ intent: Intent, as name: String, _ answers: Answers) {
    queue.perform(intent) { result in
      let text =
        switch result {
        case .success(let answer): answer.text ?? "done"
        case .failure(let failure): failure.description
        }
      answers.all.withLock { $0[name] = text }
    }
  }

  @Test("each is answered, by what came of it, and they are begun in their order")
  func answered() async throws {
    let engine = StubbornEngine(hangingIn: [])
    let answers = Answers()
    var queue = IntentQueue(engine)
    let names = (0..<50).map { $0 == 20 ? "bad" : "\($0)" }
    for name in names { ask(&queue, .mark(name), as: name, answers) }
    try await eventually("all are answered") { answers.all.withLock { $0.count } == 50 }
    #expect(answers["bad"] == "no" && answers["7"] == "7")
    #expect(engine.begun.withLock { $0 } == names.map { .mark($0) })
  }

  @Test("what another host holds up holds nothing else up, and is answered when the limit is over")
  func elsewhere() async throws {
    let engine = StubbornEngine(hangingIn: [])
    let answers = Answers()
    var queue = IntentQueue(engine, limit: .seconds(2))
    ask(&queue, .refreshChannels, as: "list", answers)
    ask(&queue, .mark("meanwhile"), as: "meanwhile", answers)
    try await eventually("the other is answered") { answers["meanwhile"] != nil }
    #expect(answers["list"] == nil)
    try await eventually("the limit") { answers["list"] != nil }
    #expect(answers["list"]?.contains("it continues") == true)
  }

  @Test("what hangs here does not hold up the answers of what follows")
  func hanging() async throws {
    let engine = StubbornEngine(hangingIn: ["first"])
    let answers = Answers()
    var queue = IntentQueue(engine, limit: .milliseconds(300))
    ask(&queue, .mark("first"), as: "first", answers)
    ask(&queue, .mark("second"), as: "second", answers)
    try await eventually("both are answered") { answers["first"] != nil && answers["second"] != nil }
    #expect(answers["first"]?.contains("it continues") == true)
    ask(&queue, .mark("third"), as: "third", answers)
    try await eventually("the third") { answers["third"] == "third" }
  }

  @Test("who only looks changes nothing")
  func readOnly() async {
    let engine = StubbornEngine(hangingIn: [])
    await #expect(throws: OperatorFailure.self) { try await ReadOnlyEngine(engine).perform(.mark("x")) }
    #expect(engine.begun.withLock { $0 }.isEmpty)
  }
}
