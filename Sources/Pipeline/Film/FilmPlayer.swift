internal import Media
internal import Settings

/// An open film in a loop, for one track: what comes next and when it is due.
///
/// A film that gives nothing for a while, as on a network mount that is gone, goes on where it was; one that was opened
/// anew begins anew, sound and picture together. Times come in, so that it runs on any clock; owned by the track's
/// thread. The film is let go with it.
final class FilmPlayer<Item: Sendable> {
  /// What is to be shown or heard, and when on the CLOCK_MONOTONIC timeline.
  struct Next {
    let item: Item
    let due: MediaTime
  }

  /// Up to this long what is late is made up for; beyond that everything happens later.
  private static var longestDelay: Duration { .seconds(2) }

  private let clock: FilmClock
  private let feed: FilmReadAhead<Item>
  private var loop: Int?
  private var isStill = false
  /// Nothing is known to come, although something should.
  private(set) var isStarved = false

  init(_ feed: FilmReadAhead<Item>, on clock: FilmClock) { (self.feed, self.clock) = (feed, clock) }

  deinit { feed.abandon() }

  /// The film begins at `start`, or with the other track's, unless it has begun.
  func begin(at start: MediaTime) { loop = loop ?? clock.join(at: start).number }

  /// What comes next; `nil` while nothing is known to come.
  /// - Throws: why the film cannot be read any further.
  func next(at now: MediaTime) throws(SourceFailure) -> Next? {
    var loop = loop ?? clock.join(at: now).number
    defer { self.loop = loop }
    if let other = clock.overtaking(loop, at: now) {
      loop = other.number
      feed.rewind()
    }
    while let event = feed.first {
      switch event {
      case .item(let item, let time):
        (isStill, isStarved) = (false, false)
        return place(item, time, in: loop, at: now)
      case .still: isStill = true
      case .end(let length):
        let end = clock.start(of: loop) + length
        loop = clock.follow(loop, at: now - end > Self.longestDelay ? now : end).number
      case .failed(let error): throw SourceFailure(reason: OperatorFailure(media: error), isLoss: true)
      }
      feed.drop()
    }
    isStarved = !isStill
    return nil
  }

  /// Lets go of what ``next(at:)`` gave.
  func drop() { feed.drop() }

  private func place(_ item: Item, _ time: MediaTime, in loop: Int, at now: MediaTime) -> Next {
    let due = clock.start(of: loop) + (time - .zero)
    guard now - due > Self.longestDelay else { return Next(item: item, due: due) }
    clock.postpone(by: now - due)
    return Next(item: item, due: now)
  }
}
