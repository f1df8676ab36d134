package import Media

/// Decides what a stream may cost, by what the path was seen to take: the bitrate, and how often the picture changes.
///
/// A path is slow when something waits without a break for longer than a keyframe explains, and what arrives meanwhile is
/// less than what is due. A keyframe on a good path makes bytes wait too, but they leave faster than they are due. Pure:
/// times come with the samples.
package struct RateControl: Sendable {
  /// Headers of RTMP, TLS and TCP beside the media.
  static let overhead = 1.02
  /// Part of what the path takes that is used while nothing has to be made up for.
  static let share = 0.96
  /// From one attempt to send more to the next.
  static let probeInterval = Duration.milliseconds(500)
  /// Something waits for no longer than that while a little more is tried, or it was too much.
  static let trialLimit = Duration.milliseconds(700)
  /// BBR measures the round trip with four segments on the way, each ten seconds for 200 ms and a round trip.
  static let heldBackBytes = 8000
  /// What lasts longer is no such measuring.
  static let longestHoldingBack = Duration.milliseconds(700)
  /// A connection's own beginning, in which it learns what it may send at once.
  static let beginning = Duration.seconds(3)
  /// A little more than the time between two keyframes: what waits for longer waits for no keyframe.
  static let keyframeSpan = Duration.milliseconds(2200)
  /// The picture changes at least so often, whatever the path does.
  static let longestPictureInterval = Duration.milliseconds(400)

  /// The video bitrate that is allowed.
  package private(set) var allowed: Bitrate
  /// The picture changes no more often than that; zero is each frame.
  package private(set) var pictureInterval: Duration = .zero
  /// What the path takes in all, where it was measured.
  package private(set) var path: Bitrate?
  /// How long what is outstanding needs; `nil` where it is not known.
  package internal(set) var delay: Duration?

  private var memory = PathMemory()
  var window = RateWindow()
  var limits: RateLimits
  var begun: MediaTime?
  /// Since when what has piled up is being made up for.
  var drainingSince: MediaTime?
  private var changedAt: MediaTime?
  var loweredAt: MediaTime?
  /// When little was last on the way although much waited.
  var heldBackAt: MediaTime?
  private var holdsBackSince: MediaTime?
  private var loadedAt: MediaTime?

  /// Allows what is requested.
  package init(_ limits: RateLimits) {
    self.limits = limits
    allowed = limits.requested
  }

  /// Another connection begins: what was measured on the one before it is kept as an idea of the path.
  package mutating func connected() {
    window.removeAll()
    (begun, drainingSince, loweredAt, heldBackAt, holdsBackSince) = (nil, nil, nil, nil, nil)
    (pictureInterval, delay) = (.zero, nil)
    memory.connected()
  }

  /// Takes a sample; a decision where the bitrate changes.
  package mutating func handle(_ sample: RateSample, _ limits: RateLimits) -> RateDecision? {
    let before = self.limits
    self.limits = limits
    begun = begun ?? sample.time
    window.frameInterval = limits.frameInterval
    window.add(sample)
    if window.isLoaded(over: .milliseconds(150)) { loadedAt = sample.time }
    noteHoldingBack(sample)
    estimateDelay()
    pictureInterval = intervalOfPictures()
    if limits != before, let decision = follow(before, at: sample.time) { return decision }
    if let slow = slowPath() { return lower(slow.rate, slow.reason, at: sample.time) }
    if drainingSince != nil { return drain(at: sample.time) }
    if let decision = endTrial(at: sample.time) { return decision }
    return raise(at: sample.time)
  }

  /// Notes whether the sender holds back by itself: little is on the way although much waits, for a moment.
  private mutating func noteHoldingBack(_ sample: RateSample) {
    let onTheWay = sample.outstanding - sample.unsent
    guard onTheWay <= Self.heldBackBytes, sample.unsent > 2 * onTheWay else { return holdsBackSince = nil }
    let since = holdsBackSince ?? sample.time
    (holdsBackSince, heldBackAt) = (since, sample.time - since < Self.longestHoldingBack ? sample.time : nil)
  }

  /// What the stream costs in all, in bits a second.
  var due: Double { Double(allowed.bitsPerSecond + limits.sound.bitsPerSecond) * Self.overhead }

  /// What is left of `total` for the picture, within the limits.
  private func video(of total: Double) -> Bitrate {
    let video = total / Self.overhead - Double(limits.sound.bitsPerSecond)
    // Steps of 10 kbit/s are what a person reads.
    let rounded = Bitrate.kilobits(Int((max(0, video) / 10_000).rounded()) * 10)
    return max(limits.minimum, min(limits.requested, rounded))
  }

  /// New pictures come less often the more of the time is used up; the bound is kept by what is not made, not by what is
  /// thrown away.
  private func intervalOfPictures() -> Duration {
    let silence = window.silence
    guard let delay, let now = window.newest,
      drainingSince != nil || window.isCongested(now) || silence > .milliseconds(300)
    else { return .zero }
    let roundTrip = now.minimumRoundTrip ?? .zero
    let budget = max(.milliseconds(300), limits.delay - limits.encoderDelay - roundTrip)
    switch (max(delay, silence) - roundTrip).inSeconds / budget.inSeconds {
    case ..<0.3: return .zero
    case ..<0.5: return limits.frameInterval * 2
    case ..<0.7: return limits.frameInterval * 4
    default: return Self.longestPictureInterval
    }
  }

  /// The operator or a setting changed the limits.
  private mutating func follow(_ before: RateLimits, at now: MediaTime) -> RateDecision? {
    if allowed > limits.requested { return change(to: limits.requested, .requested, at: now) }
    if allowed < limits.minimum { return change(to: limits.minimum, .requested, at: now) }
    // Nothing stood in the way of what was requested before.
    guard allowed == before.requested, limits.requested > allowed else { return nil }
    let known = path.map { video(of: Double($0.bitsPerSecond) * Self.share) }
    return change(to: max(allowed, known ?? limits.requested), .requested, at: now)
  }

  private mutating func lower(_ rate: Double?, _ reason: RateDecision.Reason, at now: MediaTime) -> RateDecision? {
    if drainingSince == nil { drainingSince = now }
    loweredAt = now
    guard let rate else {
      return change(to: max(limits.minimum, Bitrate(bitsPerSecond: allowed.bitsPerSecond / 2)), reason, at: now)
    }
    // The longer time reaches back into what was before; the shorter one is a guess.
    let newest = window.rate(over: .milliseconds(80)) ?? rate
    path = Bitrate(bitsPerSecond: Int(min(1e12, max(rate / 2, min(rate, newest)))))
    estimateDelay()
    let wanted = min(allowed, video(of: Double(path?.bitsPerSecond ?? 0) * drainShare))
    // While little waits there is time to look again.
    let least = (delay ?? .zero) < .milliseconds(300) ? allowed.bitsPerSecond / 4 * 3 : 0
    return change(to: max(wanted, Bitrate(bitsPerSecond: least)), reason, at: now)
  }

  /// The more waits, the less is added to it.
  private var drainShare: Double {
    switch (delay ?? .zero) - (window.newest?.minimumRoundTrip ?? .zero) {
    case ...Duration.milliseconds(200): Self.share
    case ...Duration.milliseconds(500): 0.85
    default: 0.7
    }
  }

  /// Measures the path while it is the narrow place, until nothing waits any more.
  private mutating func drain(at now: MediaTime) -> RateDecision? {
    guard let since = drainingSince.map({ now - $0 }) else { return nil }
    if since > .milliseconds(200), let rate = window.rateUnderLoad(over: min(since, .milliseconds(1500))),
      rate >= Self.trickle
    {
      path = Bitrate(bitsPerSecond: Int(min(1e12, rate)))
      let wanted = video(of: rate * drainShare)
      // What was measured just after the path changed was of both times.
      if wanted.bitsPerSecond * 5 < allowed.bitsPerSecond * 4 {
        loweredAt = now
        return change(to: wanted, .slowPath, at: now)
      }
    }
    guard since > .milliseconds(300), isDrained else { return nil }
    (drainingSince, loweredAt) = (nil, now)
    guard let path else { return nil }
    loadedAt = now
    memory.found(Double(path.bitsPerSecond), at: now)
    return change(to: max(allowed, video(of: Double(path.bitsPerSecond) * Self.share)), .drained, at: now)
  }

  /// What is outstanding is no more than what is on the way at any time.
  private var isDrained: Bool {
    guard let now = window.newest, now.unsent == 0, !waitsBehindProxy else { return false }
    if window.isEmpty(over: .milliseconds(300)) { return true }
    guard let path, path.bitsPerSecond > 0 else { return !window.isCongested(now) }
    return path.duration(ofBytes: now.outstanding) < (now.minimumRoundTrip ?? .milliseconds(100)) + .milliseconds(100)
  }

  /// The proxy says that its ingest is slow.
  private var waitsBehindProxy: Bool { (window.newest?.proxyQueue ?? .zero) > .milliseconds(200) }

  /// Tries a little more where nothing waits: in small steps up to what the path took last, then in large ones.
  private mutating func raise(at now: MediaTime) -> RateDecision? {
    guard allowed < limits.requested, changedAt.map({ now - $0 >= Self.probeInterval }) ?? true,
      window.wasEmpty(within: .milliseconds(400)), !waitsBehindProxy
    else { return nil }
    if let path, due > Double(path.bitsPerSecond) * 1.1 {
      self.path = nil
      memory.exceeded()
    }
    let growth = growth(at: now)
    guard growth > 1 else { return nil }
    let least = Bitrate(bitsPerSecond: allowed.bitsPerSecond + 10_000)
    let next = min(limits.requested, max(least, video(of: due * growth)))
    return change(to: next, next == limits.requested ? .recovered : .probing, at: now)
  }

  /// Near what the path took last a little; beyond that it is another path, and below it there is nothing to be careful of.
  private mutating func growth(at now: MediaTime) -> Double {
    guard loadedAt.map({ now - $0 > .seconds(1) }) ?? true else { return 1 }
    guard limits.changesLive else { return changedAt.map { now - $0 > .seconds(10) } ?? true ? 1.5 : 1 }
    return memory.growth(due, path: path.map { Double($0.bitsPerSecond) }, at: now)
  }

  /// Goes back to what the path takes where a little more made something wait for longer than a keyframe does.
  private mutating func endTrial(at now: MediaTime) -> RateDecision? {
    guard let since = memory.trialSince, now - since > Self.trialLimit, let path,
      !window.wasEmpty(within: Self.trialLimit)
    else { return nil }
    memory.found(Double(path.bitsPerSecond), at: now)
    return change(to: video(of: Double(path.bitsPerSecond) * Self.share), .slowPath, at: now)
  }

  private mutating func change(to bitrate: Bitrate, _ reason: RateDecision.Reason, at now: MediaTime) -> RateDecision? {
    // What differs by less is noise.
    let difference = abs(bitrate.bitsPerSecond - allowed.bitsPerSecond)
    if !limits.changesLive, reason != .requested, bitrate != limits.requested {
      // Each change opens an encoder and sends a keyframe; how often the picture changes has to do the rest.
      let isRaise = bitrate > allowed
      guard difference * 4 >= allowed.bitsPerSecond, !isRaise || changedAt.map({ now - $0 > .seconds(10) }) ?? true
      else { return nil }
    }
    let isNoise = difference * 200 < allowed.bitsPerSecond
    guard !isNoise || bitrate == limits.requested, bitrate != allowed else { return nil }
    let decision = RateDecision(
      time: now, bitrate: bitrate, before: allowed, path: path, delay: delay, reason: reason)
    if reason == .recovered { path = nil }
    (allowed, changedAt) = (bitrate, now)
    return decision
  }
}
