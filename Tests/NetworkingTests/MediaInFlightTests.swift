import Media
import Testing

@testable import Networking

@Suite("Media on its way")
struct MediaInFlightTests {
  @Test("media in flight is what was sent after the last acknowledged byte")
  func mediaInFlight() {
    var inFlight = MediaInFlight()
    for second in 0..<5 {
      inFlight.sent(MediaTime(milliseconds: Int64(second) * 1000), bytes: UInt64(second + 1) * 100)
    }
    #expect(inFlight.duration == nil)
    inFlight.acknowledged(250)
    #expect(inFlight.duration == .seconds(3))
    inFlight.acknowledged(500)
    #expect(inFlight.duration == .zero)
    inFlight.forgetAcknowledgements()
    #expect(inFlight.duration == nil)
  }
}
