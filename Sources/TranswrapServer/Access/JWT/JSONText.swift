/// A JSON text of a stranger (RFC 8259), read strictly: a name that is there twice in an object is refused, because who
/// signs and who reads may take different ones (RFC 7519 §4), and nesting is bounded.
enum JSONText {
  indirect enum Value: Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([Value])
    case object([String: Value])

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    /// Texts, where there is nothing else in the list.
    var texts: [String]? {
      guard case .list(let values) = self else { return nil }
      let texts = values.compactMap(\.text)
      return texts.count == values.count ? texts : nil
    }
  }

  /// Why it is none; says nothing of what is in it.
  enum Problem: Error, Equatable {
    case notJSON
    case nestedTooDeeply
    case nameTwice
    case numberTooLarge
  }

  static let deepest = 16

  /// The one value of a text.
  static func parse(_ bytes: [UInt8]) throws(Problem) -> Value {
    var reader = Reader(bytes: bytes)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.next == nil else { throw .notJSON }
    return value
  }

  /// The names and values of a text that is an object.
  static func object(_ bytes: [UInt8]) throws(Problem) -> [String: Value] {
    guard case .object(let object) = try parse(bytes) else { throw .notJSON }
    return object
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipSpace() {
      while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard next == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func value(depth: Int) throws(Problem) -> Value {
      guard depth < JSONText.deepest else { throw .nestedTooDeeply }
      skipSpace()
      switch next {
      case UInt8(ascii: "{"): return try object(depth)
      case UInt8(ascii: "["): return try list(depth)
      case UInt8(ascii: "\""): return .text(try text())
      case UInt8(ascii: "t"): return try word("true", .boolean(true))
      case UInt8(ascii: "f"): return try word("false", .boolean(false))
      case UInt8(ascii: "n"): return try word("null", .null)
      default: return .number(try number())
      }
    }

    private mutating func word(_ word: StaticString, _ value: Value) throws(Problem) -> Value {
      let text = Array("\(word)".utf8)
      guard bytes[position...].starts(with: text) else { throw .notJSON }
      position += text.count
      return value
    }

    private mutating func object(_ depth: Int) throws(Problem) -> Value {
      position += 1
      var values: [String: Value] = [:]
      skipSpace()
      if take("}") { return .object(values) }
      while true {
        skipSpace()
        guard next == UInt8(ascii: "\"") else { throw .notJSON }
        let name = try text()
        skipSpace()
        guard take(":") else { throw .notJSON }
        guard values.updateValue(try value(depth: depth + 1), forKey: name) == nil else { throw .nameTwice }
        skipSpace()
        if take("}") { return .object(values) }
        guard take(",") else { throw .notJSON }
      }
    }

    private mutating func list(_ depth: Int) throws(Problem) -> Value {
      position += 1
      var values: [Value] = []
      skipSpace()
      if take("]") { return .list(values) }
      while true {
        values.append(try value(depth: depth + 1))
        skipSpace()
        if take("]") { return .list(values) }
        guard take(",") else { throw .notJSON }
      }
    }

    private mutating func text() throws(Problem) -> String {
      position += 1
      var plain: [UInt8] = []
      while let byte = next {
        position += 1
        switch byte {
        case UInt8(ascii: "\""):
          guard let text = String(validating: plain, as: UTF8.self) else { throw .notJSON }
          return text
        case UInt8(ascii: "\\"): plain += try escape()
        case 0..<0x20: throw .notJSON
        default: plain.append(byte)
        }
      }
      throw .notJSON
    }

    private mutating func escape() throws(Problem) -> [UInt8] {
      guard let byte = next else { throw .notJSON }
      position += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
      case UInt8(ascii: "b"): return [0x08]
      case UInt8(ascii: "f"): return [0x0c]
      case UInt8(ascii: "n"): return [0x0a]
      case UInt8(ascii: "r"): return [0x0d]
      case UInt8(ascii: "t"): return [0x09]
      case UInt8(ascii: "u"):
        var code = try hexadecimal()
        if (0xd800..<0xdc00).contains(code) {
          guard take("\\"), take("u") else { throw .notJSON }
          let low = try hexadecimal()
          guard (0xdc00..<0xe000).contains(low) else { throw .notJSON }
          code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw .notJSON }
        return Array(String(Character(scalar)).utf8)
      default: throw .notJSON
      }
    }

    private mutating func hexadecimal() throws(Problem) -> UInt32 {
      guard position + 4 <= bytes.count else { throw .notJSON }
      var code: UInt32 = 0
      for byte in bytes[position..<position + 4] {
        guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .notJSON }
        code = code << 4 | UInt32(digit)
      }
      position += 4
      return code
    }

    private mutating func digits() throws(Problem) {
      let start = position
      while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
      guard position > start else { throw .notJSON }
    }

    private mutating func number() throws(Problem) -> Double {
      let start = position
      _ = take("-")
      if !take("0") { try digits() }
      if take(".") { try digits() }
      if take("e") || take("E") {
        if !take("+") { _ = take("-") }
        try digits()
      }
      guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else { throw .notJSON }
      guard number.isFinite else { throw .numberTooLarge }
      return number
    }
  }
}
