import Media
import Testing

@Suite("A source's media and the clock")
struct MediaPaceTests {
  private func at(_ milliseconds: Int64) -> MediaTime { MediaTime(milliseconds: milliseconds) }

  /// Media's end and the clock, in milliseconds, and how long to wait after that.
  private typealias Step = (end: Int64, now: Int64, wait: Int64?)

  private func expect(_ steps: [Step], at location: SourceLocation = #_sourceLocation) {
    var pace = MediaPace()
    for step in steps {
      pace.advance(to: at(step.end), at: at(step.now))
      let wait = pace.wait(at: at(step.now)).map { Int64($0.inMilliseconds.rounded()) }
      #expect(wait == step.wait, "of \(step)", sourceLocation: location)
    }
  }

  @Test("five seconds ahead are allowed, and what is beyond is waited for")
  func limit() {
    expect([(200, 0, nil), (5200, 0, nil), (5300, 0, 100), (5300, 50, 50), (5300, 100, nil), (10_200, 100, 4900)])
    expect([(0, 0, nil), (5001, 0, 20)])
  }

  @Test("times that step by 4.9 s at once come one each 4.9 s")
  func steps() {
    expect([(0, 0, nil), (4900, 0, nil), (9800, 0, 4800), (14_700, 4800, 4895)])
  }

  @Test("what stood still may make up for it, but not for more than a minute")
  func credit() {
    expect([(0, 0, nil), (10, 30_000, nil), (34_000, 30_000, nil), (35_200, 30_000, 170)])
    expect([(0, 0, nil), (10, 3_600_000, nil), (65_010, 3_600_000, nil), (65_110, 3_600_000, 100)])
  }

  @Test("a clock that is 500 ppm fast never waits, for a week")
  func drift() {
    var pace = MediaPace()
    var waits = 0
    for second in 0..<Int64(604_800) {
      pace.advance(to: MediaTime(milliseconds: second * 1000 + second / 2), at: at(second * 1000))
      if pace.wait(at: at(second * 1000)) != nil { waits += 1 }
    }
    #expect(waits == 0)
  }

  @Test("whatever comes, media that waits as told is never ahead by more than its last step and the limit")
  func anySequence() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var (pace, end, now) = (MediaPace(), at(0), at(0))
      pace.advance(to: end, at: now)
      for _ in 0..<200 {
        if let wait = pace.wait(at: now) { now = now + wait }
        end = end + .milliseconds(Int64.random(in: 0...5000, using: &random))
        now = now + .milliseconds(Int64.random(in: 0...40, using: &random))
        pace.advance(to: end, at: now)
        let lead = (end - now).inSeconds - now.seconds / 1000
        #expect(lead <= 10.001, "\(lead) s ahead")
      }
    }
  }
}
