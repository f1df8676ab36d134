internal import Media

/// What is seen of the path.
extension RateControl {
  /// How much less than what is due is slow: the less, the longer it was seen; each only so long after a decrease, whose
  /// effect comes late.
  private static let shortfalls: [(span: Duration, share: Double, rest: Duration)] = [
    (.milliseconds(200), 0.6, .milliseconds(1500)), (.milliseconds(500), 0.94, .milliseconds(800)),
  ]
  /// Nothing is acknowledged for so much longer than a round trip: a pause of TCP's own is shorter.
  private static let longestSilence = Duration.milliseconds(400)
  /// A receiver that reads too slowly takes less than this part of what is due for so long.
  private static let slowReader = (span: Duration.milliseconds(1500), share: 0.85)
  /// A new connection on a path that takes less than this part of what is due need not be watched until it has begun.
  private static let hopelessShare = 0.75
  /// What a proxy says that it holds for its ingest: more is a slow ingest.
  private static let longestProxyQueue = Duration.milliseconds(500)
  /// The least rate that is one.
  static let trickle = 50_000.0
  /// A round trip that the kernel has not measured yet is taken for this.
  private static let unknownRoundTrip = Duration.milliseconds(100)

  /// What the path takes, if that is less than what is due; without a rate where nothing arrives at all.
  func slowPath() -> (rate: Double?, reason: RateDecision.Reason)? {
    guard let now = window.newest else { return nil }
    let roundTrip = now.minimumRoundTrip ?? Self.unknownRoundTrip
    let rested = loweredAt.map { now.time - $0 } ?? .seconds(60)
    let silence = window.silence
    if silence > roundTrip + Self.longestSilence, rested > .milliseconds(500) { return (nil, .silence(silence)) }
    guard drainingSince == nil, rested > .milliseconds(200) + roundTrip else { return nil }
    if let begun, now.time - begun < Self.beginning { return hopelessPath(roundTrip).map { ($0, .slowPath) } }
    let rate = suddenlySlow(now) ?? queueOnTheWay(now, rested: rested) ?? slowReader() ?? slowIngest(now)
    // A path that carries next to nothing is one that carries nothing: what it takes is not known.
    return rate.flatMap { $0 < Self.trickle ? nil : ($0, .slowPath) }
  }

  /// What arrives on a connection that has just begun, if it is far too little and grows no more: until then it learns what
  /// it may send at once, and what arrives is not what the path takes.
  private func hopelessPath(_ roundTrip: Duration) -> Double? {
    let span = max(.milliseconds(400), roundTrip * 2)
    guard !window.isGrowing(over: span), let rate = window.rateUnderLoad(over: span), rate < due * Self.hopelessShare
    else { return nil }
    return rate
  }

  /// What arrives while there is a queue on the way, if it is less than what is due.
  private func queueOnTheWay(_ now: RateSample, rested: Duration) -> Double? {
    // Just after a queue was emptied TCP still repairs what was lost in it.
    guard window.isCongested(now) || window.hasRetransmits(within: .milliseconds(400)),
      !hasHeldBack(within: .milliseconds(800))
    else { return nil }
    for rule in Self.shortfalls where rested > rule.rest {
      if let rate = shortfall(over: rule.span, below: rule.share) { return rate }
    }
    let roundTrip = now.minimumRoundTrip ?? Self.unknownRoundTrip
    guard (delay ?? .zero) > roundTrip + .milliseconds(40) else { return nil }
    return shortfall(over: Self.keyframeSpan, below: 1)
  }

  /// What a receiver takes that reads too slowly, which makes no round trip longer.
  private func slowReader() -> Double? {
    guard let rate = window.rateUnderLoad(over: Self.slowReader.span), rate < due * Self.slowReader.share,
      !hasHeldBack(within: .seconds(2))
    else { return nil }
    return rate
  }

  /// What goes to a proxy whose ingest is slow.
  private func slowIngest(_ now: RateSample) -> Double? {
    guard let queue = now.proxyQueue, queue > Self.longestProxyQueue,
      let rate = window.rate(over: .milliseconds(500)), rate < due
    else { return nil }
    return rate
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
  mutating func estimateDelay() {
    guard let now = window.newest else { return }
    let measured =
      window.rateUnderLoad(over: .milliseconds(500)) ?? window.rateUnderLoad(over: .milliseconds(200))
      ?? window.rateUnderLoad(over: .milliseconds(110))
    // What arrives less than the path can take says nothing while nothing waits.
    let known = drainingSince == nil ? nil : path.map { Double($0.bitsPerSecond) }
    guard let rate = known ?? measured, window.isLoaded(now) || known != nil else { return delay = nil }
    delay = .seconds(min(60, Double(now.outstanding) * 8 / max(rate, 10_000)))
  }
}
