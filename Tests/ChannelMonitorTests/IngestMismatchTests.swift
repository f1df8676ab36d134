import IVS
import Interface
import Media
import TestSupport
import Testing

@testable import ChannelMonitor

@Suite("What IVS receives beside what is sent")
struct IngestMismatchTests {
  @Test(
    "what arrives beside what is sent",
    arguments: [
      (ServiceHealth.State.live, "HEALTHY", 2400, 30.0, 2.0, 60.0, nil),
      (.live, "HEALTHY", 1500, 30, 2, 60, "receives 1500 kbit/s of the 2500"),
      (.live, "HEALTHY", 2400, 20, 2, 60, "20 of 30"),
      (.live, "HEALTHY", 2400, 30, 8, 60, "key frame each 8 s"), (.live, "STARVING", 2400, 30, 2, 60, "starving"),
      (.offline, "OFFLINE", 0, 0, 0, 40, "sent for 40 s, but IVS shows no stream"),
      (.offline, "OFFLINE", 0, 0, 0, 20, nil),
      (.unknown, "UNKNOWN", 0, 0, 0, 100, nil), (.live, "HEALTHY", 1500, 30, 2, 10, nil),
    ] as [(ServiceHealth.State, String, Int, Double, Double, Double, String?)])
  func divergence(
    state: ServiceHealth.State, word: String, kilobits: Int, rate: Double, keyframes: Double, seconds: Double,
    expected: String?
  ) {
    var health = ServiceHealth(health: word)
    health.state = state
    var received = ServiceHealth.Received()
    (received.videoKilobits, received.framesPerSecond, received.keyframeSeconds) = (kilobits, rate, keyframes)
    health.received = received
    let alarm = IngestMismatch.alarm(
      health, IngestMismatch.Sent(videoKilobits: 2500, framesPerSecond: 30, seconds: seconds))
    #expect((alarm == nil) == (expected == nil), "\(alarm ?? "-")")
    if let expected { #expect(alarm?.contains(expected) == true, "\(alarm ?? "-")") }
  }
}
