import Media

@testable import Publishing

/// A path and a sender on it, in steps of five milliseconds: pictures come at their rate, a link takes so many bits a second, a
/// queue without end is before it, and acknowledgements come a round trip later.
struct PathModel {
  /// What the link takes, in kbit/s.
  var capacity: Double
  var roundTrip: Duration
  /// What the kernel says was the least of the last minutes.
  var leastRoundTrip: Duration
  /// The sender's program does not run: nothing is sampled.
  var isSuspended = false
  /// How much larger a keyframe is than the pictures between two of them.
  var keyframeRatio = 6.0
  /// Bytes that may be on the way; the rest is not sent.
  var window = 250_000.0
  var requested = Bitrate.kilobits(2500)
  var minimum = Bitrate.kilobits(300)
  var changesLive = true
  private(set) var control: RateControl
  private(set) var decisions: [RateDecision] = []
  /// Longest time from a picture to its acknowledgement, since it was last set to zero.
  var longestDelay = Duration.zero
  /// Bytes that were acknowledged.
  private(set) var arrived = 0.0
  private(set) var now = MediaTime(nanoseconds: 1_000_000_000)

  private var frame = 0
  private var produced = 0.0
  private var sent = 0.0
  private var served = 0.0
  private var onTheWayBack: [(due: MediaTime, total: Double)] = []
  private var pictures: [(time: MediaTime, end: Double)] = []
  private var smoothed = 0.0
  private var nextFrame = MediaTime(nanoseconds: 1_000_000_000)
  private var nextSample = MediaTime(nanoseconds: 1_000_000_000)
  private var lastNew = MediaTime.zero

  init(capacity: Double, roundTrip: Duration, requested: Bitrate = .kilobits(2500), keyframeRatio: Double = 6) {
    (self.capacity, self.roundTrip) = (capacity, roundTrip)
    (self.requested, self.keyframeRatio) = (requested, keyframeRatio)
    leastRoundTrip = roundTrip
    control = RateControl(Self.limits(requested, .kilobits(300)))
    smoothed = roundTrip.inSeconds
  }

  private static func limits(_ requested: Bitrate, _ minimum: Bitrate, changesLive: Bool = true) -> RateLimits {
    RateLimits(
      requested: requested, minimum: minimum, sound: .kilobits(128), delay: .milliseconds(1500),
      encoderDelay: .milliseconds(333), frameInterval: .milliseconds(33), changesLive: changesLive)
  }

  /// Lets time pass.
  mutating func run(_ duration: Duration) {
    let end = now + duration
    while now < end { step() }
  }

  private mutating func step() {
    now = now + .milliseconds(5)
    if now >= nextFrame { produce() }
    let onTheWay = sent - arrived
    sent = min(produced, sent + max(0, window - onTheWay))
    let queue = sent - served
    served += min(queue, capacity * 1000 / 8 / 200)
    onTheWayBack.append((now + roundTrip, served))
    while let first = onTheWayBack.first, first.due <= now {
      arrived = first.total
      onTheWayBack.removeFirst()
    }
    while let first = pictures.first, first.end <= arrived {
      longestDelay = max(longestDelay, now - first.time)
      pictures.removeFirst()
    }
    let trip = roundTrip.inSeconds + (capacity > 0 ? (sent - served) * 8 / (capacity * 1000) : 1)
    smoothed += (trip - smoothed) / 10
    if now >= nextSample, !isSuspended { sample() }
  }

  private mutating func produce() {
    nextFrame = nextFrame + .nanoseconds(33_333_333)
    let mean = Double(control.allowed.bitsPerSecond) / 8 / 30
    let small = mean * 60 / (59 + keyframeRatio)
    let isNew = now - lastNew >= control.pictureInterval
    if isNew { lastNew = now }
    let picture = frame % 60 == 0 ? small * keyframeRatio : isNew ? small : 100
    produced += (picture + 128_000 / 8 / 30) * 1.02
    pictures.append((now, produced))
    frame += 1
  }

  private mutating func sample() {
    nextSample = nextSample + .milliseconds(25)
    let sample = RateSample(
      time: now, acknowledged: UInt64(arrived), outstanding: Int(produced - arrived), unsent: Int(produced - sent),
      roundTrip: .seconds(smoothed), minimumRoundTrip: leastRoundTrip)
    if let decision = control.handle(sample, Self.limits(requested, minimum, changesLive: changesLive)) {
      decisions.append(decision)
    }
  }

  /// How often the bitrate was lowered since `time`.
  func decreases(since time: MediaTime = .zero) -> Int { decisions.count { $0.time >= time && $0.bitrate < $0.before } }
}
