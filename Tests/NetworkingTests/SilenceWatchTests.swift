import Media
import Testing

@testable import Networking

@Suite("A peer whose program says nothing any more")
struct SilenceWatchTests {
  private func time(_ seconds: Int) -> MediaTime { MediaTime(milliseconds: Int64(seconds) * 1000) }

  /// The seconds at which a peer is found silent that acknowledges each `gap` bytes of 100 a second, up to `last`.
  private func silences(
    gap: Int, last: Int, takes: Int = 1_000_000, stopped: Range<Int> = 0..<0, until end: Int = 60
  ) -> [Int] {
    var watch = SilenceWatch(limit: .seconds(8), period: .seconds(1))
    return (0...end).filter { second in
      guard !stopped.contains(second) else { return false }
      let delivered = UInt64(min(second * 100, last * 100 + takes))
      let acknowledged = UInt64(min(second, last) * 100 / gap * gap)
      watch.look(acknowledged: acknowledged, delivered: delivered, at: time(second))
      return watch.isSilent(delivered: delivered, at: time(second))
    }
  }

  @Test("is found silent within the limit, however much its system still takes")
  func silent() {
    #expect(silences(gap: 100, last: 20).first == 27)
    #expect(silences(gap: 100, last: 20, takes: 250).first == 27)
    #expect(silences(gap: 300, last: 30).first.map { (36...38).contains($0) } == true)
  }

  @Test("one that says something rarely is not, nor one whose habit is not known")
  func rare() {
    #expect(silences(gap: 2000, last: 300, until: 300).isEmpty)
    #expect(silences(gap: 100, last: 4).isEmpty)
  }

  @Test("one that says nothing, or is not to be trusted, is never")
  func none() {
    var watch = SilenceWatch(limit: .seconds(8), period: .seconds(1))
    for second in 0...60 {
      watch.look(acknowledged: nil, delivered: UInt64(second * 100), at: time(second))
      #expect(!watch.isSilent(delivered: UInt64(second * 100), at: time(second)))
    }
  }

  @Test("time in which nobody looked is not counted")
  func stopped() {
    // Stopped until second 40 while the peer goes on to say nothing: found from then on.
    #expect(silences(gap: 100, last: 20, stopped: 21..<40).first == 47)
  }
}
