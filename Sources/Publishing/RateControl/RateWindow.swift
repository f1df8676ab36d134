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

  /// The least round trip of each of the last seconds: a path that has become a longer one is no queue.
  private var leastRoundTrips: [(second: Int64, least: Duration)] = []

  mutating func add(_ new: RateSample) {
    var sample = new
    note(new)
    if let base = leastRoundTrips.map(\.least).min() {
      sample.minimumRoundTrip = max(base, new.minimumRoundTrip ?? base)
    }
    if let last = samples.last {
      // Counters that go back are another connection's; a program that was not running saw nothing.
      if sample.acknowledged < last.acknowledged || sample.time <= last.time
        || sample.time - last.time > Self.longestGap
      {
        samples = []
      } else {
        // Segments behind a gap are taken for whole ones, and are not all.
        sample.delivered = max(sample.delivered, last.delivered)
      }
    }
    samples.append(sample)
    samples.removeAll { sample.time - $0.time > Self.length }
  }

  /// Samples further apart say nothing of what was between them.
  private static let longestGap = Duration.milliseconds(250)

  private mutating func note(_ sample: RateSample) {
    guard let roundTrip = sample.roundTrip else { return }
    let second = sample.time.nanoseconds / 1_000_000_000
    if leastRoundTrips.last?.second == second {
      let index = leastRoundTrips.count - 1
      leastRoundTrips[index].least = min(leastRoundTrips[index].least, roundTrip)
    } else {
      leastRoundTrips.append((second, roundTrip))
    }
    leastRoundTrips.removeAll { second - $0.second >= 10 }
  }

  /// Whether the round trip takes so much longer that there is a queue in it.
  func isCongested(_ sample: RateSample) -> Bool {
    sample.roundTripGrowth > max(.milliseconds(25), frameInterval * 4 / 3, (sample.minimumRoundTrip ?? .zero) / 8)
  }

  /// Whether something waits, in this machine or in a queue on the way.
  func isLoaded(_ sample: RateSample) -> Bool { sample.unsent > 0 || isCongested(sample) }

  mutating func removeAll() { (samples, leastRoundTrips) = ([], []) }

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

  /// Whether bytes waited unsent all the time over the last `span`.
  func isUnsent(over span: Duration) -> Bool { last(span)?.allSatisfy { $0.unsent > 0 } ?? false }

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
    // From the first sample that has today's figure: what was before it may have arrived between the two.
    let before = samples.lastIndex { $0.delivered < newest.delivered || $0.outstanding == 0 }
    return newest.time - samples[before.map { $0 + 1 } ?? samples.startIndex].time
  }
}
