internal import Interface
internal import Logging
internal import Media
internal import Settings

/// When a source is opened, when it is lost, when it is given up, and what is said of it: one rule for every kind.
///
/// A source is opened beside what goes out, streams, and is waited for when it is gone. "Lost" is said only of what was
/// there. An open that is not answered is waited for, never asked a second time. Pure.
struct SourceStateMachine {
  /// What becomes known of the source.
  enum Event: Equatable {
    case start
    /// It is open, and is called this.
    case opened(String)
    case refused(SourceFailure)
    case media
    /// Time passed without anything.
    case nothing
    case failed(SourceFailure)
  }

  /// What is to be done.
  enum Effect: Equatable {
    /// Ask for it to be opened, on a thread of its own.
    case open
    case mark(SourceState)
    case describe(String)
    case log(Logger.Level, String, reason: String? = nil)
    /// It ends whatever needs it.
    case giveUp(OperatorFailure)
  }

  private enum State: Equatable {
    case idle
    case opening(since: MediaTime, isOverdue: Bool)
    /// Open; the time is when it last gave something, or was opened.
    case streaming(last: MediaTime, hasMedia: Bool)
    /// Open, gives nothing, and is waited for as it is.
    case silent
    case waiting(until: MediaTime)
    case ended
  }

  /// A source that cannot be opened is tried again after this long, one that was lost sooner.
  private static let (retryInterval, reopenInterval): (Duration, Duration) = (.seconds(2), .seconds(1))

  let traits: SourceTraits
  /// A source that never gave anything ends the production instead of being waited for.
  let mayGiveUp: Bool
  private var state = State.idle
  /// It gave something once.
  private var wasThere = false
  /// It was said to be lost, and not yet to be back.
  private var isMissed = false
  private var lastSaid: String?

  init(_ traits: SourceTraits, mayGiveUp: Bool) { (self.traits, self.mayGiveUp) = (traits, mayGiveUp) }

  /// Whether it is open, for all that is known.
  var isOpen: Bool {
    switch state {
    case .streaming, .silent: true
    case .idle, .opening, .waiting, .ended: false
    }
  }

  /// Whether opening is under way and may still take its time: nothing else stands in for the source yet.
  var isExpected: Bool {
    if case .opening(_, false) = state { return !wasThere && lastSaid == nil }
    return false
  }

  mutating func handle(_ event: Event, at now: MediaTime) -> [Effect] {
    switch (state, event) {
    case (.idle, .start):
      state = .opening(since: now, isOverdue: false)
      return [.mark(.opening), .open]
    case (.opening, .opened(let name)):
      state = .streaming(last: now, hasMedia: false)
      return [
        .describe(name),
        traits.announcement.map { .log(.notice, $0) } ?? .log(.info, "\(traits.medium.rawValue) from \(name)"),
      ]
    case (.opening, .refused(let failure)):
      return wait(after: failure, at: now)
    case (.opening(let since, false), .nothing) where now - since >= traits.openTimeout:
      state = .opening(since: since, isOverdue: true)
      return miss(SourceFailure(reason: traits.hanging))
    case (.streaming(let last, let hasMedia), .nothing):
      guard now - last >= (hasMedia ? traits.silenceTimeout : traits.firstMediaTimeout) else { return [] }
      let failure = SourceFailure(reason: wasThere ? traits.gone : traits.mute, isLoss: true)
      guard traits.reopensWhenSilent else {
        state = .silent
        return miss(failure)
      }
      return wait(after: failure, at: now)
    case (.streaming(_, true), .media):
      state = .streaming(last: now, hasMedia: true)
      return []
    case (.streaming, .media), (.silent, .media):
      state = .streaming(last: now, hasMedia: true)
      return arrive()
    case (.streaming, .failed(let failure)), (.silent, .failed(let failure)):
      return wait(after: failure, at: now)
    case (.waiting(let until), .nothing) where now >= until:
      state = .opening(since: now, isOverdue: false)
      return [.open]
    default: return []
    }
  }

  private mutating func arrive() -> [Effect] {
    defer { (wasThere, isMissed, lastSaid) = (true, false, nil) }
    return [.mark(.running)] + (isMissed ? [.log(.notice, "\(traits.name) is back")] : [])
  }

  private mutating func wait(after failure: SourceFailure, at now: MediaTime) -> [Effect] {
    state = .waiting(until: now + (wasThere ? Self.reopenInterval : Self.retryInterval))
    return miss(failure)
  }

  /// The source gives nothing, for this reason: says so once.
  private mutating func miss(_ failure: SourceFailure) -> [Effect] {
    if mayGiveUp, !wasThere || !(failure.isLoss || isMissed) {
      state = .ended
      return [.giveUp(failure.reason)]
    }
    let reason = failure.reason.description
    defer { lastSaid = reason }
    guard !wasThere else {
      // While it is missed its name stays, and that it is not back yet is no news.
      guard !isMissed else { return [] }
      isMissed = true
      guard failure.isLoss else { return [.mark(.lost), .log(.error, "no \(traits.medium.rawValue): \(reason)")] }
      return [.mark(.lost), .log(.error, "\(traits.name) lost, \(traits.medium.bridge)", reason: reason)]
    }
    guard reason != lastSaid else { return [] }
    if failure.isAbsence {
      let calm = "no \(traits.name) found: waiting for one"
      return [.mark(.waiting), .describe(calm), .log(.notice, calm)]
    }
    return [
      .mark(.waiting), .describe(reason), .log(.error, "no \(traits.medium.rawValue): \(reason)"),
    ]
  }
}
