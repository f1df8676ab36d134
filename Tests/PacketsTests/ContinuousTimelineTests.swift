import NIOCore
import Testing

@testable import Media
@testable import Packets

@Suite("Continuous timeline")
struct ContinuousTimelineTests {
  private enum Track { case video, audio }
  /// A packet as its source has it, when it came, and where it is put; all in milliseconds.
  private typealias Step = (track: Track, source: Int64, now: Int64, placed: Int64)

  private func expect(
    _ steps: [Step], in timeline: inout ContinuousTimeline, jumps: Int, at location: SourceLocation = #_sourceLocation
  ) {
    for step in steps {
      let time = MediaTime(milliseconds: step.source)
      let offset = timeline.place(time, isVideo: step.track == .video, at: MediaTime(milliseconds: step.now))
      #expect((time + offset).milliseconds == step.placed, "of \(step)", sourceLocation: location)
    }
    #expect(timeline.jumps == jumps, sourceLocation: location)
  }

  @Test("the first packet is put at 200 ms, whatever its time, and what is a little older of the other track before it")
  func start() {
    for first in [0, 5000, 86_400_000, -700] as [Int64] {
      var timeline = ContinuousTimeline()
      #expect(timeline.end == nil)
      expect(
        [
          (.video, first, 10, 200), (.audio, first - 21, 11, 179), (.video, first + 33, 43, 233),
          (.audio, first, 44, 200),
        ], in: &timeline, jumps: 0)
      #expect(timeline.end == MediaTime(milliseconds: 233))
    }
  }

  @Test("both tracks share one offset across a jump, forward and back")
  func jumps() {
    var timeline = ContinuousTimeline()
    expect([(.video, 0, 0, 200), (.audio, 0, 0, 200), (.video, 33, 33, 233)], in: &timeline, jumps: 0)
    expect(
      [(.video, 60_000, 66, 266), (.audio, 60_000, 66, 266), (.video, 60_033, 99, 299)], in: &timeline, jumps: 1)
    expect([(.video, 5, 132, 332), (.audio, 5, 132, 332), (.video, 38, 165, 365)], in: &timeline, jumps: 2)
  }

  @Test("a jump without any time passing goes on a millisecond later")
  func jumpAtOnce() {
    var timeline = ContinuousTimeline()
    expect([(.video, 0, 0, 200), (.video, 900_000, 0, 201)], in: &timeline, jumps: 1)
  }

  @Test("a source that was silent as long as time passed has not jumped, and one that stood still goes on where it was")
  func pauses() {
    var timeline = ContinuousTimeline()
    expect(
      [(.video, 0, 0, 200), (.video, 30_000, 30_000, 30_200), (.video, 30_033, 60_000, 30_233)], in: &timeline,
      jumps: 0)
  }

  @Test(
    "limits: a step ahead of up to 5 s beyond the time that passed is believed, one back of up to 1 s is held up",
    arguments: [(5000, 5200, 0), (5001, 201, 1), (-1000, 200, 0), (-1001, 201, 1)] as [(Int64, Int64, Int)])
  func limits(step: Int64, placed: Int64, jumps: Int) {
    var timeline = ContinuousTimeline()
    expect([(.video, 10_000, 0, 200), (.video, 10_000 + step, 0, placed)], in: &timeline, jumps: jumps)
  }

  @Test("after a restart it goes on by the time that passed, a minute at most, and that is no jump")
  func restart() {
    var timeline = ContinuousTimeline()
    expect([(.video, 0, 0, 200), (.audio, 33, 33, 233)], in: &timeline, jumps: 0)
    timeline.restart()
    expect([(.audio, 700_000, 5033, 5233), (.video, 700_000, 5040, 5233)], in: &timeline, jumps: 0)
    timeline.restart()
    expect([(.video, 0, 500_000, 65_233), (.audio, 10, 500_001, 65_243)], in: &timeline, jumps: 0)
    timeline.restart()
    expect([(.video, 3, 500_001, 65_244)], in: &timeline, jumps: 0)
  }

  @Test("a restart before anything came is a start")
  func restartOfNothing() {
    var timeline = ContinuousTimeline()
    timeline.restart()
    expect([(.audio, 77, 9000, 200)], in: &timeline, jumps: 0)
  }

  @Test("any sequence: no trap, no track goes back, and nothing runs ahead of the clock by more than 5 s a packet")
  func anySequence() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<400 {
      var timeline = ContinuousTimeline()
      var (now, source) = (Int64.random(in: 0...1 << 50, using: &random), Int64(0))
      var last: [Bool: MediaTime] = [:]
      for _ in 0..<300 {
        let passed = Int64.random(in: 0...100_000_000, using: &random)
        now += passed
        switch Int.random(in: 0..<12, using: &random) {
        case 0: source = Int64.random(in: -1 << 60...1 << 60, using: &random)
        case 1: source = [-1 << 60, 1 << 60, 0].randomElement(using: &random) ?? 0
        case 2: timeline.restart()
        default:
          source = max(-1 << 60, min(1 << 60, source + Int64.random(in: -200_000_000...400_000_000, using: &random)))
        }
        let (time, isVideo, end) = (MediaTime(nanoseconds: source), Bool.random(using: &random), timeline.end)
        let placed = time + timeline.place(time, isVideo: isVideo, at: MediaTime(nanoseconds: now))
        #expect(placed >= last[isVideo] ?? .zero)
        #expect(timeline.end == max(end ?? placed, placed))
        if let end { #expect(placed - end <= .nanoseconds(passed) + .seconds(5)) }
        last[isVideo] = placed
      }
    }
  }

  @Test("times at the ends of what a number can say do not trap, and do not spoil what follows")
  func extremes() {
    let edges = [Int64.min, .min + 1, -1 << 61, -1 << 60, -1, 0, 1, 1 << 60, 1 << 61, .max - 1, .max]
    for first in edges {
      for second in edges {
        var timeline = ContinuousTimeline()
        for (index, source) in [first, second, first].enumerated() {
          let now = MediaTime(milliseconds: Int64(index) * 33)
          _ = timeline.place(MediaTime(nanoseconds: source), isVideo: index != 1, at: now)
        }
        let time = MediaTime(milliseconds: 1_000_000)
        let end = timeline.end ?? .zero
        let placed = time + timeline.place(time, isVideo: true, at: MediaTime(milliseconds: 99))
        #expect(placed >= end && placed - end <= .seconds(6), "\(first), \(second)")
      }
    }
  }

  @Test("a packet is moved as a whole")
  func later() {
    let packet = EncodedPacket(
      kind: .video(isKeyframe: true), presentationTime: MediaTime(milliseconds: 50),
      decodeTime: MediaTime(milliseconds: 10), captureTime: MediaTime(milliseconds: 3), payload: ByteBuffer(string: "x")
    )
    let moved = packet.later(by: .milliseconds(-4))
    #expect(moved.presentationTime == MediaTime(milliseconds: 46))
    #expect(moved.decodeTime == MediaTime(milliseconds: 6))
    #expect(moved.captureTime == packet.captureTime && moved.payload == packet.payload && moved.kind == packet.kind)
  }
}
