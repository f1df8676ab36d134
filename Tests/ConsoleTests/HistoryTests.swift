import Interface
import Media
import Testing

@testable import Console

@Suite("What the console remembers") struct HistoryTests {
  private func status(_ milliseconds: Int64, sent: Int, acknowledged: Int = 0) -> BroadcastStatus {
    var status = Samples.live
    status.time = MediaTime(milliseconds: milliseconds)
    status.transport.bytesSent = sent
    status.transport.bytesAcknowledgedByTransport = acknowledged
    return status
  }

  @Test("bytes become kbit/s, whenever the statuses come") func rates() {
    var history = BitrateHistory()
    for step in 0...14 {
      history.add(status(Int64(step) * 700, sent: step * 700 * 125, acknowledged: step * 700 * 100))
    }
    let columns = history.columns(.second, count: 10)
    #expect(columns.count == 9)
    for column in columns {
      #expect(abs(column.sent - 1000) < 1)
      #expect(abs(column.acknowledged - 800) < 1)
      #expect(column.target == 2500)
    }
  }

  @Test("a counter that begins anew is no negative bitrate") func reset() {
    var history = BitrateHistory()
    history.add(status(0, sent: 9_000_000))
    history.add(status(1000, sent: 125_000))
    #expect(history.columns(.second, count: 1).map { $0.sent.rounded() } == [1000])
  }

  @Test("400 columns are kept in each scale") func capacity() {
    var history = BitrateHistory()
    for step in 0...2500 { history.add(status(Int64(step) * 10_000, sent: step * 1_250_000)) }
    #expect(history.columns(.second, count: 1000).count == 400)
    #expect(history.columns(.tenSeconds, count: 1000).count == 400)
    #expect(history.columns(.minute, count: 1000).count == 400)
    #expect(history.columns(.minute, count: 1000).allSatisfy { abs($0.sent - 1000) < 1 })
  }

  @Test("a pause of days costs nothing and shows as silence") func pause() {
    var history = BitrateHistory()
    history.add(status(0, sent: 0))
    history.add(status(1000, sent: 125_000))
    history.add(status(500_000_000, sent: 125_000))
    #expect(history.columns(.minute, count: 400).count == 400)
    #expect(history.columns(.second, count: 1).map(\.sent) == [0])
  }

  @Test("a peak is held for a second and a half") func peaks() {
    var hold = PeakHold()
    func level(_ milliseconds: Int64, _ peak: Double) -> Double? {
      var status = status(milliseconds, sent: 0)
      status.audio.levels = AudioLevels()
      status.audio.levels?.channels[0].peak = peak
      hold.add(status)
      return hold.peak(0)
    }
    #expect(level(0, -6) == -6)
    #expect(level(1400, -30) == -6)
    #expect(level(1500, -30) == -30)
    #expect(level(1600, -3) == -3)
  }

  @Test("the clip lamp burns for ten seconds, or until somebody puts it out") func clip() {
    var hold = PeakHold()
    func clipped(_ milliseconds: Int64, _ samples: Int) -> Bool {
      var status = status(milliseconds, sent: 0)
      status.audio.levels = AudioLevels()
      status.audio.levels?.clippedSamples = samples
      hold.add(status)
      return hold.isClipped
    }
    #expect(!clipped(0, 5))
    #expect(clipped(100, 6))
    #expect(clipped(10_000, 6))
    #expect(!clipped(10_100, 6))
    #expect(clipped(10_200, 7))
    hold.acknowledge()
    #expect(!clipped(10_300, 7))
  }

  @Test("losses are those of the last ten seconds, each at its place") func losses() {
    var window = LossWindow()
    func add(_ second: Int64, encoded: Int, network: Int) {
      var status = status(second * 1000, sent: 0)
      status.video.framesEncoded = encoded
      status.video.droppedByNetwork = network
      window.add(status)
    }
    for second in 0...10 { add(Int64(second), encoded: second * 30, network: second * 3) }
    #expect(abs(window.share(.network) - 0.1) < 0.001)
    #expect(window.share(.capture) == 0)
    for second in 11...21 { add(Int64(second), encoded: second * 30, network: 30) }
    #expect(window.share(.network) == 0)
  }
}
