public import Media

/// A line that is typed without being shown, a key for example; pure.
///
/// What a terminal answers late, to a program before this one, is no part of it.
public struct SecretLine: Sendable {
  /// How typing ended.
  public enum End: Equatable, Sendable {
    /// With this text, which may be empty.
    case entered(String)
    /// With Control-C, Control-D or Control-\.
    case givenUp
  }

  /// More is no key.
  private static let longest = 4096
  private var decoder = KeyDecoder()
  private var text = ""

  /// An empty line.
  public init() {}

  /// Takes the bytes that a terminal sent at `time`; how it ended, once it has.
  public mutating func feed(_ bytes: ArraySlice<UInt8>, at time: MediaTime) -> End? {
    decoder.feed(bytes, at: time)
    while let key = decoder.next() {
      switch key {
      case .enter: return .entered(text)
      case .control("c"), .control("d"), .control("\\"): return .givenUp
      case .backspace: _ = text.popLast()
      case .character(let character): text.append(character)
      case .paste(let pasted): text += pasted
      default: break
      }
      if text.utf8.count > Self.longest { return .givenUp }
    }
    return nil
  }
}
