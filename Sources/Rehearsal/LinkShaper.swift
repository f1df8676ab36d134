internal import Media

/// How many bytes a link of so much a second lets through now.
///
/// Pure: times come from outside.
struct LinkShaper {
  /// What may be let through at once after a pause.
  static let burst = Duration.milliseconds(20)

  private var last: MediaTime?
  private var credit = 0.0

  /// What may pass now; `nil` is whatever there is.
  mutating func allowance(_ link: RehearsalPlan.Link, at now: MediaTime) -> Int? {
    defer { last = now }
    guard !link.isStopped, !link.isDown else {
      credit = 0
      return 0
    }
    guard let rate = link.rate else {
      credit = 0
      return nil
    }
    let bytesPerSecond = Double(rate.bitsPerSecond) / 8
    credit += bytesPerSecond * (last.map { now - $0 } ?? .zero).inSeconds
    credit = min(credit, max(1500, bytesPerSecond * Self.burst.inSeconds))
    return Int(max(0, credit))
  }

  /// So many bytes have passed.
  mutating func passed(_ bytes: Int) { credit -= Double(bytes) }
}
