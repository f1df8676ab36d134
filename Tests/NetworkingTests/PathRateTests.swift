import Media
import Networking
import Testing

@Suite("What a path takes")
struct PathRateTests {
  /// Looks every 200 ms while bytes wait and the path takes `kilobits`.
  private func loaded(_ rate: inout PathRate, kilobits: Int, from start: Int, looks: Int, acknowledged: inout UInt64) {
    for look in 0..<looks {
      if look > 0 { acknowledged += UInt64(kilobits * 1000 / 8 / 5) }
      rate.look(acknowledged: acknowledged, isBacklogged: true, at: at(start + look * 200))
    }
  }

  private func at(_ milliseconds: Int) -> MediaTime { MediaTime(milliseconds: Int64(milliseconds)) }

  @Test("is the rate of acknowledgements while bytes wait, whatever the stream's bitrate")
  func loadedPath() throws {
    var (rate, acknowledged) = (PathRate(), UInt64(5_000_000))
    loaded(&rate, kilobits: 1000, from: 0, looks: 6, acknowledged: &acknowledged)
    #expect(rate.bitsPerSecond == 1_000_000)
    #expect(try #require(rate.duration(ofBytes: 862_000)).inMilliseconds.rounded() == 6896)
    loaded(&rate, kilobits: 4000, from: 1200, looks: 12, acknowledged: &acknowledged)
    #expect(rate.bitsPerSecond == 4_000_000, "the last two seconds count")
  }

  @Test("is unknown while nothing waits, and an empty queue takes no time")
  func freePath() {
    var rate = PathRate()
    for look in 0..<50 {
      rate.look(acknowledged: UInt64(look) * 50_000, isBacklogged: look.isMultiple(of: 2), at: at(look * 200))
    }
    #expect(rate.bitsPerSecond == nil)
    #expect(rate.duration(ofBytes: 90_000) == nil)
    #expect(rate.duration(ofBytes: 0) == .zero)
  }

  @Test("is unknown of a path that takes nothing, and forgotten after five seconds")
  func forgotten() {
    var (rate, acknowledged) = (PathRate(), UInt64(0))
    loaded(&rate, kilobits: 0, from: 0, looks: 10, acknowledged: &acknowledged)
    #expect(rate.duration(ofBytes: 90_000) == nil)
    loaded(&rate, kilobits: 1000, from: 2000, looks: 10, acknowledged: &acknowledged)
    rate.look(acknowledged: acknowledged, isBacklogged: false, at: at(6000))
    #expect(rate.bitsPerSecond != nil)
    rate.look(acknowledged: acknowledged, isBacklogged: false, at: at(9000))
    #expect(rate.bitsPerSecond == nil)
  }
}
