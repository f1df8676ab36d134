import Media
import Testing

@testable import Pipeline

@Suite("The delay before a failed production begins anew")
struct RestartDelayTests {
  @Test("it doubles up to a minute while it fails soon, and begins anew after a minute that went well")
  func delays() {
    var (delay, now) = (RestartDelay(), MediaTime.zero)
    func fail(after run: Duration) -> Duration {
      delay.started(at: now)
      now = now + run
      defer { now = now + .seconds(60) }
      return delay.failed(at: now)
    }
    #expect((0..<8).map { _ in fail(after: .seconds(1)) } == [2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    #expect(fail(after: .seconds(59)) == .seconds(60))
    #expect(fail(after: .seconds(60)) == .seconds(2))
    #expect(fail(after: .zero) == .seconds(4))
  }
}
