internal import Media

/// The samples of the last seconds, and what follows from them.
struct RateWindow {
  /// Older samples are let go.
  static let length = Duration.seconds(3)

  /// Oldest first.
  private var samples: [RateSample] = []
  /// From one picture to the next: on a path that is just fast enough each takes as long to be sent.
  var frameInterval = Duration.milliseconds(33)

  /// The newest sample.
  var newest: RateSample? { samples.last }

  mutating func add(_ sample: RateSample) {
    // Counters that go back are another connection's.
    if let last = samples.last, sample.acknowledged < last.acknowledged || sample.time <= last.time { samples = [] }
    samples.append(sample)
    samples.removeAll { sample.time - $0.time > Self.length }
  }

  /// Whether the round trip takes so much longer that there is a queue in it.
  func isCongested(_ sample: RateSample) -> Bool {
    sample.roundTripGrowth > max(.milliseconds(25), frameInterval * 4 / 3, (sample.minimumRoundTrip ?? .zero) / 8)
  }

  /// Whether something waits, in this machine or in a queue on the way.
  func isLoaded(_ sample: RateSample) -> Bool { sample.unsent > 0 || isCongested(sample) }

  mutating func removeAll() { samples = [] }

  /// The samples of the last `span`; `nil` where the window does not reach so far.
  private func last(_ span: Duration) -> ArraySlice<RateSample>? {
    guard let newest, let first = samples.firstIndex(where: { newest.time - $0.time <= span }), first > 0,
      first < samples.count - 1
    else { return nil }
    return samples[first...]
  }

  /// What the path takes, in bits a second: what arrived over the last `span`, if something waited all the time, in this
  /// machine or on the way; `nil` else, and where nothing arrived.
  func rateUnderLoad(over span: Duration) -> Double? {
    guard let slice = last(span), slice.allSatisfy(isLoaded) else { return nil }
    return Self.rate(of: slice)
  }

  /// What arrived a second over the last `span`, in bits; `nil` where nothing did.
  func rate(over span: Duration) -> Double? { last(span).flatMap(Self.rate(of:)) }

  /// What arrived a second over the last `span`, in bits, if something did all the time: a link that is slow, and not one
  /// that pauses.
  func steadyRate(over span: Duration) -> Double? {
    guard let slice = last(span), let newest, var before = slice.first else { return nil }
    var arrivals = 0
    for sample in slice where sample.delivered > before.delivered {
      guard sample.time - before.time < Self.longestPause else { return nil }
      (before, arrivals) = (sample, arrivals + 1)
    }
    return arrivals >= 3 && newest.time - before.time < Self.longestPause ? Self.rate(of: slice) : nil
  }

  /// What was sent a second, in bits, in the `span` that ended `ago`.
  func sentRate(over span: Duration, ago: Duration) -> Double? {
    guard let newest, let end = samples.lastIndex(where: { newest.time - $0.time >= ago }),
      let start = samples[...end].lastIndex(where: { samples[end].time - $0.time >= span })
    else { return nil }
    let (from, to) = (samples[start], samples[end])
    return to.sent >= from.sent ? Double(to.sent - from.sent) * 8 / (to.time - from.time).inSeconds : nil
  }

  /// Acknowledgements of a slow link come with pauses no longer than that.
  private static let longestPause = Duration.milliseconds(60)

  private static func rate(of slice: ArraySlice<RateSample>) -> Double? {
    guard let first = slice.first, let last = slice.last else { return nil }
    guard last.delivered > first.delivered else { return nil }
    return Double(last.delivered - first.delivered) * 8 / (last.time - first.time).inSeconds
  }

  /// Whether what arrives becomes more and more, as on a connection that has just begun: over the last `span` much more than
  /// over the one before it.
  func isGrowing(over span: Duration) -> Bool {
    guard let now = rateUnderLoad(over: span), let both = rateUnderLoad(over: span * 2) else { return true }
    return now > (2 * both - now) * 1.2
  }

  /// Whether something waited all the time over the last `span`.
  func isLoaded(over span: Duration) -> Bool { last(span)?.allSatisfy(isLoaded) ?? false }

  /// Whether nothing ever waited over the last `span`.
  func isEmpty(over span: Duration) -> Bool { last(span)?.allSatisfy { !isLoaded($0) } ?? false }

  /// Whether there was a moment within `span` when nothing waited; false where that is not known.
  func wasEmpty(within span: Duration) -> Bool { last(span)?.contains { !isLoaded($0) } ?? false }

  /// Whether segments were sent again within `span`.
  func hasRetransmits(within span: Duration) -> Bool {
    guard let newest, let first = last(span)?.first else { return false }
    return newest.retransmits > first.retransmits
  }

  /// For how long nothing has arrived although something is outstanding.
  var silence: Duration {
    guard let newest, newest.outstanding > 0 else { return .zero }
    guard let before = samples.last(where: { $0.delivered < newest.delivered || $0.outstanding == 0 }) else {
      return samples.first.map { newest.time - $0.time } ?? .zero
    }
    return newest.time - before.time
  }
}
