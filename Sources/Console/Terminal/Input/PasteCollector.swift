/// Collects what is pasted between its two brackets, in whatever pieces it comes.
struct PasteCollector {
  /// More than this is thrown away.
  static let limit = 65_536
  /// A paste that takes longer ends at the first pause.
  static let longest = Duration.seconds(60)
  private static let closing = Array("\u{1B}[201~".utf8)

  private var bytes: [UInt8] = []
  /// Bytes of the closing bracket so far.
  private var matched = 0
  /// Bytes that are kept.
  var count: Int { bytes.count }
  /// The closing bracket was seen.
  var isComplete: Bool { matched == Self.closing.count }

  /// Takes bytes up to the closing bracket; answers how many.
  mutating func take(_ new: ArraySlice<UInt8>) -> Int {
    var count = 0
    for byte in new where !isComplete {
      count += 1
      if byte == Self.closing[matched] {
        matched += 1
        continue
      }
      // What looked like the bracket's beginning is text.
      for skipped in Self.closing.prefix(matched) { keep(skipped) }
      matched = byte == Self.closing[0] ? 1 : 0
      if matched == 0 { keep(byte) }
    }
    return count
  }

  private mutating func keep(_ byte: UInt8) {
    if bytes.count < Self.limit { bytes.append(byte) }
  }

  /// The text: line ends as line feeds, tabs kept, no other control character.
  var text: String {
    var kept = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x0D: kept.append("\n")
      case 0x0A: if !isAfterReturn { kept.append("\n") }
      case 0x09: kept.append("\t")
      case ..<0x20, 0x7F...0x9F: break
      default: kept.append(scalar)
      }
      isAfterReturn = scalar.value == 0x0D
    }
    return String(kept)
  }
}
