package import Media

/// How long to wait before a production that failed begins anew: longer each time, as long as it fails soon.
package struct RestartDelay: Sendable {
  /// After the first failure; each further one doubles it.
  static let first: Duration = .seconds(2)
  static let longest: Duration = .seconds(60)
  /// Who ran for this long has worked: the count begins anew.
  static let proven: Duration = .seconds(60)

  private var startedAt: MediaTime?
  private var failures = 0

  package init() {}

  /// A production starts; `now` on CLOCK_MONOTONIC.
  package mutating func started(at now: MediaTime) { startedAt = now }

  /// It failed; the delay before the next one.
  package mutating func failed(at now: MediaTime) -> Duration {
    if let startedAt, now - startedAt >= Self.proven { failures = 0 }
    failures += 1
    return min(Self.longest, Self.first * (1 << min(failures - 1, 6)))
  }
}
