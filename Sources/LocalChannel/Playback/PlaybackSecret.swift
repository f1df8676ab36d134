/// What the path of a playback URL begins with, and only its owner knows: 130 random bits in 26 letters and digits.
///
/// Printing, dumping or reflecting gives `<playback secret>`.
public struct PlaybackSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Letters and digits that it has.
  static let length = 26
  /// No capitals, which people mistype, and nothing that a URL or a shell would take for something else.
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  /// It itself, for the URL and for a file that only its owner can read.
  public let text: String

  /// Makes a new one.
  public init() {
    var random = SystemRandomNumberGenerator()
    text = String(
      decoding: (0..<Self.length).map { _ in Self.alphabet[Int(random.next(upperBound: UInt8(32)))] }, as: UTF8.self)
  }

  /// Takes one that was kept; `nil` for what is none.
  public init?(kept text: String) {
    guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.alphabet.contains) else { return nil }
    self.text = text
  }

  /// Whether somebody gave this secret; takes the same time wherever it differs.
  func matches(_ given: some StringProtocol) -> Bool {
    let given = Array(given.utf8.prefix(Self.length + 1))
    var difference = UInt8(given.count == Self.length ? 0 : 1)
    for (index, own) in text.utf8.enumerated() { difference |= own ^ (index < given.count ? given[index] : 0) }
    return difference == 0
  }

  /// `<playback secret>`.
  public var description: String { "<playback secret>" }
  /// `<playback secret>`.
  public var debugDescription: String { description }
  /// Nothing to see.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
