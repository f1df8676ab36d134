internal import CLinux
public import Web

/// Gives credentials out, from the first source that has some, and gets new ones before they expire.
///
/// Sources are asked in botocore's order; the first that has credentials is the one that is asked again. Callers at the
/// same time share one look. Every source has limits of its own, none over a minute and some seconds.
public actor CredentialChain {
  private let sources: [any CredentialSource]
  private let now: @Sendable () -> Double
  private let warn: @Sendable (String) -> Void
  private var current: AWSCredentials?
  private var chosen: (any CredentialSource)?
  private var lastAttempt: Double?
  private var running: Task<Result<AWSCredentials, CredentialError>, Never>?

  /// Makes a chain that has not looked yet.
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - warn: takes a line where expiring credentials go on being used since there are no new ones; never a secret.
  public init(
    configuration: AWSConfiguration, http: any HTTPCaller,
    now: @escaping @Sendable () -> Double = CredentialChain.wallClock,
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.init(sources: Self.sources(of: configuration, http: http, now: now), now: now, warn: warn)
  }

  init(
    sources: [any CredentialSource], now: @escaping @Sendable () -> Double,
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.sources = sources
    self.now = now
    self.warn = warn
  }

  /// The wall clock, in seconds since 1970.
  public static let wallClock: @Sendable () -> Double = { Double(clinux_wall_seconds()) }

  /// Credentials that have not expired.
  ///
  /// Less than 15 minutes before their end new ones are looked for meanwhile; less than 10 minutes before it the caller
  /// waits for that. Where there are no new ones the old ones are given out until their end, and the next look is at
  /// least a minute later.
  public func credentials() async throws(CredentialError) -> AWSCredentials {
    guard let current else { return try await refresh().get() }
    switch RefreshRule.need(of: current, at: now(), lastAttempt: lastAttempt) {
    case .none: return current
    case .soon:
      start()
      return current
    case .now:
      switch await refresh() {
      case .success(let new): return new
      case .failure(let error):
        // Dropped meanwhile, perhaps.
        guard let old = self.current, !RefreshRule.isExpired(old, at: now()) else { throw error }
        return old
      }
    }
  }

  /// Drops credentials that the service refused, so that the next call looks again, at all sources.
  /// - Parameter refused: the ones of the request; newer ones stay.
  public func invalidate(_ refused: AWSCredentials?) {
    guard refused == nil || refused == current else { return }
    current = nil
    chosen = nil
  }

  /// Waits for a look that runs in the background.
  func settle() async { _ = await running?.value }

  private func refresh() async -> Result<AWSCredentials, CredentialError> { await start().value }

  @discardableResult
  private func start() -> Task<Result<AWSCredentials, CredentialError>, Never> {
    if let running { return running }
    lastAttempt = now()
    let task = Task {
      let result = await look(at: chosen.map { [$0] } ?? sources, isFirst: chosen == nil)
      finish(result)
      return result
    }
    running = task
    return task
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }

  private func finish(_ result: Result<AWSCredentials, CredentialError>) {
    running = nil
    switch result {
    case .success(let new): current = new
    case .failure(let error):
      guard let current, let end = current.expiration else { return }
      let rest = Int(end - now())
      guard rest > 0, Double(rest) <= RefreshRule.mandatory else { return }
      warn("AWS credentials of \(current.source) expire in \(rest) s, and there are no new ones: \(error)")
    }
  }

  private func look(
    at sources: [any CredentialSource], isFirst: Bool
  ) async -> Result<AWSCredentials, CredentialError> {
    var places: [String] = []
    do throws(CredentialError) {
      for source in sources {
        switch try await source.find() {
        case .found(let credentials):
          guard !RefreshRule.isExpired(credentials, at: now()) else { throw .expired(source: credentials.source) }
          // Both become parts of headers.
          guard [credentials.accessKeyID, credentials.sessionToken ?? "-"].allSatisfy(Self.isWord) else {
            throw .failed(
              source: credentials.source,
              reason: "the access key id or the session token has a space or another character that none has")
          }
          chosen = source
          return .success(credentials)
        case .nothing(let place):
          if let place { places.append(place) }
        }
      }
      guard isFirst else { throw .failed(source: places.joined(), reason: "it has no credentials any more") }
      throw .noneFound(lookedAt: places)
    } catch { return .failure(error) }
  }
}
