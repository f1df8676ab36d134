/// Which inputs of a sound card, or channels of a file, become left and right; they count from 1.
///
/// Inputs are no loudspeakers: none is left out or made softer because of its number.
public enum InputChoice: Hashable, Sendable, CustomStringConvertible {
  /// One input on both sides, two as left and right; of more, whichever sound, shared equally, on both sides.
  case auto
  /// One input on both sides.
  case single(Int)
  /// Two inputs, left and right.
  case pair(left: Int, right: Int)

  /// The most inputs that a card can have here (libswresample's SWR_CH_MAX).
  public static let most = 64

  /// Reads `auto`, `4` or `1+2`; `nil` for anything else, such as inputs beyond ``most``.
  public init?(parsing text: some StringProtocol) {
    if text == "auto" {
      self = .auto
      return
    }
    let parts = text.split(separator: "+", omittingEmptySubsequences: false)
    // Int takes a sign, which no input has.
    let inputs = parts.compactMap { part in part.allSatisfy(\.isASCIIDigit) ? Int(part) : nil }
    guard inputs.count == parts.count, inputs.allSatisfy((1...Self.most).contains) else { return nil }
    switch inputs.count {
    case 1: self = .single(inputs[0])
    case 2: self = .pair(left: inputs[0], right: inputs[1])
    default: return nil
    }
  }

  /// So many inputs there have to be.
  public var inputsNeeded: Int {
    switch self {
    case .auto: 1
    case .single(let input): input
    case .pair(let left, let right): max(left, right)
    }
  }

  /// The text that parses to this value.
  public var description: String {
    switch self {
    case .auto: "auto"
    case .single(let input): "\(input)"
    case .pair(let left, let right): "\(left)+\(right)"
    }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
