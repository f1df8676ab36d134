import Media
import Networking
import Packets
import Synchronization
import TestSupport
import Testing

@testable import Publishing

@Suite("Rate control on a connection")
struct RateControlLoopTests {
  /// What the loop is told to stay within, and what it told.
  private final class Recorder: Sendable {
    private let state = Mutex<(isOn: Bool, told: [RateState], decisions: [RateDecision])>((true, [], []))

    var told: [RateState] { state.withLock { $0.told } }
    var decisions: [RateDecision] { state.withLock { $0.decisions } }

    func turn(_ isOn: Bool) { state.withLock { $0.isOn = isOn } }
    func note(_ decision: RateDecision) { state.withLock { $0.decisions.append(decision) } }

    var actuator: RateActuator {
      RateActuator {
        guard self.state.withLock({ $0.isOn }) else { return nil }
        return RateLimits(
          requested: .kilobits(2500), minimum: .kilobits(300), sound: .kilobits(128), delay: .milliseconds(1500),
          encoderDelay: .zero, frameInterval: .milliseconds(33))
      } apply: { new in
        self.state.withLock { $0.told.append(new) }
      }
    }
  }

  /// A connection on which nothing is ever acknowledged, or nothing waits.
  private func publisher(isStuck: Bool) -> FakePublisher {
    let publisher = FakePublisher()
    publisher.measures {
      var statistics = TransportStatistics()
      statistics.transportBytesAcknowledged = isStuck ? 1000 : UInt64(MediaTime.now().milliseconds) * 300
      statistics.kernelQueueBytes = isStuck ? 100_000 : 0
      statistics.kernelUnsentBytes = isStuck ? 50_000 : 0
      statistics.roundTripTime = .milliseconds(20)
      statistics.minimumRoundTripTime = .milliseconds(20)
      return statistics
    }
    return publisher
  }

  private func loop(_ recorder: Recorder) -> RateControlLoop {
    RateControlLoop(recorder.actuator, queue: PacketQueue(limit: .seconds(1))) { recorder.note($0) }
  }

  @Test("a connection that takes nothing any more lowers the bitrate; when it is let go of nothing is limited")
  func silence() async throws {
    let recorder = Recorder()
    let rates = loop(recorder)
    let running = Task { await rates.run(publisher(isStuck: true)) }
    try await eventually("a decrease") { !recorder.decisions.isEmpty }
    running.cancel()
    await running.value
    let decision = try #require(recorder.decisions.first)
    #expect(decision.bitrate == .kilobits(1250) && decision.before == .kilobits(2500))
    let isSilence = if case .silence = decision.reason { true } else { false }
    #expect(isSilence, "\(decision)")
    #expect(recorder.told.contains { $0.allowed == .kilobits(1250) && $0.decision == decision })
    #expect(recorder.told.last == .unlimited)
  }

  @Test("the next connection begins where the one before left off")
  func next() async throws {
    let recorder = Recorder()
    let rates = loop(recorder)
    let first = Task { await rates.run(publisher(isStuck: true)) }
    try await eventually("a decrease") { !recorder.decisions.isEmpty }
    first.cancel()
    await first.value
    let lowered = try #require(recorder.decisions.last).bitrate
    let second = Task { await rates.run(publisher(isStuck: false)) }
    try await eventually("its first word") { recorder.told.last != .unlimited }
    second.cancel()
    await second.value
    #expect(recorder.told.last { $0 != .unlimited }?.allowed == lowered)
  }

  @Test("where it is switched off nothing is limited, and it begins anew when it is switched on")
  func switchedOff() async throws {
    let recorder = Recorder()
    let rates = loop(recorder)
    let running = Task { await rates.run(publisher(isStuck: true)) }
    try await eventually("a decrease") { !recorder.decisions.isEmpty }
    recorder.turn(false)
    try await eventually("no limit") { recorder.told.last == .unlimited }
    recorder.turn(true)
    try await eventually("all that is requested") { recorder.told.last?.allowed == .kilobits(2500) }
    running.cancel()
    await running.value
  }

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
