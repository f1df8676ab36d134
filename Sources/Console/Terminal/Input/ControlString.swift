/// A string that a terminal sends (DCS, SOS, OSC, PM, APC; ECMA-48 §5.6), of which nothing is kept but its beginning.
struct ControlString {
  /// More than this of it is not kept.
  static let longestHead = 40
  /// A longer one ends at the first pause.
  static let limit = 65_536

  /// What a byte is to the string.
  enum Step {
    case inside, end
    /// An escape character that begins something else: the string was cut short.
    case broken
  }

  /// Whether it is an operating system command (OSC).
  let isCommand: Bool
  /// Its first bytes.
  private(set) var head: [UInt8] = []
  /// Bytes so far.
  private(set) var length = 0
  private var isAfterEscape = false
  private var continuations = 0
  private var isAfterC2 = false

  init(isCommand: Bool) { self.isCommand = isCommand }

  /// Takes a byte; ST, BEL, CAN and SUB end the string.
  mutating func take(_ byte: UInt8) -> Step {
    length += 1
    if isAfterEscape, byte != 0x1B { return byte == UInt8(ascii: "\\") ? .end : .broken }
    if continuations > 0, byte & 0xC0 == 0x80 {
      continuations -= 1
      defer { isAfterC2 = false }
      // U+009C, as UTF-8 writes it.
      return isAfterC2 && byte == 0x9C ? .end : .inside
    }
    (continuations, isAfterC2) = (UTF8Pieces.continuations(after: byte), byte == 0xC2)
    switch byte {
    case 0x1B: isAfterEscape = true
    case 0x07, 0x18, 0x1A, 0x9C: return .end
    default: if head.count < Self.longestHead { head.append(byte) }
    }
    return .inside
  }
}

/// What the bytes of UTF-8 say of each other.
enum UTF8Pieces {
  /// How many bytes follow this one in the same character.
  static func continuations(after lead: UInt8) -> Int {
    switch lead {
    case 0xC2...0xDF: 1
    case 0xE0...0xEF: 2
    case 0xF0...0xF4: 3
    default: 0
    }
  }
}
