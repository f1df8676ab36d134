import Media
import Networking
import Testing

@Suite("A standstill")
struct StallWatchTests {
  private func time(_ seconds: Int64) -> MediaTime { MediaTime(milliseconds: seconds * 1000) }

  @Test("is found when something waits and nothing is acknowledged for the limit")
  func stalled() {
    var watch = StallWatch(limit: .seconds(8))
    watch.look(acknowledged: 5, isWaiting: true, at: time(0))
    watch.look(acknowledged: 5, isWaiting: true, at: time(7))
    #expect(!watch.isStalled(at: time(7)))
    #expect(watch.idleTime(at: time(7)) == .seconds(7))
    watch.look(acknowledged: 5, isWaiting: true, at: time(8))
    #expect(watch.isStalled(at: time(8)))
  }

  @Test("ends with an acknowledgement, and when nothing waits")
  func moves() {
    var watch = StallWatch(limit: .seconds(8))
    watch.look(acknowledged: 5, isWaiting: true, at: time(0))
    watch.look(acknowledged: 6, isWaiting: true, at: time(7))
    #expect(!watch.isStalled(at: time(10)))
    watch.look(acknowledged: 6, isWaiting: false, at: time(11))
    watch.look(acknowledged: 6, isWaiting: true, at: time(20))
    #expect(!watch.isStalled(at: time(27)))
    #expect(watch.isStalled(at: time(28)))
  }
}
