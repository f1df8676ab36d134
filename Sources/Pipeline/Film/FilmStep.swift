internal import Codec
internal import Media

/// What has to be done now so that a film fills the session's slots, by the rule that cameras obey.
enum FilmStep {
  /// Show a picture in `slot`, and the one before it in the `missing` slots before that.
  case show(FilmPicture, slot: Int64, missing: Int64)
  /// Show the last picture in `slot` once more: the next one comes too late for it.
  case again(slot: Int64)
  /// Nothing to do until then; slots may be overdue.
  case wait(until: MediaTime)

  /// How long to wait for a film that gives nothing.
  private static let pause: Duration = .milliseconds(5)

  /// Decides at `now`; pictures that are not shown are let go on the way.
  /// - Parameter origin: the session's zero on the CLOCK_MONOTONIC timeline.
  static func decide(
    _ player: FilmPlayer<FilmPicture>, _ slots: inout FrameSlots, origin: MediaTime, at now: MediaTime
  ) throws(SourceFailure) -> FilmStep {
    let interval = slots.rate.interval
    var late: FilmPicture?
    while let next = try player.next(at: now) {
      guard next.due <= now else {
        if let slot = slots.takeDue(at: session(now, origin), before: session(next.due, origin)) {
          return .again(slot: slot)
        }
        let slot = origin + (slots.nextTime - .zero)
        return .wait(until: slot > now ? min(slot, next.due) : next.due)
      }
      player.drop()
      if case .slot(let slot, let missing) = slots.place(frameAt: session(next.due, origin)) {
        return .show(next.item, slot: slot, missing: missing)
      }
      late = now - next.due > interval * 2 ? next.item : nil
    }
    // Where decoding is too slow, a picture that comes late is better than none.
    if let late, case .slot(let slot, let missing) = slots.place(frameAt: session(now, origin)) {
      return .show(late, slot: slot, missing: missing)
    }
    return .wait(until: now + pause)
  }

  private static func session(_ time: MediaTime, _ origin: MediaTime) -> MediaTime { .zero + (time - origin) }
}
