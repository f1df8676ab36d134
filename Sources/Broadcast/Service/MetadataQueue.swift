internal import Media

/// Timed metadata that waits for its turn: at most four a second for a channel, of the five that IVS takes.
///
/// Pure.
struct MetadataQueue: Equatable, Sendable {
  /// What may wait.
  static let limit = 50
  /// Bytes of UTF-8 that one may have.
  static let longest = 1024
  private static let distance: Duration = .milliseconds(250)

  private var waiting: [String] = []
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
  mutating func add(_ text: String) -> Bool {
    guard waiting.count < Self.limit else { return false }
    waiting.append(text)
    return true
  }

  /// The text whose turn it is.
  mutating func take(at now: MediaTime) -> String? {
    guard now >= next, !waiting.isEmpty else { return nil }
    next = now + Self.distance
    return waiting.removeFirst()
  }

  /// One went out.
  mutating func succeeded() { sent += 1 }

  /// The service wants fewer: the text goes back to the front.
  mutating func throttled(_ text: String, at now: MediaTime) {
    waiting.insert(text, at: 0)
    next = now + .seconds(1)
  }

  /// The stream is over: what waits was meant for it.
  mutating func clear() { waiting = [] }
}
