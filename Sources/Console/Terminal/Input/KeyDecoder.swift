internal import Media

/// Turns the bytes that a terminal sends into keys; pure, so that every stream of bytes can be tested.
struct KeyDecoder {
  /// After this time without another byte, an escape character is the Escape key.
  private static let escapePatience = Duration.milliseconds(50)
  /// Longer sequences are none of a key's.
  private static let longestSequence = 64

  /// The terminal said that it has synchronized output.
  private(set) var hasSynchronizedOutput = false
  /// The terminal answered all that it was asked.
  private(set) var hasAnswered: Bool

  private var bytes: [UInt8] = []
  private var position = 0
  private var lastByte = MediaTime.zero
  private var paste: PasteCollector?
  private var clicks = ClickCounter()

  init(expectsAnswer: Bool = false) { hasAnswered = !expectsAnswer }

  /// The terminal is asked again.
  mutating func expectAnswer() { hasAnswered = false }

  /// Takes bytes as they come, in whatever pieces.
  mutating func feed(_ new: ArraySlice<UInt8>, at time: MediaTime) {
    bytes.removeFirst(position)
    position = 0
    bytes += new
    lastByte = time
  }

  /// How long to wait at most before asking again although no byte came; `nil` when nothing is begun.
  func patience(at time: MediaTime) -> Duration? {
    guard position < bytes.count || paste != nil else { return nil }
    let limit = paste == nil ? Self.escapePatience : PasteCollector.patience
    return max(.zero, limit - (time - lastByte))
  }

  /// The next key; `nil` when more bytes are needed.
  mutating func next(at time: MediaTime) -> Key? {
    while true {
      if paste != nil { return nextPaste(at: time) }
      guard position < bytes.count else { return nil }
      let isOver = time - lastByte >= Self.escapePatience
      let (step, length) = Self.step(bytes[position...], isOver: isOver)
      switch step {
      case .more: return nil
      case .key(let key):
        position += length
        return key
      case .sequence(let sequence):
        position += length
        if let key = take(sequence, at: time) { return key }
      case .nothing: position += length
      }
    }
  }

  private mutating func nextPaste(at time: MediaTime) -> Key? {
    guard var collector = paste else { return nil }
    position += collector.take(bytes[position...])
    let isOver = collector.isComplete || time - lastByte >= PasteCollector.patience
    paste = isOver ? nil : collector
    return isOver ? .paste(collector.text) : nil
  }

  private mutating func take(_ sequence: ControlSequence, at time: MediaTime) -> Key? {
    switch sequence.final {
    case "~" where sequence.first == 200:
      paste = PasteCollector()
      return nil
    case "y" where sequence.isPrivate:
      // 1 set, 2 reset, 3 always set; 0 unknown, 4 always reset.
      if sequence.first == 2026 { hasSynchronizedOutput = (1...3).contains(sequence.parameter(1)) }
      return nil
    case "c" where sequence.isPrivate:
      hasAnswered = true
      return nil
    case "M" where sequence.marker == "<":
      return clicks.key(
        button: sequence.first, at: Position(column: sequence.parameter(1) - 1, row: sequence.parameter(2) - 1), time)
    default: return sequence.key
    }
  }

  private enum Step {
    case more, nothing
    case key(Key)
    case sequence(ControlSequence)
  }

  private static func step(_ bytes: ArraySlice<UInt8>, isOver: Bool) -> (Step, length: Int) {
    guard let first = bytes.first else { return (.more, 0) }
    guard first == 0x1B else { return character(bytes, isOver: isOver) }
    let rest = bytes.dropFirst()
    guard let second = rest.first else { return isOver ? (.key(.escape), 1) : (.more, 0) }
    switch second {
    case UInt8(ascii: "["), UInt8(ascii: "O"):
      if let sequence = ControlSequence(rest) { return (.sequence(sequence), 1 + sequence.length) }
      if rest.count >= longestSequence { return (.nothing, bytes.count) }
      guard isOver || rest.dropFirst().contains(where: { !(0x20...0x7E).contains($0) }) else { return (.more, 0) }
      return rest.count == 1 ? (.key(.alt(Character(Unicode.Scalar(second)))), 2) : (.nothing, bytes.count)
    case 0x1B, ..<0x20: return (.key(.escape), 1)
    default:
      let (step, length) = character(rest, isOver: isOver)
      switch step {
      case .key(.character(let character)): return (.key(.alt(character)), 1 + length)
      case .key(.backspace): return (.key(.alt("\u{7F}")), 1 + length)
      default: return (step, length == 0 ? 0 : 1 + length)
      }
    }
  }

  private static func character(_ bytes: ArraySlice<UInt8>, isOver: Bool) -> (Step, length: Int) {
    guard let first = bytes.first else { return (.more, 0) }
    if first < 0x80 { return (.key(key(ascii: first)), 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    let candidate = bytes.prefix(length)
    let isContinued = candidate.dropFirst().allSatisfy { $0 & 0xC0 == 0x80 }
    guard first >= 0xC2, first <= 0xF4, isContinued else { return (.nothing, 1) }
    guard candidate.count == length else { return isOver ? (.nothing, candidate.count) : (.more, 0) }
    let scalars = String(decoding: candidate, as: UTF8.self).unicodeScalars
    guard let scalar = scalars.first, scalar.value > 0x9F, scalar != "\u{FFFD}" else { return (.nothing, length) }
    return (.key(.character(Character(scalar))), length)
  }

  private static func key(ascii: UInt8) -> Key {
    switch ascii {
    case 0x0A, 0x0D: .enter
    case 0x09: .tab
    case 0x08, 0x7F: .backspace
    case 0x01...0x1A: .control(Character(Unicode.Scalar(ascii + 0x60)))
    case ..<0x20: .control(Character(Unicode.Scalar(ascii + 0x40)))
    default: .character(Character(Unicode.Scalar(ascii)))
    }
  }
}
