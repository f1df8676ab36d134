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
  package private(set) var delay: Duration?

  private var window = RateWindow()
  private var limits: RateLimits
  private var begun: MediaTime?
  /// Since when what has piled up is being made up for.
  private var drainingSince: MediaTime?
  private var changedAt: MediaTime?
  private var loweredAt: MediaTime?
  /// When little was last on the way although much waited.
  private var heldBackAt: MediaTime?
  private var loadedAt: MediaTime?

  /// Allows what is requested.
  package init(_ limits: RateLimits) {
    self.limits = limits
    allowed = limits.requested
  }

  /// Another connection begins: what was measured on the one before it is kept as an idea of the path.
  package mutating func connected() {
    window.removeAll()
    (begun, drainingSince, loweredAt, heldBackAt) = (nil, nil, nil, nil)
    (pictureInterval, delay) = (.zero, nil)
  }

  /// Takes a sample; a decision where the bitrate changes.
  package mutating func handle(_ sample: RateSample, _ limits: RateLimits) -> RateDecision? {
    let before = self.limits
    self.limits = limits
    begun = begun ?? sample.time
    window.frameInterval = limits.frameInterval
    window.add(sample)
    if window.isLoaded(over: .milliseconds(150)) { loadedAt = sample.time }
    if sample.unsent > 2 * (sample.outstanding - sample.unsent) { heldBackAt = sample.time }
    estimateDelay()
    pictureInterval = intervalOfPictures()
    if limits != before, let decision = follow(before, at: sample.time) { return decision }
    if let slow = slowPath() { return lower(slow.rate, slow.reason, at: sample.time) }
    if drainingSince != nil { return drain(at: sample.time) }
    return raise(at: sample.time)
  }

  /// What the stream costs in all, in bits a second.
  private var due: Double { Double(allowed.bitsPerSecond + limits.sound.bitsPerSecond) * Self.overhead }

  /// What is left of `total` for the picture, within the limits.
  private func video(of total: Double) -> Bitrate {
    let video = total / Self.overhead - Double(limits.sound.bitsPerSecond)
    // Steps of 10 kbit/s are what a person reads.
    let rounded = Bitrate.kilobits(Int((max(0, video) / 10_000).rounded()) * 10)
    return max(limits.minimum, min(limits.requested, rounded))
  }

  // MARK: What is seen

  /// What the path takes, if that is less than what is due; without a rate where nothing arrives at all.
  private func slowPath() -> (rate: Double?, reason: RateDecision.Reason)? {
    guard let now = window.newest else { return nil }
    let roundTrip = now.minimumRoundTrip ?? .milliseconds(100)
    let rested = loweredAt.map { now.time - $0 } ?? .seconds(60)
    let silence = window.silence
    if silence > roundTrip + .milliseconds(400), rested > .milliseconds(500) { return (nil, .silence(silence)) }
    guard drainingSince == nil, rested > .milliseconds(200) + roundTrip else { return nil }
    if let begun, now.time - begun < Self.beginning {
      // It learns what it may send at once: what grows is not what the path takes.
      let span = max(.milliseconds(400), roundTrip * 2)
      guard !window.isGrowing(over: span), let rate = window.rateUnderLoad(over: span), rate < due * 0.6 else {
        return nil
      }
      return (rate, .slowPath)
    }
    if let rate = suddenlySlow(now) { return (rate, .slowPath) }
    // Just after a queue was emptied TCP still repairs what was lost in it.
    if window.isCongested(now) || window.hasRetransmits(within: .milliseconds(400)),
      !hasHeldBack(within: .milliseconds(800))
    {
      if rested > .milliseconds(1500), let rate = shortfall(over: .milliseconds(200), below: 0.6) {
        return (rate, .slowPath)
      }
      if rested > .milliseconds(800), let rate = shortfall(over: .milliseconds(500), below: 0.94) {
        return (rate, .slowPath)
      }
      if let rate = shortfall(over: Self.keyframeSpan, below: 1), (delay ?? .zero) > roundTrip + .milliseconds(40) {
        return (rate, .slowPath)
      }
    }
    // A receiver that reads too slowly makes no round trip longer.
    if let rate = window.rateUnderLoad(over: .milliseconds(1500)), rate < due * 0.85, !hasHeldBack(within: .seconds(2))
    {
      return (rate, .slowPath)
    }
    if let queue = now.proxyQueue, queue > .milliseconds(500),
      let rate = window.rate(over: .milliseconds(500)), rate < due
    {
      return (rate, .slowPath)
    }
    return nil
  }

  /// What arrives over `span`, if it is less than `share` of what is due and the path has the rest.
  ///
  /// That is so where bytes wait unsent all the time, or less arrives than was sent a round trip before; a round trip that
  /// is long says nothing.
  private func shortfall(over span: Duration, below share: Double) -> Double? {
    guard let rate = window.rateUnderLoad(over: span), rate < due * share, let now = window.newest else { return nil }
    if window.isUnsent(over: span) { return rate }
    // At its best, and as it is now: a keyframe must not be on one side alone.
    let roundTrips = [now.minimumRoundTrip ?? .zero, now.roundTrip ?? .zero]
    let isShort = roundTrips.allSatisfy { roundTrip in
      window.sentRate(over: span, ago: roundTrip + .milliseconds(20)).map { rate < $0 * 0.92 } ?? false
    }
    return isShort ? rate : nil
  }

  /// Whether the sender held back by itself of late, as BBR does each ten seconds to measure the round trip: little is on the
  /// way although much waits, and nothing was lost.
  private func hasHeldBack(within span: Duration) -> Bool {
    guard let heldBackAt, let now = window.newest, now.time - heldBackAt < span else { return false }
    return !window.hasRetransmits(within: .seconds(1))
  }

  /// What arrives on a link that has become much slower from one moment to the next: far less than was sent a round trip
  /// before, without a pause, and what is outstanding needs long at that rate.
  private func suddenlySlow(_ now: RateSample) -> Double? {
    let (span, roundTrip) = (Duration.milliseconds(90), now.minimumRoundTrip ?? .zero)
    guard now.outstanding > 2 * now.unsent, let rate = window.steadyRate(over: span), rate < due * 0.4 else {
      return nil
    }
    // A source that paused is seen a round trip later, give or take what the path varies by.
    for more in [Duration.zero, .milliseconds(30), .milliseconds(60)] {
      guard let sent = window.sentRate(over: span, ago: roundTrip + more), rate < sent * 0.45 else { return nil }
    }
    return .seconds(Double(now.outstanding) * 8 / rate) - roundTrip > .milliseconds(350) ? rate : nil
  }

  /// How long what is outstanding needs at the rate of the last moments.
  private mutating func estimateDelay() {
    guard let now = window.newest else { return }
    let measured =
      window.rateUnderLoad(over: .milliseconds(500)) ?? window.rateUnderLoad(over: .milliseconds(200))
      ?? window.rateUnderLoad(over: .milliseconds(110))
    // What arrives less than the path can take says nothing while nothing waits.
    let known = drainingSince == nil ? nil : path.map { Double($0.bitsPerSecond) }
    guard let rate = known ?? measured, window.isLoaded(now) || known != nil else { return delay = nil }
    delay = .seconds(min(60, Double(now.outstanding) * 8 / max(rate, 10_000)))
  }

  // MARK: What is done

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
    switch delay ?? .zero {
    case ...Duration.milliseconds(200): Self.share
    case ...Duration.milliseconds(500): 0.85
    default: 0.7
    }
  }

  /// Measures the path while it is the narrow place, until nothing waits any more.
  private mutating func drain(at now: MediaTime) -> RateDecision? {
    guard let since = drainingSince.map({ now - $0 }) else { return nil }
    if since > .milliseconds(200), let rate = window.rateUnderLoad(over: min(since, .milliseconds(1500))) {
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
    if let path, due > Double(path.bitsPerSecond) * 1.1 { self.path = nil }
    let growth = growth(at: now)
    guard growth > 1 else { return nil }
    let least = Bitrate(bitsPerSecond: allowed.bitsPerSecond + 10_000)
    let next = min(limits.requested, max(least, video(of: due * growth)))
    return change(to: next, next == limits.requested ? .recovered : .probing, at: now)
  }

  /// Near what the path took last a little; beyond that it is another path, and below it there is nothing to be careful of.
  private func growth(at now: MediaTime) -> Double {
    guard loadedAt.map({ now - $0 > .seconds(1) }) ?? true else { return 1 }
    guard limits.changesLive else { return changedAt.map { now - $0 > .seconds(10) } ?? true ? 1.5 : 1 }
    guard let path, (0.9...1.1).contains(due / Double(max(1, path.bitsPerSecond))) else { return 1.18 }
    return 1.01
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
