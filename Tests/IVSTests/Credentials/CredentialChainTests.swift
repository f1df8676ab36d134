import Synchronization
import TestSupport
import Testing

@testable import IVS

/// A source that has what the test gives it; counts how often it is asked.
private final class ScriptedSource: CredentialSource {
  private let state = Mutex<(result: Result<AWSCredentials?, CredentialError>, asked: Int)>((.success(nil), 0))
  private let gate: Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>

  init(isOpen: Bool = true) { gate = Mutex((isOpen, [])) }

  var asked: Int { state.withLock { $0.asked } }
  func set(_ result: Result<AWSCredentials?, CredentialError>) { state.withLock { $0.result = result } }
  func gives(_ key: String, until end: Double?) {
    set(.success(AWSCredentials(accessKeyID: key, secretAccessKey: "verysecret", expiration: end, source: "script")))
  }
  func fails() { set(.failure(.failed(source: "script", reason: "out of order"))) }

  var isWaiting: Bool { gate.withLock { !$0.waiting.isEmpty } }
  func open() {
    let waiting = gate.withLock { gate in
      gate.isOpen = true
      return gate.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func find() async throws(CredentialError) -> Finding {
    state.withLock { $0.asked += 1 }
    await withCheckedContinuation { continuation in
      let isOpen = gate.withLock { gate in
        if !gate.isOpen { gate.waiting.append(continuation) }
        return gate.isOpen
      }
      if isOpen { continuation.resume() }
    }
    guard let credentials = try state.withLock({ $0.result }).get() else { return .nothing("the script (empty)") }
    return .found(credentials)
  }
}

@Suite("Credential chain")
struct CredentialChainTests {
  private final class World: Sendable {
    let time = Mutex<Double>(1000)
    let warnings = Mutex<[String]>([])
    let source = ScriptedSource()
    func at(_ seconds: Double) { time.withLock { $0 = seconds } }
    var lines: [String] { warnings.withLock { $0 } }
    func chain(_ sources: [any CredentialSource]? = nil) -> CredentialChain {
      CredentialChain(
        sources: sources ?? [source], now: { [self] in time.withLock { $0 } },
        warn: { [self] line in warnings.withLock { $0.append(line) } })
    }
  }

  @Test("credentials without an end are looked for once")
  func forever() async throws {
    let world = World()
    let chain = world.chain()
    world.source.gives("A", until: nil)
    for time in [1000, 1e6, 1e9] {
      world.at(time)
      #expect(try await chain.credentials().accessKeyID == "A")
    }
    #expect(world.source.asked == 1)
  }

  @Test("the first source that has some is asked again, and those after it never")
  func order() async throws {
    let world = World()
    let (empty, later) = (ScriptedSource(), ScriptedSource())
    later.gives("L", until: nil)
    world.source.gives("A", until: 5000)
    let chain = world.chain([empty, world.source, later])
    #expect(try await chain.credentials().accessKeyID == "A")
    world.source.gives("B", until: 9000)
    world.at(4800)
    #expect(try await chain.credentials().accessKeyID == "B")
    #expect(empty.asked == 1 && world.source.asked == 2 && later.asked == 0)
  }

  @Test("nothing anywhere: the places are listed; and a source that fails stops the look")
  func none() async throws {
    let world = World()
    let chain = world.chain([ScriptedSource(), world.source])
    await #expect(throws: CredentialError.noneFound(lookedAt: ["the script (empty)", "the script (empty)"])) {
      try await chain.credentials()
    }
    world.source.fails()
    let later = ScriptedSource()
    later.gives("L", until: nil)
    await #expect(throws: CredentialError.failed(source: "script", reason: "out of order")) {
      try await world.chain([world.source, later]).credentials()
    }
    #expect(later.asked == 0)
  }

  @Test(
    "15 minutes before the end new ones are looked for meanwhile; a failure is silent, and tried again a minute later")
  func advisory() async throws {
    let world = World()
    let chain = world.chain()
    world.source.gives("A", until: 10_000)
    #expect(try await chain.credentials().accessKeyID == "A")
    world.source.fails()
    let events: [(time: Double, asked: Int)] = [
      (9099, 1), (9100, 2), (9101, 2), (9159, 2), (9160, 3), (9219, 3), (9220, 4),
    ]
    for event in events {
      world.at(event.time)
      #expect(try await chain.credentials().accessKeyID == "A")
      await chain.settle()
      #expect(world.source.asked == event.asked, "at \(event.time)")
    }
    world.source.gives("B", until: 20_000)
    world.at(9300)
    #expect(try await chain.credentials().accessKeyID == "A")
    await chain.settle()
    #expect(try await chain.credentials().accessKeyID == "B")
    #expect(world.lines.isEmpty)
  }

  @Test("10 minutes before the end one waits for new ones; without them the old ones serve to their end, with warnings")
  func mandatory() async throws {
    let world = World()
    let chain = world.chain()
    world.source.gives("A", until: 10_000)
    _ = try await chain.credentials()
    world.source.fails()
    let events: [(time: Double, asked: Int, warnings: Int)] = [
      (9400, 2, 1), (9405, 2, 1), (9460, 3, 2), (9519, 3, 2), (9999, 4, 3),
    ]
    for event in events {
      world.at(event.time)
      #expect(try await chain.credentials().accessKeyID == "A")
      #expect(world.source.asked == event.asked && world.lines.count == event.warnings, "at \(event.time)")
    }
    #expect(
      world.lines.first
        == "AWS credentials of script expire in 600 s, and there are no new ones: script: out of order")
    world.at(10_000)
    await #expect(throws: CredentialError.failed(source: "script", reason: "out of order")) {
      try await chain.credentials()
    }
    world.source.gives("B", until: 20_000)
    #expect(try await chain.credentials().accessKeyID == "B")
  }

  @Test("credentials that live shorter than the times of refresh are renewed once a minute")
  func short() async throws {
    let world = World()
    let chain = world.chain()
    for second in stride(from: 1000.0, to: 1300, by: 5) {
      world.at(second)
      world.source.gives("at-\(second)", until: second + 300)
      _ = try await chain.credentials()
    }
    #expect(world.source.asked == 5)
  }

  @Test("what has expired when it comes is refused; a source that lost its credentials fails")
  func useless() async throws {
    let world = World()
    let chain = world.chain()
    world.source.gives("A", until: 1000)
    await #expect(throws: CredentialError.expired(source: "script")) { try await chain.credentials() }
    world.source.gives("A", until: 2000)
    _ = try await chain.credentials()
    world.source.set(.success(nil))
    world.at(2000)
    await #expect(
      throws: CredentialError.failed(source: "the script (empty)", reason: "it has no credentials any more")
    ) {
      try await chain.credentials()
    }
  }

  @Test("keys that would break a header are refused", arguments: ["", "A B", "A\nB", "A\u{a0}", "Ä"])
  func headers(key: String) async throws {
    let world = World()
    world.source.gives(key, until: nil)
    await #expect(throws: CredentialError.self) { try await world.chain().credentials() }
  }

  @Test("a clock that is set back holds up no look, one that is set forward ends credentials")
  func clock() async throws {
    let world = World()
    let chain = world.chain()
    world.at(9000)
    world.source.gives("A", until: 9500)
    _ = try await chain.credentials()
    world.at(8700)
    world.source.gives("B", until: 9600)
    #expect(try await chain.credentials().accessKeyID == "A")
    await chain.settle()
    #expect(world.source.asked == 2)
    world.source.gives("C", until: 99_000)
    world.at(50_000)
    #expect(try await chain.credentials().accessKeyID == "C")
  }

  @Test("refused credentials are dropped, but not newer ones; then all sources are asked again")
  func invalidation() async throws {
    let world = World()
    let first = ScriptedSource()
    let chain = world.chain([first, world.source])
    world.source.gives("A", until: nil)
    let old = try await chain.credentials()
    await chain.invalidate(old)
    world.source.gives("B", until: nil)
    #expect(try await chain.credentials().accessKeyID == "B")
    await chain.invalidate(old)
    #expect(try await chain.credentials().accessKeyID == "B")
    await chain.invalidate(nil)
    first.gives("F", until: nil)
    #expect(try await chain.credentials().accessKeyID == "F")
  }

  @Test("50 callers share one look")
  func sharing() async throws {
    let world = World()
    let source = ScriptedSource(isOpen: false)
    source.gives("A", until: nil)
    let chain = world.chain([source])
    let keys = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<50 { group.addTask { try await chain.credentials().accessKeyID } }
      try await eventually("look") { source.isWaiting }
      source.open()
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(keys == ["A"])
    #expect(source.asked == 1)
  }
}
