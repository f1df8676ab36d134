internal import Media

/// When an issuer's keys are fetched, and who waits for that.
///
/// Pure. Whoever shows a token that a known key signed never waits; nobody has the issuer asked more often than the
/// intervals say; keys that cannot be fetched anew are used on, but not for ever.
struct KeyRefresh: Equatable, Sendable {
  /// A token that names an unknown key has the keys fetched, but not more often than this.
  static let interval: Duration = .seconds(60)
  /// As long as there are no keys at all nobody can be let in: they are fetched again sooner.
  static let retryInterval: Duration = .seconds(5)
  /// After so long they are fetched anew: one that the issuer took back is good for nothing.
  static let lifetime: Duration = .seconds(3600)
  /// After so long without success they are not believed any more.
  static let longestUse: Duration = .seconds(24 * 3600)

  enum Need: Equatable, Sendable {
    /// A token's key is among those that there are, or is not.
    case login(isKnown: Bool)
    /// Nobody is there; time has passed.
    case upkeep
  }

  enum Step: Equatable, Sendable {
    /// Decide by what is there.
    case goOn
    /// Fetch, and decide by what is there.
    case fetch
    /// Fetch, and decide by what comes.
    case fetchAndWait
    /// A fetch is under way: decide by what comes.
    case wait
  }

  /// Whether there are keys.
  private(set) var hasKeys = false
  private var isFetching = false
  private var taken = MediaTime.zero
  private var tried: MediaTime?

  /// What to do; a step that fetches has to be followed by ``fetched(_:at:)``.
  mutating func step(for need: Need, at now: MediaTime) -> Step {
    if hasKeys && now - taken >= Self.longestUse { hasKeys = false }
    let mayFetch = !isFetching && tried.map { now - $0 >= (hasKeys ? Self.interval : Self.retryInterval) } ?? true
    let isDue = mayFetch && (!hasKeys || now - taken >= Self.lifetime)
    let step: Step =
      switch need {
      case .login(isKnown: true) where hasKeys: isDue ? .fetch : .goOn
      case .login: isFetching ? .wait : mayFetch ? .fetchAndWait : .goOn
      case .upkeep: isDue ? .fetch : .goOn
      }
    if step == .fetch || step == .fetchAndWait {
      isFetching = true
      tried = now
    }
    return step
  }

  /// A fetch is over.
  mutating func fetched(_ isSuccess: Bool, at now: MediaTime) {
    isFetching = false
    guard isSuccess else { return }
    hasKeys = true
    taken = now
  }
}
