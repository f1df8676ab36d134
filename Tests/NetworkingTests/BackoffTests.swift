import Media
import Networking
import Testing

@Suite("Waiting before another attempt")
struct BackoffTests {
  @Test("grows by half, is drawn from a fifth to the whole, and ends at 15 s")
  func table() {
    let longest = (1...12).map { Backoff.delay(beforeAttempt: $0, jitter: 1).inSeconds }
    #expect(longest[0] == 0.5)
    #expect(longest[1] == 0.75)
    #expect(longest == longest.sorted())
    #expect(longest[11] == 15)
    #expect(Backoff.delay(beforeAttempt: 1, jitter: 0) == .milliseconds(100))
    #expect(Backoff.delay(beforeAttempt: 10_000, jitter: 1) == .seconds(15))
  }
}
