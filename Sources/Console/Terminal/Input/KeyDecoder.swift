internal import Media

/// Turns the bytes that a terminal sends into keys; pure, so that every stream of bytes can be tested.
///
/// What a terminal answers is no key, in whatever pieces it comes: late colours, cursor positions, names, reports. The
/// one thing that cannot be told is an escape character by itself, which is the Escape key after 50 ms.
struct KeyDecoder {
  /// After this time without another byte, an escape character is the Escape key.
  static let escapeTimeout = Duration.milliseconds(50)
  /// After this time without another byte, the rest of anything else is not waited for any more.
  static let timeout = Duration.seconds(2)
  /// What takes longer, or more bytes than it may, ends at the first pause of ``escapeTimeout``.
  static let longest = Duration.seconds(5)

  /// The terminal said that it has synchronized output.
  private(set) var hasSynchronizedOutput = false
  /// The terminal answered all that it was asked.
  private(set) var hasAnswered: Bool

  /// What the terminal said of its background.
  private(set) var background = TerminalTraits.Background.unknown

  private var state = InputState.ground
  private var began = MediaTime.zero
  private var lastByte = MediaTime.zero
  /// When an escape character was taken for the Escape key.
  private var escaped: MediaTime?
  private var bytes: [UInt8] = []
  private var position = 0
  private var paste: PasteCollector?
  private var clicks = ClickCounter()

  init(expectsAnswer: Bool = false) { hasAnswered = !expectsAnswer }

  /// Whether something is begun whose end has not come.
  var isInside: Bool {
    if case .ground = state { return paste != nil }
    return true
  }

  /// Bytes that are kept: what is not looked at yet, and what is begun.
  var held: Int {
    let begun =
      switch state {
      case .sequence(_, let body): body.count
      case .character(let bytes, _): bytes.count
      case .string(let string): string.head.count
      case .ground, .escape, .skip: 0
      }
    return bytes.count - position + begun + (paste?.count ?? 0)
  }

  /// The terminal is asked again.
  mutating func expectAnswer() { hasAnswered = false }

  /// Takes bytes as they come, in whatever pieces; all keys are to be taken before the next ones.
  mutating func feed(_ new: ArraySlice<UInt8>, at time: MediaTime) {
    bytes.removeFirst(position)
    position = 0
    bytes += new
    lastByte = time
    if case .ground = state, let escaped, time - escaped < Self.timeout, Self.continuesEscape(new) {
      begin(.escape)
    }
    escaped = nil
  }

  /// The next key among the bytes so far; `nil` when there is none.
  mutating func next() -> Key? {
    while position < bytes.count {
      if paste != nil {
        if let key = takePaste() { return key }
        continue
      }
      let (key, isTaken) = take(bytes[position])
      if isTaken { position += 1 }
      if let key { return key }
    }
    return nil
  }

  /// The next key, where no other byte has come until now.
  mutating func next(at time: MediaTime) -> Key? {
    if let key = next() { return key }
    guard let remaining = timeLeft(at: time), remaining == .zero else { return nil }
    if let collector = paste {
      paste = nil
      return .paste(collector.text)
    }
    defer { state = .ground }
    guard case .escape = state else { return nil }
    escaped = time
    return .escape
  }

  /// How long to wait at most before asking again although no byte came; `nil` when nothing is begun.
  func timeLeft(at time: MediaTime) -> Duration? {
    if position < bytes.count { return .zero }
    let limit: Duration
    switch state {
    case .ground where paste == nil: return nil
    case .escape: limit = Self.escapeTimeout
    case .string(let string) where string.length > ControlString.limit: limit = Self.escapeTimeout
    default: limit = Self.timeout
    }
    let longest = paste == nil ? Self.longest : PasteCollector.longest
    return max(.zero, min(lastByte + limit, max(lastByte + Self.escapeTimeout, began + longest)) - time)
  }

  /// Whether bytes are the rest of an answer whose escape character came by itself: nobody types so much at once.
  private static func continuesEscape(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count > 2, let first = bytes.first else { return false }
    return "[]P".utf8.contains(first) && (0x30...0x3F).contains(bytes[bytes.startIndex + 1])
  }

  private mutating func begin(_ next: InputState) {
    state = next
    began = lastByte
  }

  private mutating func takePaste() -> Key? {
    position += paste?.take(bytes[position...]) ?? 0
    guard let collector = paste, collector.isComplete else { return nil }
    paste = nil
    return .paste(collector.text)
  }

  /// Takes a byte, or leaves it to be looked at again in another state.
  private mutating func take(_ byte: UInt8) -> (key: Key?, isTaken: Bool) {
    switch state {
    case .ground: return (plain(byte, isAlt: false), true)
    case .escape: return afterEscape(byte)
    case .sequence(let introducer, let body): return (sequence(introducer, body, byte), true)
    case .string(var string):
      let step = string.take(byte)
      state = step == .inside ? .string(string) : .ground
      if step == .broken { begin(.escape) }
      if step == .end, string.isCommand, let said = TerminalTraits.Background(report: string.head) { background = said }
      return (nil, step != .broken)
    case .skip(let characters, let continuations): return (nil, skip(characters, continuations, byte))
    case .character(let begun, let isAlt): return character(begun, isAlt, byte)
    }
  }

  private mutating func plain(_ byte: UInt8, isAlt: Bool) -> Key? {
    state = .ground
    switch byte {
    case 0x1B: begin(.escape)
    case ..<0x80: return isAlt ? .alt(Character(Unicode.Scalar(byte))) : Self.key(ascii: byte)
    case ..<0xA0: begin(.begun(by: byte))
    default: if UTF8Pieces.continuations(after: byte) > 0 { begin(.character([byte], isAlt: isAlt)) }
    }
    return nil
  }

  private mutating func afterEscape(_ byte: UInt8) -> (Key?, isTaken: Bool) {
    if let begun = InputState.begun(afterEscape: byte) {
      begin(begun)
      return (nil, true)
    }
    switch byte {
    case 0x1B:
      begin(.escape)
      return (.escape, true)
    case ..<0x20:
      state = .ground
      return (.escape, false)
    default: return (plain(byte, isAlt: true), true)
    }
  }

  private mutating func sequence(_ introducer: ControlSequence.Introducer, _ body: [UInt8], _ byte: UInt8) -> Key? {
    if introducer == .csi, body.isEmpty, byte == UInt8(ascii: "[") {
      state = .sequence(.linux, body: [])
      return nil
    }
    switch byte {
    case 0x1B: begin(.escape)
    case 0x18, 0x1A: state = .ground
    case 0x20...0x3F:
      if body.count <= InputState.longestBody { state = .sequence(introducer, body: body + [byte]) }
    case 0x40...0x7E:
      state = .ground
      guard body.count <= InputState.longestBody else { return nil }
      return take(ControlSequence(introducer, body: body, final: byte))
    case 0x80..<0xA0: begin(.begun(by: byte))
    default: break
    }
    return nil
  }

  private mutating func take(_ sequence: ControlSequence) -> Key? {
    switch sequence.final {
    case "~" where sequence.first == 200:
      paste = PasteCollector()
      began = lastByte
      return nil
    case "y" where sequence.isPrivate:
      // 1 set, 2 reset, 3 always set; 0 unknown, 4 always reset.
      if sequence.first == 2026 { hasSynchronizedOutput = (1...3).contains(sequence.parameter(1)) }
      return nil
    case "c" where sequence.isPrivate:
      hasAnswered = true
      return nil
    case "M" where sequence.marker == "<":
      let place = Position(column: sequence.parameter(1) - 1, row: sequence.parameter(2) - 1)
      return clicks.key(button: sequence.first, at: place, lastByte)
    case "M" where sequence.isOldMouseReport:
      begin(.skip(characters: 3, continuations: 0))
      return nil
    default: return sequence.key
    }
  }

  /// Answers whether the byte belongs to what is skipped.
  private mutating func skip(_ characters: Int, _ continuations: Int, _ byte: UInt8) -> Bool {
    if continuations > 0, byte & 0xC0 == 0x80 {
      state = .skip(characters: characters, continuations: continuations - 1)
    } else if characters > 0, byte != 0x1B {
      state = .skip(characters: characters - 1, continuations: UTF8Pieces.continuations(after: byte))
    } else {
      state = .ground
      return false
    }
    if case .skip(0, 0) = state { state = .ground }
    return true
  }

  private mutating func character(_ begun: [UInt8], _ isAlt: Bool, _ byte: UInt8) -> (Key?, isTaken: Bool) {
    guard byte & 0xC0 == 0x80, let lead = begun.first else {
      state = .ground
      return (nil, false)
    }
    let whole = begun + [byte]
    guard whole.count > UTF8Pieces.continuations(after: lead) else {
      state = .character(whole, isAlt: isAlt)
      return (nil, true)
    }
    state = .ground
    guard let scalar = String(validating: whole, as: UTF8.self)?.unicodeScalars.first else { return (nil, true) }
    if scalar.value < 0xA0 {
      begin(.begun(by: UInt8(scalar.value)))
      return (nil, true)
    }
    return (isAlt ? .alt(Character(scalar)) : .character(Character(scalar)), true)
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
