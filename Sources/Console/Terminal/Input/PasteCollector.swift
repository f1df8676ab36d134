/// Collects what is pasted between its two brackets, in whatever pieces it comes.
struct PasteCollector {
  /// More than this is thrown away.
  static let limit = 65_536
  /// After this time without another byte the closing bracket is not waited for any more.
  static let patience = Duration.seconds(1)
  private static let closing = Array("\u{1B}[201~".utf8)

  private var bytes: [UInt8] = []
  /// The closing bracket was seen.
  private(set) var isComplete = false

  /// Takes bytes up to the closing bracket; answers how many.
  mutating func take(_ new: ArraySlice<UInt8>) -> Int {
    var index = new.startIndex
    while index < new.endIndex {
      if new[index] == 0x1B {
        let candidate = new[index...].prefix(Self.closing.count)
        if candidate.elementsEqual(Self.closing) {
          isComplete = true
          return index - new.startIndex + Self.closing.count
        }
        // Perhaps the bracket's beginning: its rest decides.
        if candidate.count < Self.closing.count, Self.closing.starts(with: candidate) { break }
      }
      if bytes.count < Self.limit { bytes.append(new[index]) }
      index += 1
    }
    return index - new.startIndex
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
