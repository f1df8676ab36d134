import Media
import Networking
import Testing

@Suite("A standstill")
struct StallWatchTests {
  private func time(_ seconds: Double) -> MediaTime { MediaTime(nanoseconds: Int64(seconds * 1e9)) }

  /// A watch of 8 s that saw the same figure each second up to this one.
  private func standing(until last: Int) -> StallWatch {
    var watch = StallWatch(limit: .seconds(8))
    for second in 0...last { watch.look(acknowledged: 5, isWaiting: true, at: time(Double(second))) }
    return watch
  }

  @Test("is found within the limit when something waits and nothing is acknowledged")
  func stalled() {
    #expect(!standing(until: 6).isStalled(at: time(6)))
    #expect(standing(until: 6).idleTime(at: time(6)) == .seconds(6))
    #expect(standing(until: 7).isStalled(at: time(7)))
  }

  @Test("ends with an acknowledgement, and when nothing waits")
  func moves() {
    var watch = standing(until: 6)
    watch.look(acknowledged: 6, isWaiting: true, at: time(7))
    #expect(!watch.isStalled(at: time(7)) && watch.idleTime(at: time(7)) == .zero)
    watch.look(acknowledged: 6, isWaiting: false, at: time(8))
    watch.look(acknowledged: 6, isWaiting: true, at: time(9))
    #expect(watch.idleTime(at: time(10)) == .seconds(1))
  }

  @Test("is not made of time in which nobody looked, as while the process was stopped")
  func stopped() {
    var watch = standing(until: 3)
    watch.look(acknowledged: 5, isWaiting: true, at: time(23))
    #expect(!watch.isStalled(at: time(23)))
    for second in 24...30 { watch.look(acknowledged: 5, isWaiting: true, at: time(Double(second))) }
    #expect(watch.isStalled(at: time(30)))
    // A look that is somewhat late counts.
    var late = standing(until: 3)
    for second in [5.5, 8] { late.look(acknowledged: 5, isWaiting: true, at: time(second)) }
    #expect(late.isStalled(at: time(8)))
  }
}
