import Media
import Packets
import Synchronization
import TestSupport
import Testing

@testable import Publishing

@Suite("The rate control's loop")
struct RateControlLoopTests {
  @Test("it goes on with the connection that took the place of another, which is looked at no more, and lifts no limit")
  func follow() async throws {
    let (old, new) = (FakePublisher(), FakePublisher())
    let states = Mutex<[RateState]>([])
    let limits = RateLimits(
      requested: .kilobits(2500), minimum: .kilobits(300), sound: .kilobits(128), delay: .milliseconds(1500),
      encoderDelay: .zero, frameInterval: .milliseconds(33))
    let loop = RateControlLoop(
      RateActuator {
        limits
      } apply: { state in
        states.withLock { $0.append(state) }
      }, queue: PacketQueue(limit: .seconds(1))
    ) { _ in }
    let running = Task { await loop.run(old) }
    try await eventually("samples") { old.timesMeasured > 3 }
    await loop.follow(new)
    // One may have been on its way.
    let last = old.timesMeasured + 1
    try await eventually("samples of the next one") { new.timesMeasured > 3 }
    #expect(old.timesMeasured <= last)
    #expect(!states.withLock { $0 }.contains(.unlimited))
    running.cancel()
    await running.value
    #expect(states.withLock { $0 }.last == .unlimited)
  }
}
