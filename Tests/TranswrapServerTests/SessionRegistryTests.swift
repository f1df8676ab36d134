import Media
import Networking
import Synchronization
import Testing
import Transwrap

@testable import TranswrapServer

@Suite("Registry of sessions")
struct SessionRegistryTests {
  private static let (ann, bob) = (Sessions.pass("ann"), Sessions.pass("bob"))

  private func limits(
    sessions: Int = 100, token: Int = 100, address: Int = 100, total: Bitrate? = nil
  ) -> ProxySettings.Limits {
    var limits = ProxySettings.Limits()
    (limits.sessions, limits.sessionsPerToken, limits.sessionsPerAddress) = (sessions, token, address)
    limits.totalBitrate = total
    return limits
  }

  /// What a wish comes to, in a word.
  private func answer(
    _ registry: SessionRegistry, _ pass: Pass, _ channel: String?, from address: String = "192.0.2.1",
    resuming: SessionID? = nil, kilobits: Int = 0
  ) -> String {
    switch registry.admit(pass, channel: channel, address: address, resuming: resuming, kilobits: kilobits) {
    case .new(_, let takeover): takeover.priority == nil ? "new" : "new, takes over"
    case .resume(let handle): "resume \(handle.id.text)"
    case .refuse(let code, let notice): "\(notice.code) \(code.rawValue)"
    }
  }

  private func admit(_ registry: SessionRegistry, _ pass: Pass, _ channel: String?) throws -> SessionID {
    let admission = registry.admit(pass, channel: channel, address: "192.0.2.1", resuming: nil, kilobits: 0)
    guard case .new(let id, let takeover) = admission, takeover.priority == nil else {
      throw Unexpected(admission: "\(admission)")
    }
    return id
  }

  private struct Unexpected: Error { var admission: String }

  @Test("there are as many as allowed: in all, of a token, of an address; a released place is free again")
  func limits() throws {
    var registry = SessionRegistry(limits: limits(sessions: 2))
    let first = try admit(registry, Self.ann, "a")
    #expect(answer(registry, Self.bob, "b", from: "192.0.2.2") == "new")
    #expect(answer(registry, Self.bob, "c") == "sessions 1013")
    #expect(registry.count == 2)
    registry.release(first)
    registry.release(first)
    #expect(registry.count == 1)
    #expect(answer(registry, Self.bob, "c") == "new")

    registry = SessionRegistry(limits: limits(token: 1))
    #expect(answer(registry, Self.ann, "a") == "new")
    #expect(answer(registry, Self.ann, "b") == "sessions-per-token 1013")
    #expect(answer(registry, Self.bob, "b") == "new")

    registry = SessionRegistry(limits: limits(address: 1))
    #expect(answer(registry, Self.ann, "a") == "new")
    #expect(answer(registry, Self.bob, "b") == "sessions-per-address 1013")
    #expect(answer(registry, Self.bob, "b", from: "192.0.2.2") == "new")
  }

  @Test("sessions without a channel take half of the places where there are channels, and never those of the others")
  func originals() {
    var registry = SessionRegistry(limits: limits(sessions: 4))
    let answers = (0..<3).map { number in
      let pass = Pass(holder: Holder(identity: .address("192.0.2.\(number)"), name: "original \(number)"))
      return answer(registry, pass, nil, from: "192.0.2.\(number)")
    }
    #expect(answers == ["new", "new", "original-sessions 1013"])
    #expect([answer(registry, Self.ann, "a"), answer(registry, Self.bob, "b")] == ["new", "new"])
    #expect(answer(registry, Self.bob, "c") == "sessions 1013")
    registry = SessionRegistry(limits: limits(sessions: 2), hasChannels: false)
    #expect((0..<3).map { _ in answer(registry, Self.ann, nil) } == ["new", "new", "sessions 1013"])
    var few = limits(sessions: 4)
    few.originalSessions = 0
    registry = SessionRegistry(limits: few)
    #expect(answer(registry, Self.ann, nil) == "original-sessions 1013")
  }

  @Test("while all together send as much as allowed nobody new is let in")
  func totalBitrate() {
    let registry = SessionRegistry(limits: limits(total: .kilobits(1000)))
    #expect(answer(registry, Self.ann, "a", kilobits: 1000) == "total-bitrate 1013")
    #expect(answer(registry, Self.ann, "a", kilobits: 999) == "new")
  }

  @Test("a channel has one publisher; ingests that clients name themselves have no such bound")
  func busy() {
    let registry = SessionRegistry(limits: limits())
    #expect(answer(registry, Self.ann, "venue") == "new")
    #expect(answer(registry, Self.bob, "venue") == "channel-busy 1013")
    #expect(answer(registry, Self.ann, "venue") == "channel-busy 1013", "its own client is there too")
    #expect(answer(registry, Self.ann, "Venue") == "new")
    for _ in 0..<3 { #expect(answer(registry, Self.ann, nil) == "new") }
  }

  @Test("the session's name brings its holder back to it, to its channel alone; others learn nothing by it")
  func resumeByName() async throws {
    let registry = SessionRegistry(limits: limits())
    let maker = try await Sessions.Maker(registry)
    let id = try admit(registry, Self.ann, "venue")
    #expect(answer(registry, Self.ann, "venue", resuming: id) == "channel-busy 1013", "it is only about to begin")
    registry.add(try await maker.make(id, channel: "venue", pass: Self.ann))
    #expect(answer(registry, Self.ann, "venue", resuming: id) == "resume \(id.text)")
    #expect(answer(registry, Self.bob, "venue", resuming: id) == "channel-busy 1013")
    #expect(answer(registry, Self.ann, "other", resuming: id) == "new, takes over")
    registry.release(id)
    #expect(answer(registry, Self.ann, "venue", resuming: id) == "new, takes over")
    try await maker.close()
  }

  @Test("where the client was lost its holder may come back without the name, once; another holder may not")
  func resumeByHolder() async throws {
    let registry = SessionRegistry(limits: limits(token: 1))
    let maker = try await Sessions.Maker(registry)
    let id = try admit(registry, Self.ann, "venue")
    registry.add(try await maker.make(id, channel: "venue", pass: Self.ann))
    registry.note(id, isClientPresent: false)
    #expect(answer(registry, Self.bob, "venue") == "channel-busy 1013")
    #expect(answer(registry, Self.ann, "venue") == "resume \(id.text)", "although it has as many as it may")
    #expect(answer(registry, Self.ann, "venue") == "channel-busy 1013")
    registry.note(id, isClientPresent: false)
    registry.note(id, isClientPresent: true)
    #expect(answer(registry, Self.ann, "venue") == "channel-busy 1013")
    try await maker.close()
  }

  @Test("a session that is not known here began elsewhere: it takes over with a priority that only rises")
  func priority() throws {
    let registry = SessionRegistry(limits: limits())
    var last = 0
    for index in 0..<3 {
      let admission = registry.admit(
        Self.ann, channel: "c\(index)", address: "192.0.2.1", resuming: SessionID(), kilobits: 0)
      guard case .new(_, let takeover) = admission else { throw Unexpected(admission: "\(admission)") }
      let priority = try #require(takeover.priority)
      #expect(priority >= last && priority > 1_000_000 && priority <= Int(Int32.max))
      last = priority
    }
  }

  @Test("draining lets nobody in, tells sessions that begin in that moment, and is over with the last one")
  func drain() async throws {
    let registry = SessionRegistry(limits: limits())
    let maker = try await Sessions.Maker(registry)
    let (first, second) = (try admit(registry, Self.ann, "a"), try admit(registry, Self.bob, "b"))
    registry.add(try await maker.make(first, channel: "a", pass: Self.ann))
    let isOver = Flag()
    registry.drain { isOver.set() }
    #expect(registry.isDraining)
    #expect(answer(registry, Self.ann, "c") == "draining 1012")
    registry.add(try await maker.make(second, channel: "b", pass: Self.bob))
    registry.release(first)
    #expect(!isOver.value)
    registry.release(second)
    #expect(isOver.value && registry.count == 0)
    try await maker.close()
  }

  @Test("draining with no session is over at once")
  func drainNothing() {
    let registry = SessionRegistry(limits: limits())
    let isOver = Flag()
    registry.drain { isOver.set() }
    #expect(isOver.value)
  }

  @Test("tokens of one name are two holders: neither goes on in the other's session")
  func names() async throws {
    let registry = SessionRegistry(limits: limits(token: 1))
    let maker = try await Sessions.Maker(registry)
    func pass(_ hash: String) -> Pass { Pass(holder: Holder(identity: .token(hash: hash), name: "camera")) }
    let id = try admit(registry, pass("a"), "venue")
    registry.add(try await maker.make(id, channel: "venue", pass: pass("a")))
    registry.note(id, isClientPresent: false)
    #expect(answer(registry, pass("b"), "venue") == "channel-busy 1013")
    #expect(answer(registry, pass("b"), "venue", resuming: id) == "channel-busy 1013")
    #expect(answer(registry, pass("b"), "other") == "new", "the other one's sessions do not count")
    #expect(answer(registry, pass("a"), "third") == "sessions-per-token 1013")
    // A subject of signed tokens that is called as a token is, too.
    #expect(answer(registry, Sessions.pass("camera"), "venue", resuming: id) == "channel-busy 1013")
    #expect(answer(registry, pass("a"), "venue") == "resume \(id.text)")
    try await maker.close()
  }

  @Test("a session ends when its pass does; that of the client that came last is what counts")
  func revoked() async throws {
    let registry = SessionRegistry(limits: limits())
    let maker = try await Sessions.Maker(registry)
    let (first, second) = (
      try admit(registry, Sessions.pass("ann", until: 10), "a"), try admit(registry, Self.bob, "b")
    )
    registry.add(try await maker.make(first, channel: "a", pass: Sessions.pass("ann", until: 10)))
    registry.add(try await maker.make(second, channel: "b", pass: Self.bob))
    func endOld() { registry.end { pass, channel in pass.expires == 10 && channel == "a" ? .tokenExpired : nil } }
    // A renewed token came in the meantime.
    #expect(answer(registry, Sessions.pass("ann", until: 20), "a", resuming: first) == "resume \(first.text)")
    endOld()
    try await maker.settle()
    #expect(registry.count == 2)
    #expect(answer(registry, Sessions.pass("ann", until: 10), "a", resuming: first) == "resume \(first.text)")
    endOld()
    try await maker.settle()
    #expect(registry.count == 1)
    #expect(answer(registry, Self.bob, "b", resuming: second) == "resume \(second.text)")
    try await maker.close()
  }

  @Test("ending all ends each, which takes it off the list")
  func endAll() async throws {
    let registry = SessionRegistry(limits: limits())
    let maker = try await Sessions.Maker(registry)
    for channel in ["a", "b"] {
      let id = try admit(registry, Self.ann, channel)
      registry.add(try await maker.make(id, channel: channel, pass: Self.ann))
    }
    await withCheckedContinuation { ended in
      registry.drain { ended.resume() }
      registry.endAll()
    }
    #expect(registry.count == 0)
    try await maker.close()
  }

  private final class Flag: Sendable {
    private let state = Atomic<Bool>(false)
    var value: Bool { state.load(ordering: .relaxed) }
    func set() { state.store(true, ordering: .relaxed) }
  }
}
