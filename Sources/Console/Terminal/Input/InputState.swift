/// What a terminal has begun to send and not ended.
enum InputState {
  /// Nothing.
  case ground
  /// An escape character: the Escape key, a key with Alt, or the beginning of something longer.
  case escape
  /// A control sequence; the body of one that is too long is not kept.
  case sequence(ControlSequence.Introducer, body: [UInt8])
  /// A string.
  case string(ControlString)
  /// Characters that belong to what came before.
  case skip(characters: Int, continuations: Int)
  /// A character of several bytes.
  case character([UInt8], isAlt: Bool)

  /// Longer sequences are none of a key's.
  static let longestBody = 64

  /// What a byte from U+0080 to U+009F begins, as C1 control (ECMA-48 §5.3) names it; the rest begins nothing.
  static func begun(by control: UInt8) -> InputState {
    switch control {
    case 0x8E: .skip(characters: 1, continuations: 0)
    case 0x8F: .sequence(.ss3, body: [])
    case 0x90, 0x98, 0x9D, 0x9E, 0x9F: .string(ControlString(isCommand: control == 0x9D))
    case 0x9B: .sequence(.csi, body: [])
    default: .ground
    }
  }

  /// What an escape character and this byte begin: the seven-bit form of a C1 control; `nil` for a key with Alt.
  static func begun(afterEscape byte: UInt8) -> InputState? {
    guard "NOP[]X^_\\".utf8.contains(byte) else { return nil }
    return begun(by: byte + 0x40)
  }
}
