internal import Media

/// When an output that failed is tried again.
///
/// After 1 s, 2 s, 4 s … and at most 30 s, and from 1 s again once it has held for 10 s. Times are those of the media,
/// which flows in real time. Pure.
struct ResumeBackoff {
  static let longest: Duration = .seconds(30)
  /// Who holds for so long has recovered.
  static let proof: Duration = .seconds(10)

  private var length: Duration = .seconds(1)
  private var due: MediaTime?
  private var began: MediaTime?

  /// Whether it failed and is not back.
  var isWaiting: Bool { due != nil }

  /// It failed.
  mutating func fail(at time: MediaTime) {
    if let began, time - began >= Self.proof { length = .seconds(1) }
    began = nil
    due = time + length
    length = min(Self.longest, length * 2)
  }

  /// Whether now is the time to try.
  func isDue(at time: MediaTime) -> Bool { due.map { time >= $0 } ?? true }

  /// It is there, or there again.
  mutating func begin(at time: MediaTime) { (due, began) = (nil, time) }
}
