import Media
import Testing

@testable import Pipeline

private func milliseconds(_ value: Double) -> MediaTime { MediaTime(nanoseconds: Int64(value * 1e6)) }

@Suite("Frame slots: a camera's frames on a fixed rate")
struct FrameSlotsTests {
  private func run(_ times: [Double], rate: FrameRate = .thirty) -> [FrameSlots.Placement] {
    var slots = FrameSlots(rate: rate)
    return times.map { slots.place(frameAt: milliseconds($0)) }
  }

  @Test("a steady camera fills every slot once, also when it is out of phase or jitters")
  func steady() {
    for phase in stride(from: 0.0, through: 30, by: 5) {
      var random = SystemRandomNumberGenerator()
      let placed = run((0..<300).map { Double($0) * 1000 / 30 + phase + .random(in: -5...5, using: &random) + 5 })
      let first: Int64 = if case .slot(let slot, _)? = placed.first { slot } else { -1 }
      #expect(first >= 0)
      #expect(placed == (0..<300).map { .slot(first + $0, missing: 0) })
    }
  }

  @Test("frames from before the origin are left out")
  func beforeOrigin() { #expect(run([-100, -60, -20, 10]) == [.surplus, .surplus, .surplus, .slot(0, missing: 0)]) }

  @Test("a lost frame leaves one slot to fill")
  func lostFrame() {
    #expect(
      run([0, 33, 100, 133]) == [
        .slot(0, missing: 0), .slot(1, missing: 0), .slot(3, missing: 1), .slot(4, missing: 0),
      ])
  }

  @Test("a camera at 60 gives every second frame to 30")
  func tooFast() {
    let placed = run((0..<60).map { Double($0) * 1000 / 60 })
    #expect((29...30).contains(placed.filter { $0 == .surplus }.count))
  }

  @Test("a camera at 29.97 slips one slot in 33 seconds, without flapping")
  func ntsc() {
    let placed = run((0..<3000).map { Double($0) * 1001 / 30 })
    let missing = placed.reduce(into: 0) { sum, placement in
      if case .slot(_, let count) = placement { sum += Int(count) }
    }
    #expect(missing == 3)
    #expect(!placed.contains(.surplus))
  }

  @Test("a silent camera's slots become overdue one by one, and its late frame is surplus")
  func overdue() {
    var slots = FrameSlots(rate: .thirty)
    _ = slots.place(frameAt: milliseconds(0))
    #expect(slots.takeOverdue(at: milliseconds(90)) == nil)
    #expect(slots.takeOverdue(at: milliseconds(101)) == 1)
    #expect(slots.takeOverdue(at: milliseconds(101)) == nil)
    #expect(slots.place(frameAt: milliseconds(33)) == .surplus)
  }

  @Test("an encoder that is late gives up slots")
  func skip() {
    var slots = FrameSlots(rate: .thirty)
    _ = slots.place(frameAt: milliseconds(0))
    #expect(slots.skip(to: milliseconds(1000)) == 29)
    #expect(slots.next == 30)
    #expect(slots.skip(to: milliseconds(900)) == 0)
  }
}

@Suite("Audio timeline: sound on the session's clock")
struct AudioTimelineTests {
  /// Feeds blocks of 10 ms from a card whose crystal is `partsPerMillion` fast; gives the offset in ms at the end.
  private func drift(partsPerMillion: Double, minutes: Double, jitterMilliseconds: Double = 0.2) -> (
    offset: Double, jumps: Int
  ) {
    var timeline = AudioTimeline()
    var random = SystemRandomNumberGenerator()
    var jumps = 0
    var produced = 0.0
    var offset = 0.0
    for block in 0..<Int(minutes * 6000) {
      // The card makes 480 sample frames in slightly less than 10 ms; the resampler stretches them again.
      let start = Double(block) * 10 / (1 + partsPerMillion / 1e6)
      let stretched = 480 * (1 + timeline.partsPerMillion / 1e6) + produced
      let count = Int(stretched)
      produced = stretched - Double(count)
      let jitter = Double.random(in: -jitterMilliseconds...jitterMilliseconds, using: &random)
      let plan = timeline.align(blockAt: milliseconds(start + jitter), count: count, afterOverrun: false)
      if block > 0, plan != .init() { jumps += 1 }
      offset = Double(timeline.filled) / 48 - start
      timeline.add(count - plan.skip)
    }
    return (offset, jumps)
  }

  @Test(
    "a card that is off by its crystal stays within 10 ms for two hours, without a jump",
    arguments: [-200, -50, 0, 100, 300] as [Double])
  func crystal(partsPerMillion: Double) {
    let result = drift(partsPerMillion: partsPerMillion, minutes: 120)
    #expect(abs(result.offset) < 10)
    #expect(result.jumps == 0)
  }

  @Test("the first block begins at its own time: silence before it, or its early part left out")
  func begins() {
    var late = AudioTimeline()
    #expect(late.align(blockAt: milliseconds(20), count: 480, afterOverrun: false) == .init(silence: 960, skip: 0))
    #expect(late.filled == 960)
    var early = AudioTimeline()
    #expect(early.align(blockAt: milliseconds(-4), count: 480, afterOverrun: false) == .init(silence: 0, skip: 192))
  }

  @Test("an overrun of 50 ms is closed with silence at once")
  func overrun() {
    var timeline = AudioTimeline()
    _ = timeline.align(blockAt: .zero, count: 480, afterOverrun: false)
    timeline.add(480)
    #expect(timeline.align(blockAt: milliseconds(60), count: 480, afterOverrun: true) == .init(silence: 2400, skip: 0))
  }

  @Test("a microphone that says nothing is replaced by silence, and aligned anew when it is back")
  func silent() {
    var timeline = AudioTimeline()
    _ = timeline.align(blockAt: .zero, count: 480, afterOverrun: false)
    timeline.add(480)
    #expect(timeline.missing(at: milliseconds(100)) == 0)
    #expect(timeline.missing(at: milliseconds(310)) == 4800)
    timeline.addSilence(4800)
    #expect(
      timeline.align(blockAt: milliseconds(400), count: 480, afterOverrun: false) == .init(silence: 13_920, skip: 0))
  }
}
