/// The median of the last durations.
package struct LatencyWindow {
  /// Durations that are kept.
  package static let capacity = 128

  private var nanoseconds: [Int64] = []
  private var next = 0

  /// A window without any.
  package init() {}

  /// Adds one, in place of the oldest where the window is full.
  package mutating func add(_ duration: Duration) {
    if nanoseconds.count < Self.capacity {
      nanoseconds.append(duration.wholeNanoseconds)
    } else {
      nanoseconds[next] = duration.wholeNanoseconds
      next = (next + 1) % Self.capacity
    }
  }

  /// The lower median; `nil` where there is none.
  package var median: Duration? {
    nanoseconds.isEmpty ? nil : .nanoseconds(nanoseconds.sorted()[(nanoseconds.count - 1) / 2])
  }
}
