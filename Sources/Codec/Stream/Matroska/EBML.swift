internal import NIOCore

/// The elements that Matroska is made of (RFC 8794), and those of them that a stream needs (RFC 9559 §5).
enum EBML {
  static let header: UInt32 = 0x1a45_dfa3
  static let segment: UInt32 = 0x1853_8067
  static let information: UInt32 = 0x1549_a966
  static let tracks: UInt32 = 0x1654_ae6b
  static let cluster: UInt32 = 0x1f43_b675
  static let clusterTime: UInt32 = 0xe7
  static let simpleBlock: UInt32 = 0xa3
  static let blockGroup: UInt32 = 0xa0
  static let block: UInt32 = 0xa1

  /// An element's head.
  struct Head {
    var id: UInt32
    /// `nil` where the size is not known beforehand.
    var size: Int64?
  }

  /// How many bytes a number has that begins with `first`, and its value so far; `nil` for none.
  static func length(_ first: UInt8, most: Int) -> Int? {
    let length = first.leadingZeroBitCount + 1
    return length <= most ? length : nil
  }

  /// Reads an element's head from a stream; `nil` at its end.
  static func next(_ input: StreamInput) throws(ContainerFault) -> Head? {
    guard let first: UInt8 = input.readInteger() else { return nil }
    guard let idLength = length(first, most: 4) else { throw .broken("an element of it has no name") }
    var id = UInt32(first)
    for _ in 1..<idLength {
      guard let byte: UInt8 = input.readInteger() else { return nil }
      id = id << 8 | UInt32(byte)
    }
    guard let second: UInt8 = input.readInteger() else { return nil }
    guard let sizeLength = length(second, most: 8) else { throw .broken("an element of it has no size") }
    var rest: [UInt8] = []
    for _ in 1..<sizeLength {
      guard let byte: UInt8 = input.readInteger() else { return nil }
      rest.append(byte)
    }
    return Head(id: id, size: size(second, rest))
  }

  /// A size of its bytes; `nil` where all bits are set, which says that it is not known.
  private static func size(_ first: UInt8, _ rest: [UInt8]) -> Int64? {
    let mask = UInt8(truncatingIfNeeded: 0xff >> (rest.count + 1))
    if first & mask == mask, rest.allSatisfy({ $0 == 0xff }) { return nil }
    return rest.reduce(Int64(first & mask)) { $0 << 8 | Int64($1) }
  }

  /// Calls `body` with each element inside of one that lies in memory whole.
  static func forEach(
    in content: ByteBuffer, _ body: (UInt32, ByteBuffer) throws(ContainerFault) -> Void
  ) throws(ContainerFault) {
    var rest = content
    while let first: UInt8 = rest.readInteger() {
      guard let idLength = length(first, most: 4), let idRest = rest.readBytes(length: idLength - 1),
        let second: UInt8 = rest.readInteger(), let sizeLength = length(second, most: 8),
        let sizeRest = rest.readBytes(length: sizeLength - 1), let size = size(second, sizeRest),
        size <= Int64(rest.readableBytes), let inside = rest.readSlice(length: Int(size))
      else { throw .broken("an element of it reaches beyond the one that holds it") }
      try body(idRest.reduce(UInt32(first)) { $0 << 8 | UInt32($1) }, inside)
    }
  }

  /// A number without a sign; zero where it has no bytes, `nil` where it has more than eight.
  static func unsigned(_ content: ByteBuffer) -> UInt64? {
    guard content.readableBytes <= 8 else { return nil }
    return content.readableBytesView.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A number with a fraction, of four or eight bytes; `nil` for others.
  static func float(_ content: ByteBuffer) -> Double? {
    switch content.readableBytes {
    case 0: 0
    case 4: content.getInteger(at: content.readerIndex).map { Double(Float(bitPattern: $0)) }
    case 8: content.getInteger(at: content.readerIndex).map { Double(bitPattern: $0) }
    default: nil
    }
  }
}
