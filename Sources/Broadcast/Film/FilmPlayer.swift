internal import Media
internal import Settings

/// A film in a loop, for one lane: what comes next and when it is due; and the way back where it cannot be read.
///
/// A film that fails on the way is opened again each second, and begins anew, sound and picture together. One that gives
/// nothing for a while, as a network mount that is gone, is waited for, and goes on where it was. Times come in, so that
/// it runs on any clock; owned by the lane's thread.
struct FilmPlayer<Item: Sendable> {
  /// What becomes known of the film.
  enum Report: Equatable {
    case opened(String)
    case lost(String)
    case back
  }

  /// What is to be shown or heard, and when on the CLOCK_MONOTONIC timeline.
  struct Next {
    let item: Item
    let due: MediaTime
  }

  /// A film that fails is opened again after this long.
  private static var reopenInterval: Duration { .seconds(1) }
  /// A film that gives nothing for this long is lost.
  private static var lostAfter: Duration { .seconds(3) }
  /// Up to this long what is late is made up for; beyond that everything happens later.
  private static var longestDelay: Duration { .seconds(2) }

  private let clock: FilmClock
  private let open: () -> FilmFeed<Item>
  private let report: (Report) -> Void
  /// `nil` while the film cannot be opened.
  private var feed: FilmFeed<Item>?
  private var nextTry = MediaTime.zero
  private var loop = 0
  private var hasBegun = false
  private var isStill = false
  /// Why it is lost, as it was reported.
  private var failure: String?
  /// What comes next is the first of a film that was opened again.
  private var isAnew = false
  private var lastItem = MediaTime.zero

  /// Begins to open the film.
  init(
    clock: FilmClock, open: @escaping () -> FilmFeed<Item>, report: @escaping (Report) -> Void
  ) {
    self.clock = clock
    self.open = open
    self.report = report
    feed = open()
  }

  /// The film's thread is to end.
  func cancel() { feed?.cancel() }

  /// Whether the film gave its first item, so that it can begin.
  /// - Throws: why it cannot be opened.
  mutating func isReady() throws -> Bool {
    while let event = feed?.first {
      switch event {
      case .item: return true
      case .failed(let error): throw error
      case .opened(let text): report(.opened(text))
      case .still, .end: break
      }
      feed?.drop()
    }
    return false
  }

  /// The film begins at `start`, or with the other lane's.
  mutating func begin(at start: MediaTime) {
    loop = clock.join(at: start).number
    hasBegun = true
    lastItem = start
  }

  /// What comes next; `nil` while nothing is known to come.
  mutating func next(at now: MediaTime) -> Next? {
    if let other = clock.overtaking(loop, at: now) {
      loop = other.number
      feed?.rewind()
    }
    if feed == nil, now >= nextTry {
      isAnew = true
      feed = open()
    }
    while let event = feed?.first {
      switch event {
      case .item(let item, let time): return place(item, time, at: now)
      case .opened(let text): if failure == nil { report(.opened(text)) }
      case .still: isStill = true
      case .end(let length):
        let end = clock.start(of: loop) + length
        loop = clock.follow(loop, at: now - end > Self.longestDelay ? now : end).number
      case .failed(let error):
        lose(OperatorFailure(any: error).description)
        feed?.cancel()
        feed = nil
        nextTry = now + Self.reopenInterval
        return nil
      }
      feed?.drop()
    }
    if !isStill, failure == nil, now - lastItem > Self.lostAfter {
      lose("it gives nothing: check the disk or network it is on")
    }
    return nil
  }

  /// Lets go of what ``next(at:)`` gave.
  mutating func drop() { feed?.drop() }

  private mutating func place(_ item: Item, _ time: MediaTime, at now: MediaTime) -> Next {
    isStill = false
    lastItem = now
    if isAnew { loop = clock.join(at: now).number }
    isAnew = false
    if failure != nil {
      failure = nil
      report(.back)
    }
    let due = clock.start(of: loop) + (time - .zero)
    guard now - due > Self.longestDelay else { return Next(item: item, due: due) }
    clock.postpone(by: now - due)
    return Next(item: item, due: now)
  }

  private mutating func lose(_ reason: String) {
    guard failure != reason else { return }
    failure = reason
    report(.lost(reason))
  }
}
