/// A control sequence (CSI) or a single shift (SS3), from after its introducer to its final byte (ECMA-48 §5.4).
struct ControlSequence: Equatable {
  /// What introduces it.
  enum Introducer: Equatable {
    case csi, ss3
    /// The Linux console's F1 to F5: CSI `[` and a letter.
    case linux
  }

  /// `<`, `=`, `>` or `?` before the parameters.
  let marker: Character?
  /// The numbers; -1 for those left out.
  let parameters: [Int]
  let final: Character
  private let introducer: Introducer
  /// Bytes between parameters and final byte: no key sends any.
  private let hasIntermediates: Bool

  /// Reads what stands between introducer and final byte.
  init(_ introducer: Introducer, body: [UInt8], final: UInt8) {
    var rest = body[...]
    var marker: Character?
    if let first = rest.first, (0x3C...0x3F).contains(first) {
      marker = Character(Unicode.Scalar(first))
      rest = rest.dropFirst()
    }
    let numbers = rest.prefix { (0x30...0x3B).contains($0) }
    self.introducer = introducer
    self.marker = marker
    parameters = numbers.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
      Int(String(decoding: $0.prefix { $0 != UInt8(ascii: ":") }.prefix(9), as: UTF8.self)) ?? -1
    }
    hasIntermediates = rest.count > numbers.count
    self.final = Character(Unicode.Scalar(final))
  }

  /// Whether it is a terminal's answer.
  var isPrivate: Bool { marker == "?" }

  /// The first number; -1 without one.
  var first: Int { parameter(0) }

  /// A number by its place; -1 where there is none.
  func parameter(_ index: Int) -> Int { index < parameters.count ? parameters[index] : -1 }

  /// Whether three characters follow: a mouse report of X11's first kind.
  var isOldMouseReport: Bool { introducer == .csi && final == "M" && marker == nil && isWithoutNumbers }

  /// The key that sends it, whatever modifier is held; `nil` if there is none.
  var key: Key? {
    guard marker == nil, !hasIntermediates else { return nil }
    if introducer == .linux { return Self.linuxFunction(final) }
    switch final {
    case "A", "a": return .up
    case "B", "b": return .down
    case "C": return .right
    case "D": return .left
    case "H": return .home
    case "F": return .end
    case "Z": return .backTab
    case "P": return .function(1)
    case "Q": return .function(2)
    // With numbers it is where the cursor is, or F3 with a modifier: nobody can tell.
    case "R": return introducer == .ss3 || isWithoutNumbers ? .function(3) : nil
    case "S": return .function(4)
    case "M" where introducer == .ss3: return .enter
    case "~": return Self.numbered(first)
    default: return nil
    }
  }

  private var isWithoutNumbers: Bool { parameters.allSatisfy { $0 == -1 } }

  private static func linuxFunction(_ letter: Character) -> Key? {
    "ABCDE".firstIndex(of: letter).map { .function("ABCDE".distance(from: "ABCDE".startIndex, to: $0) + 1) }
  }

  private static func numbered(_ number: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...26: .function(number - 12)
    default: nil
    }
  }
}
