internal import Media

/// Timed metadata that waits for its turn: at most four a second for a channel, of the five that IVS takes.
///
/// Pure.
struct MetadataQueue: Equatable, Sendable {
  /// What may wait.
  static let limit = 50
  /// Bytes of UTF-8 that one may have.
  static let longest = 1024
  /// What could not be sent for so long is of no use to viewers any more.
  static let lifetime: Duration = .seconds(60)
  private static let distance: Duration = .milliseconds(250)

  /// A text and when it was put in.
  struct Entry: Equatable, Sendable {
    let text: String
    let time: MediaTime
  }

  private var waiting: [Entry] = []
  private var next = MediaTime.zero
  /// How many went out.
  private(set) var sent = 0

  /// How many wait.
  var count: Int { waiting.count }

  /// What is wrong with a text; `nil` where nothing is.
  static func problem(_ text: String) -> String? {
    let bytes = text.utf8.count
    guard bytes > 0 else { return "metadata of no bytes cannot be sent" }
    return bytes <= longest ? nil : "the metadata has \(bytes) bytes, IVS takes at most \(longest)"
  }

  /// Puts a text at the end; `false` where too many wait already.
  mutating func add(_ text: String, at now: MediaTime) -> Bool {
    guard waiting.count < Self.limit else { return false }
    waiting.append(Entry(text: text, time: now))
    return true
  }

  /// Throws away what has waited too long; answers how many that were.
  mutating func expire(at now: MediaTime) -> Int {
    let before = waiting.count
    waiting.removeAll { now - $0.time > Self.lifetime }
    return before - waiting.count
  }

  /// When something is to be done about what waits: it may go out where the way is open, or is too old.
  func nextDue(isOpen: Bool) -> MediaTime? {
    guard let first = waiting.first else { return nil }
    let expiry = first.time + Self.lifetime + .milliseconds(1)
    return isOpen ? min(next, expiry) : expiry
  }

  /// The entry whose turn it is.
  mutating func take(at now: MediaTime) -> Entry? {
    guard now >= next, !waiting.isEmpty else { return nil }
    next = now + Self.distance
    return waiting.removeFirst()
  }

  /// One went out.
  mutating func succeeded() { sent += 1 }

  /// The service does not take it now: it goes back to the front, for a second later.
  mutating func postponed(_ entry: Entry, at now: MediaTime) {
    waiting.insert(entry, at: 0)
    next = now + .seconds(1)
  }

  /// The stream is over: what waits was meant for it.
  mutating func clear() { waiting = [] }
}
