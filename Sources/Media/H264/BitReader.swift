/// Reads bits, most significant first, as H.264 and AAC headers have them; `nil` at the end.
public struct BitReader {
  private let bytes: [UInt8]
  private var position = 0

  /// Begins at the first bit.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads one bit.
  public mutating func bit() -> UInt32? {
    guard position < bytes.count * 8 else { return nil }
    defer { position += 1 }
    return UInt32(bytes[position >> 3] >> UInt8(7 - position & 7)) & 1
  }

  /// Reads a bit as a yes or no.
  public mutating func flag() -> Bool? { bit().map { $0 == 1 } }

  /// Reads up to 32 bits.
  public mutating func bits(_ count: Int) -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let bit = bit() else { return nil }
      value = value << 1 | bit
    }
    return value
  }

  /// Reads an unsigned Exp-Golomb code (H.264 §9.1).
  public mutating func unsignedExpGolomb() -> UInt32? {
    var zeros = 0
    while true {
      guard let bit = bit() else { return nil }
      if bit == 1 { break }
      zeros += 1
      guard zeros < 32 else { return nil }
    }
    guard let rest = bits(zeros) else { return nil }
    return (UInt32(1) << UInt32(zeros)) - 1 + rest
  }

  /// Reads a signed Exp-Golomb code (H.264 §9.1.1).
  public mutating func signedExpGolomb() -> Int32? {
    guard let code = unsignedExpGolomb() else { return nil }
    let half = Int32(truncatingIfNeeded: (UInt64(code) + 1) / 2)
    return code & 1 == 1 ? half : -half
  }
}
