import Media
import TestSupport
import Testing

@testable import Publishing

@Suite("The bitrate follows the path", .serialized)
struct RateControlTests {
  @Test(
    "a steady path of 1.3 times the bitrate is never taken for a slow one",
    arguments: [20, 60, 200], [1.0, 3, 6, 12])
  func steady(_ roundTrip: Int, _ keyframeRatio: Double) {
    var path = PathModel(
      capacity: (2500 + 128) * 1.3, roundTrip: .milliseconds(roundTrip), keyframeRatio: keyframeRatio)
    path.run(.seconds(30))
    #expect(path.decisions == [])
    #expect(path.control.pictureInterval == .zero)
  }

  @Test(
    "a path that falls to a sixth keeps the delay within its bound, is used, and is used whole again when it is back",
    arguments: [20, 60])
  func fall(_ roundTrip: Int) {
    var path = PathModel(capacity: 8000, roundTrip: .milliseconds(roundTrip), requested: .kilobits(6000))
    // Between two keyframes: one that is on its way just then needs long by itself.
    path.run(.milliseconds(10_500))
    #expect(path.decisions == [])
    path.longestDelay = .zero
    path.capacity = 1000
    let fallen = path.now
    path.run(.seconds(3))
    #expect(path.decisions.first.map { $0.time - fallen } ?? .seconds(9) < .milliseconds(350))
    #expect(path.longestDelay < .milliseconds(1500))
    let settled = path.arrived
    path.run(.seconds(17))
    #expect((path.arrived - settled) * 8 / 17 > 1_000_000 * 0.85)
    #expect(path.longestDelay < .milliseconds(1500))
    path.capacity = 8000
    path.run(.seconds(13))
    #expect(path.control.allowed >= .kilobits(5400))
  }

  @Test("on a path of two thirds of what is wanted the bitrate settles without swinging", arguments: [20, 200])
  func settled(_ roundTrip: Int) {
    var path = PathModel(capacity: 4000, roundTrip: .milliseconds(roundTrip), requested: .kilobits(6000))
    path.run(.seconds(30))
    let (since, before) = (path.now, path.arrived)
    path.run(.seconds(60))
    #expect((path.arrived - before) * 8 / 60 > 4_000_000 * 0.9)
    #expect(!path.decisions.isEmpty)
    let values = path.decisions.filter { $0.time >= since }.map { Double($0.bitrate.bitsPerSecond) }
    #expect(values.max() ?? 1 < (values.min() ?? 1) * 1.1, "\(path.decisions.map(\.bitrate))")
  }

  @Test("a path that pauses for a moment is used whole again within ten seconds")
  func pause() {
    var path = PathModel(capacity: 8000, roundTrip: .milliseconds(60))
    path.run(.seconds(8))
    path.capacity = 300
    path.run(.milliseconds(900))
    path.capacity = 8000
    path.run(.seconds(10))
    #expect(path.control.allowed == path.requested, "\(path.decisions.map { ($0.time, $0.bitrate) })")
  }

  @Test("where nothing arrives the bitrate falls and the picture changes seldom; when it is back it rises")
  func outage() {
    var path = PathModel(capacity: 5000, roundTrip: .milliseconds(60))
    path.run(.seconds(6))
    path.capacity = 0
    path.run(.seconds(2))
    #expect(path.control.allowed <= .kilobits(1250))
    #expect(path.control.pictureInterval == RateControl.longestPictureInterval)
    path.capacity = 5000
    path.run(.seconds(12))
    #expect(path.control.allowed == .kilobits(2500))
    #expect(path.control.pictureInterval == .zero)
    #expect(path.decisions.last?.reason == .recovered)
  }

  @Test("what the operator wants less of is obeyed at once, what he wants more of if nothing is known against it")
  func requested() {
    var path = PathModel(capacity: 20_000, roundTrip: .milliseconds(60))
    path.run(.seconds(4))
    path.requested = .kilobits(1000)
    path.run(.milliseconds(100))
    #expect(path.control.allowed == .kilobits(1000))
    path.requested = .kilobits(4000)
    path.run(.milliseconds(100))
    #expect(path.control.allowed == .kilobits(4000))
  }

  @Test("a sender that holds back by itself for a moment is no slow path")
  func holdsBack() {
    var path = PathModel(capacity: 4000, roundTrip: .milliseconds(60))
    path.run(.seconds(6))
    for _ in 0..<5 {
      path.window = 5800
      path.run(.milliseconds(260))
      path.window = 250_000
      path.run(.seconds(10))
    }
    #expect(path.decreases() == 0)
  }

  @Test("a path that was too slow from the beginning is found so, however little the sender keeps on the way")
  func slowFromTheBeginning() {
    var path = PathModel(capacity: 4000, roundTrip: .milliseconds(60), requested: .kilobits(6000))
    path.window = 40_000
    path.run(.seconds(4))
    #expect(path.control.allowed < .kilobits(4500), "\(path.decisions)")
    #expect(path.longestDelay < .milliseconds(1500))
  }

  @Test("a path that has become a longer one is no slow one")
  func longer() {
    var path = PathModel(capacity: 8000, roundTrip: .milliseconds(20))
    path.run(.seconds(5))
    path.roundTrip = .milliseconds(120)
    path.run(.seconds(60))
    #expect(path.control.allowed == path.requested)
    #expect(path.decreases() <= 1, "\(path.decisions)")
    #expect(path.decisions.allSatisfy { $0.bitrate >= .kilobits(1800) })
  }

  @Test("what is asked for beyond what a path took once is no less than before")
  func requestedAfterSlowness() {
    var path = PathModel(capacity: 8000, roundTrip: .milliseconds(60))
    path.run(.seconds(5))
    path.capacity = 1000
    path.run(.seconds(10))
    path.capacity = 8000
    path.run(.seconds(20))
    #expect(path.control.allowed == .kilobits(2500))
    path.requested = .kilobits(4000)
    path.run(.seconds(5))
    #expect(path.control.allowed == .kilobits(4000))
  }

  @Test("a program that did not run for a moment has seen no silence")
  func suspended() {
    var path = PathModel(capacity: 8000, roundTrip: .milliseconds(60))
    path.run(.seconds(5))
    path.isSuspended = true
    path.run(.milliseconds(900))
    path.isSuspended = false
    path.run(.seconds(5))
    #expect(path.decisions == [])
  }

  @Test("an encoder that has to be opened anew for it gets few bitrates")
  func costly() {
    func decisions(changesLive: Bool) -> Int {
      var path = PathModel(capacity: 8000, roundTrip: .milliseconds(60))
      path.changesLive = changesLive
      path.run(.seconds(5))
      path.capacity = 1000
      path.run(.seconds(20))
      path.capacity = 8000
      path.run(.seconds(40))
      #expect(path.control.allowed == path.requested)
      return path.decisions.count
    }
    #expect(decisions(changesLive: false) <= 8)
    #expect(decisions(changesLive: true) > 8)
  }

  @Test("whatever a path does, the bitrate stays between the least and what is requested", arguments: 0..<8)
  func randomPaths(_ number: UInt64) {
    var random = Fuzz.Random(seed: number &+ 77)
    var path = PathModel(
      capacity: 4000, roundTrip: .milliseconds(Int.random(in: 5...300, using: &random)),
      requested: .kilobits(Int.random(in: 300...6000, using: &random)))
    for _ in 0..<30 {
      path.capacity = Bool.random(using: &random) ? Double.random(in: 0...8000, using: &random) : 0
      path.run(.milliseconds(Int.random(in: 50...4000, using: &random)))
      #expect(path.control.allowed >= path.minimum && path.control.allowed <= path.requested)
    }
    path.capacity = 20_000
    path.run(.seconds(60))
    #expect(path.control.allowed == path.requested)
    #expect(path.control.pictureInterval == .zero)
  }

  @Test("a receiver behind a proxy that says that it waits is believed")
  func proxy() {
    let limits = RateLimits(
      requested: .kilobits(2500), minimum: .kilobits(300), sound: .kilobits(128), delay: .milliseconds(1500),
      encoderDelay: .zero, frameInterval: .milliseconds(33))
    /// The first decision in eight seconds, of which a proxy's queue grows after four: nothing waits on the way to it.
    func decision(queue: Duration?) -> RateDecision? {
      var control = RateControl(limits)
      for index in 0..<320 {
        let time = MediaTime(nanoseconds: 1_000_000_000 + Int64(index) * 25_000_000)
        let sample = RateSample(
          time: time, acknowledged: UInt64(index) * 5000, outstanding: 6000, unsent: 0, roundTrip: .milliseconds(20),
          minimumRoundTrip: .milliseconds(20), proxyQueue: index < 160 ? .zero : queue)
        if let decision = control.handle(sample, limits) { return decision }
      }
      return nil
    }
    #expect(decision(queue: .milliseconds(100)) == nil)
    let slow = decision(queue: .milliseconds(700))
    #expect(slow?.reason == .slowPath)
    #expect(slow.map { $0.bitrate < .kilobits(2500) } ?? false)
  }
}
