/// A compiled terminal description, as term(5) lays it out.
struct CompiledDescription {
  private static let maximumColors = 13
  private static let maximumPairs = 14
  private static let canChange = 27
  private static let setForeground = 359
  private static let setBackground = 360

  private var names: [UInt8]
  private var flags: [UInt8]
  private var numbers: [Int32]
  private var offsets: [Int16]
  private var text: [UInt8]

  /// Reads the file's bytes; `nil` if they are no description.
  init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    guard let magic = reader.short(), magic == 0o432 || magic == 0o1036 else { return nil }
    let counts = (0..<5).compactMap { _ in reader.short() }.map { Int($0) }
    guard counts.count == 5, counts.allSatisfy({ (0...4096).contains($0) }),
      let names = reader.take(counts[0]), let flags = reader.take(counts[1])
    else { return nil }
    if (counts[0] + counts[1]) % 2 == 1 { _ = reader.take(1) }
    self.names = names
    self.flags = flags
    numbers = (0..<counts[2]).compactMap { _ in magic == 0o432 ? reader.short().map(Int32.init) : reader.long() }
    offsets = (0..<counts[3]).compactMap { _ in reader.short() }
    guard numbers.count == counts[2], offsets.count == counts[3], let text = reader.take(counts[4]) else { return nil }
    self.text = text
  }

  /// How many colours it has; 0 for none.
  var colors: Int { Self.maximumColors < numbers.count ? max(0, Int(numbers[Self.maximumColors])) : 0 }

  /// The same terminal with 24-bit colours, as ncurses' direct colour wants it: a number below 8 is a named colour.
  ///
  /// Extended capabilities are left out: none of them is needed.
  var withDirectColor: CompiledDescription? {
    guard colors == 256, offsets.count > Self.setBackground else { return nil }
    var direct = self
    direct.numbers[Self.maximumColors] = 0x100_0000
    direct.numbers[Self.maximumPairs] = 0x1_0000
    if Self.canChange < flags.count { direct.flags[Self.canChange] = 0 }
    direct.offsets[Self.setForeground] = direct.append(Self.directColor(named: 3, direct: 38))
    direct.offsets[Self.setBackground] = direct.append(Self.directColor(named: 4, direct: 48))
    return direct
  }

  /// What the variable TERMINFO takes in place of a folder.
  var environmentValue: String {
    var bytes: [UInt8] = []
    for value in [0o1036, names.count, flags.count, numbers.count, offsets.count, text.count] {
      bytes += Self.bytes(UInt16(truncatingIfNeeded: value))
    }
    bytes += names + flags
    if bytes.count % 2 == 1 { bytes.append(0) }
    for number in numbers { bytes += Self.bytes(UInt32(bitPattern: number)) }
    for offset in offsets { bytes += Self.bytes(UInt16(bitPattern: offset)) }
    bytes += text
    if bytes.count % 2 == 1 { bytes.append(0) }
    // The extension: one flag that is set, no number, no string; one name, of four bytes.
    for value in [1, 0, 0, 1, 4] as [UInt16] { bytes += Self.bytes(value) }
    bytes += [1, 0] + Self.bytes(0 as UInt16) + Array("RGB".utf8) + [0]
    let digits = Array("0123456789ABCDEF".utf8)
    return "hex:" + String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private mutating func append(_ string: String) -> Int16 {
    let offset = text.count
    text += Array(string.utf8) + [0]
    return Int16(truncatingIfNeeded: offset)
  }

  private static func directColor(named: Int, direct: Int) -> String {
    "\u{1B}[%?%p1%{8}%<%t\(named)%p1%d%e\(direct);2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"
  }

  private static func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
  private static func bytes(_ value: UInt32) -> [UInt8] {
    bytes(UInt16(value & 0xFFFF)) + bytes(UInt16(value >> 16))
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    mutating func take(_ count: Int) -> [UInt8]? {
      guard count <= bytes.count - position else { return nil }
      defer { position += count }
      return Array(bytes[position..<(position + count)])
    }

    mutating func short() -> Int16? {
      take(2).map { Int16(bitPattern: UInt16($0[0]) | UInt16($0[1]) << 8) }
    }

    mutating func long() -> Int32? {
      take(4).map { $0.reversed().reduce(0) { Int32(bitPattern: UInt32(bitPattern: $0) << 8 | UInt32($1)) } }
    }
  }
}
