internal import Media

/// What is remembered of a path's rate, and when more than it is tried.
///
/// A path that was slow once may have paused: more is tried soon. Found to take the same a second time it is believed: then
/// what is sent stays just below it, and a little more is tried at intervals, for a moment. Pure.
struct PathMemory {
  /// Rates that differ by less are the same.
  private static let tolerance = 0.15
  /// Around the path's rate, what is sent is near it.
  private static let near = 0.9...1.1
  /// Far from what the path took there is nothing to be careful of.
  private static let farGrowth = 1.18
  /// Towards what the path took once.
  private static let unprovenGrowth = 1.06
  /// Towards what it took twice, and no further than ``ceiling``.
  private static let provenGrowth = 1.01
  /// The part of a proven rate that is used between two trials.
  private static let ceiling = 0.98
  /// What a trial adds.
  private static let trialGrowth = 1.05
  /// From one trial to the next.
  private static let trialInterval = Duration.seconds(4)

  /// What was found last.
  private var rate: Double?
  /// Whether it was found twice.
  private(set) var isProven = false
  /// When more is tried again.
  private var trialDue: MediaTime?
  /// Since when more is being tried.
  private(set) var trialSince: MediaTime?

  /// The path took so many bits a second in all while more was there.
  mutating func found(_ found: Double, at now: MediaTime) {
    isProven = rate.map { abs(found / $0 - 1) < Self.tolerance } ?? false
    rate = found
    (trialDue, trialSince) = (now + Self.trialInterval, nil)
  }

  /// By how much what is sent may grow now; `due` is what it comes to, and what the path takes is `path`.
  mutating func growth(_ due: Double, path: Double?, at now: MediaTime) -> Double {
    guard let path, Self.near.contains(due / max(1, path)) else { return Self.farGrowth }
    guard isProven else { return Self.unprovenGrowth }
    if trialSince != nil {
      // What was tried did no harm.
      trialSince = now
      return Self.trialGrowth
    }
    guard due >= path * Self.ceiling / Self.provenGrowth else { return Self.provenGrowth }
    guard trialDue.map({ now >= $0 }) ?? true else { return 1 }
    trialSince = now
    return Self.trialGrowth
  }

  /// More than it ever took goes through: it is another path.
  mutating func exceeded() { (rate, isProven, trialDue, trialSince) = (nil, false, nil, nil) }

  /// Another connection begins.
  mutating func connected() { trialSince = nil }
}
