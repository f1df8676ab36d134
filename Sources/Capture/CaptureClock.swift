internal import Media

/// Decides frame by frame whether a driver's stamp can be true, and takes the reader's own time where it cannot.
///
/// Stamps that stand still, go back, or are suddenly seconds behind would leave the picture standing. Pure.
struct CaptureClock {
  /// A frame is read so much later than those before it, at the most, unless its stamp is wrong.
  private static let delay = Duration.seconds(1)

  private var last: MediaTime?
  private var leastLag: Duration?
  /// Stamps that were not believed.
  private(set) var refused = 0

  /// When a frame was captured that is read at `now`.
  /// - Parameter stamp: the driver's word; `nil` where it has none on this clock.
  mutating func time(stamp: MediaTime?, now: MediaTime) -> MediaTime {
    guard let stamp else { return now }
    let lag = now - stamp
    let hasAdvanced = last.map { stamp > $0 } ?? true
    // Some devices' clocks are translated wrongly: such stamps lie in the future or far in the past.
    guard hasAdvanced, lag >= .zero, lag < .seconds(5), lag <= (leastLag ?? lag) + Self.delay else {
      refused += 1
      return now
    }
    last = stamp
    leastLag = min(leastLag ?? lag, lag)
    return stamp
  }
}
