import Media
import NIOCore
import Networking
import Packets
import Testing
import Transwrap

@testable import RTMP
@testable import TranswrapServer

private func at(_ seconds: Double) -> MediaTime { MediaTime(nanoseconds: Int64(seconds * 1e9)) }

private func picture(isKeyframe: Bool) -> EncodedPacket {
  EncodedPacket(
    kind: .video(isKeyframe: isKeyframe), presentationTime: .zero, captureTime: .zero, payload: ByteBuffer())
}

@Suite("What a session measures")
struct SessionMeterTests {
  /// Limits of 3 s of silence.
  private let limits: ProxySettings.Limits = {
    var limits = ProxySettings.Limits()
    limits.idle = .seconds(3)
    return limits
  }()

  /// The code of the limit that is broken in each second in which so many bytes come.
  private func broken(
    _ bytes: [Int], isExpected: Bool = true, by meter: inout SessionMeter, from start: Int = 0
  ) -> [String?] {
    bytes.enumerated().map { second, bytes in
      meter.received(bytes)
      return meter.endTick(limits, isExpected: isExpected, at: at(Double(start + second + 1)))?.code
    }
  }

  @Test("more pictures and frames of sound than any camera and microphone make are too many, however small")
  func packetRate() {
    var meter = SessionMeter(at: .zero)
    func end(_ packets: Int, second: Int, isPaced: Bool = false) -> String? {
      for _ in 0..<packets { meter.saw(picture(isKeyframe: true), at: at(Double(second))) }
      return meter.endTick(limits, isExpected: true, isPaced: isPaced, at: at(Double(second + 1)))?.code
    }
    for second in 0..<3 { #expect(end(SessionMeter.packetLimit, second: second, isPaced: true) == nil) }
    #expect(end(SessionMeter.packetLimit * 2, second: 3) == nil)
    #expect(end(1, second: 4) == "packet-rate")
  }

  @Test("nothing for as long as allowed is too long; what is not read, or whose client is away, is not waited for")
  func idle() {
    var meter = SessionMeter(at: .zero)
    #expect(broken([0, 0, 0], by: &meter) == [nil, nil, "idle"])
    meter = SessionMeter(at: .zero)
    #expect(broken([0, 0, 1, 0, 0, 0], by: &meter) == [nil, nil, nil, nil, nil, "idle"])
    meter = SessionMeter(at: .zero)
    #expect(broken([Int](repeating: 0, count: 20), isExpected: false, by: &meter).allSatisfy { $0 == nil })
    #expect(
      broken([0, 0, 0], by: &meter, from: 20) == [nil, nil, "idle"], "a client that returned has its time again")
  }

  @Test("a picture without a keyframe for more than five seconds is warned of, once for each time")
  func keyframes() {
    var meter = SessionMeter(at: .zero)
    #expect(meter.warning(at: at(100)) == nil, "nothing is live yet")
    meter.isLive(at: at(100))
    #expect(meter.warning(at: at(105)) == nil)
    #expect(meter.warning(at: at(105.1))?.code == "no-keyframe")
    #expect(meter.warning(at: at(120)) == nil, "it was said")
    meter.saw(picture(isKeyframe: false), at: at(120))
    #expect(meter.warning(at: at(121)) == nil)
    meter.saw(picture(isKeyframe: true), at: at(122))
    #expect(meter.warning(at: at(127)) == nil)
    #expect(meter.warning(at: at(128))?.message.contains("6 s") == true)
  }

  @Test("figures are those of the last second, sums those of the whole session")
  func statistics() {
    var meter = SessionMeter(at: at(10))
    meter.received(125_000)
    for index in 0..<30 { meter.saw(picture(isKeyframe: index % 15 == 0), at: at(10 + Double(index) / 15)) }
    meter.isLive(at: at(11))
    #expect(meter.endTick(ProxySettings.Limits(), isExpected: true, at: at(12)) == nil)
    var result = meter.statistics(nil, reconnects: 2, at: at(12))
    #expect(result.kilobitsPerSecond == 500 && result.framesPerSecond == 15)
    #expect(result.keyframeIntervalSeconds == 1)
    #expect(result.secondsOnAir == 1 && result.reconnects == 2)
    #expect(result.bytesReceived == 125_000 && result.bytesSent == 0)
    _ = meter.endTick(ProxySettings.Limits(), isExpected: true, at: at(13))
    result = meter.statistics(nil, reconnects: 2, at: at(13))
    #expect(result.kilobitsPerSecond == 0 && result.framesPerSecond == 0 && result.bytesReceived == 125_000)
    #expect(meter.takeUnreported() == 125_000)
    #expect(meter.takeUnreported() == 0)
  }

  @Test("what was sent is summed over connections, each of which counts from zero")
  func sentBytes() {
    var meter = SessionMeter(at: .zero)
    func sent(_ bytes: UInt64, _ second: Double) -> UInt64 {
      var figures = TransportStatistics()
      figures.bytesSent = bytes
      return meter.statistics(figures, reconnects: 0, at: at(second)).bytesSent
    }
    #expect([sent(1000, 1), sent(1500, 2)] == [1000, 1500])
    meter.connectionEnded()
    #expect([sent(200, 3), sent(300, 4)] == [1700, 1800])
    #expect(meter.takeUnreportedSent() == 1800)
    #expect(meter.takeUnreportedSent() == 0)
  }

  @Test(
    "of what the ingest took over the last second a part is suggested, never less than 100 kbit/s",
    arguments: [(250_000, 1572), (50_000, 212), (20_000, 100), (0, 100)] as [(UInt64, Int)])
  func suggestion(acknowledged: UInt64, kilobits: Int) {
    var meter = SessionMeter(at: .zero)
    #expect(meter.congestion(at: .zero).suggestedKilobits == nil, "nothing is known yet")
    var figures = TransportStatistics()
    figures.transportBytesAcknowledged = 1_000_000
    _ = meter.statistics(figures, reconnects: 0, at: at(1))
    #expect(meter.congestion(at: at(1)).suggestedKilobits == nil, "one figure tells no rate")
    figures.transportBytesAcknowledged = 1_000_000 + acknowledged
    _ = meter.statistics(figures, reconnects: 0, at: at(2))
    #expect(meter.congestion(at: at(2)).suggestedKilobits == kilobits)
  }

  @Test("what waits is told as the time that it takes at the client's rate")
  func queue() {
    var meter = SessionMeter(at: .zero)
    meter.received(125_000)
    _ = meter.endTick(limits, isExpected: true, at: at(1))
    var figures = TransportStatistics()
    figures.kernelQueueBytes = 25_000
    #expect(meter.statistics(figures, reconnects: 0, at: at(1)).queueMilliseconds == 200)
    #expect(meter.congestion(at: at(1)).queueMilliseconds == 200)
    #expect([meter.takeQueue(200), meter.takeQueue(150), meter.takeQueue(0)] == [200, -50, -150])
  }
}
