import Media
import Testing

@testable import StatusCollection

@Suite("Losses are shares of the frames that were due")
struct LossSharesTests {
  private func counts(
    _ seconds: Int64, encoded: Int = 0, capture: Int = 0, encoder: Int = 0, network: Int = 0, passed: Int = 0
  ) -> LossShares.Counts {
    LossShares.Counts(
      time: MediaTime(milliseconds: seconds * 1000), encoded: encoded, captureLoss: capture, encoderLoss: encoder,
      networkLoss: network, networkPassed: passed)
  }

  @Test("a queue that throws away 45 frames in a second in which 15 went out has lost three quarters, not all")
  func network() {
    let shares = LossShares(
      from: counts(0), to: counts(1, encoded: 30, network: 45, passed: 15), framesPerSecond: 30)
    #expect(shares.network == 0.75)
    #expect((shares.capture, shares.encoder) == (0, 0))
  }

  @Test("all is lost only where nothing went out, and nothing where nothing was lost")
  func ends() {
    #expect(LossShares(from: counts(0), to: counts(1, network: 3), framesPerSecond: 30).network == 1)
    #expect(LossShares(from: counts(0), to: counts(1), framesPerSecond: 30).network == 0)
  }

  @Test("slots left out at once after a standstill were due before this second")
  func standstill() {
    let shares = LossShares(from: counts(0), to: counts(1, encoded: 30, capture: 90), framesPerSecond: 30)
    #expect(shares.capture == 0.75)
    let slow = LossShares(from: counts(0), to: counts(1, encoded: 20, encoder: 10), framesPerSecond: 30)
    #expect(abs(slow.encoder - 1.0 / 3) < 0.001)
  }
}
