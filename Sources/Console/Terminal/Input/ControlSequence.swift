/// What follows an escape character: `[` with parameters and a final byte (CSI), or `O` and a final byte (SS3).
struct ControlSequence: Equatable {
  /// `<`, `=`, `>` or `?` before the parameters.
  let marker: Character?
  /// The numbers; -1 for those left out.
  let parameters: [Int]
  let final: Character
  /// Bytes after the escape character.
  let length: Int
  private let kind: Kind

  private enum Kind { case csi, ss3, linux }

  /// Reads a sequence from after the escape character; `nil` while it is not whole or if it is none.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes.dropFirst()
    if bytes.first == UInt8(ascii: "O") {
      guard let final = rest.first, (0x40...0x7E).contains(final) else { return nil }
      self.init(marker: nil, parameters: [], final: final, length: 2, kind: .ss3)
      return
    }
    var marker: Character?
    if let first = rest.first, (0x3C...0x3F).contains(first) {
      marker = Character(Unicode.Scalar(first))
      rest = rest.dropFirst()
    }
    let numbers = rest.prefix { (0x30...0x3B).contains($0) }
    let intermediates = rest.dropFirst(numbers.count).prefix { (0x20...0x2F).contains($0) }
    guard let final = rest.dropFirst(numbers.count + intermediates.count).first, (0x40...0x7E).contains(final) else {
      return nil
    }
    let parameters = numbers.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
      Int(String(decoding: $0.prefix { $0 != UInt8(ascii: ":") }.prefix(9), as: UTF8.self)) ?? -1
    }
    let length = 1 + (marker == nil ? 0 : 1) + numbers.count + intermediates.count + 1
    // The Linux console's F1 to F5: CSI [ A to CSI [ E.
    if final == UInt8(ascii: "["), length == 2 {
      guard let letter = bytes.dropFirst(2).first else { return nil }
      self.init(marker: nil, parameters: [], final: letter, length: 3, kind: .linux)
    } else {
      self.init(marker: marker, parameters: parameters, final: final, length: length, kind: .csi)
    }
  }

  private init(marker: Character?, parameters: [Int], final: UInt8, length: Int, kind: Kind) {
    self.marker = marker
    self.parameters = parameters
    self.final = Character(Unicode.Scalar(final))
    self.length = length
    self.kind = kind
  }

  /// Whether it is a terminal's answer.
  var isPrivate: Bool { marker == "?" }

  /// The first number; -1 without one.
  var first: Int { parameter(0) }

  /// A number by its place; -1 where there is none.
  func parameter(_ index: Int) -> Int { index < parameters.count ? parameters[index] : -1 }

  /// The key that sends it, whatever modifier is held; `nil` if there is none.
  var key: Key? {
    guard marker == nil else { return nil }
    if kind == .linux { return Self.linuxFunction(final) }
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
    case "R": return kind == .ss3 || parameters.count < 2 || first == 1 ? .function(3) : nil
    case "S": return .function(4)
    case "M" where kind == .ss3: return .enter
    case "~": return Self.numbered(first)
    default: return nil
    }
  }

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
