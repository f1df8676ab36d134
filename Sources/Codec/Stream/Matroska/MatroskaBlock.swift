internal import NIOCore

/// One or several frames of a track (RFC 9559 §10).
struct MatroskaBlock {
  let track: UInt64
  /// Since its cluster's time, in the file's units.
  let time: Int16
  let frames: [ByteBuffer]

  /// Frames of a block at most, as its count has a byte (§10.3).
  private static let frameLimit = 256

  /// Reads SimpleBlock's or Block's content.
  init(_ content: ByteBuffer) throws(ContainerFault) {
    var bytes = content
    guard let track = Self.number(&bytes), let time: Int16 = bytes.readInteger(), let flags: UInt8 = bytes.readInteger()
    else { throw Self.short }
    (self.track, self.time) = (track, time)
    switch flags >> 1 & 3 {
    case 0: frames = [bytes]
    case 1: frames = try Self.laced(&bytes, Self.xiphSizes)
    case 2:
      guard let count: UInt8 = bytes.readInteger() else { throw Self.short }
      let (each, rest) = bytes.readableBytes.quotientAndRemainder(dividingBy: Int(count) + 1)
      guard rest == 0 else { throw Self.short }
      frames = (0...Int(count)).compactMap { _ in bytes.readSlice(length: each) }
    default: frames = try Self.laced(&bytes, Self.deltaSizes)
    }
  }

  private static let short = ContainerFault.broken("a block says more than it holds")

  /// The frames whose sizes stand in front of them; the last one is the rest.
  private static func laced(
    _ bytes: inout ByteBuffer, _ sizes: (inout ByteBuffer, Int) -> [Int]?
  ) throws(ContainerFault) -> [ByteBuffer] {
    guard let count: UInt8 = bytes.readInteger(), let sizes = sizes(&bytes, Int(count)) else { throw short }
    var frames: [ByteBuffer] = []
    for size in sizes {
      guard size >= 0, let frame = bytes.readSlice(length: size) else { throw short }
      frames.append(frame)
    }
    return frames + [bytes]
  }

  /// Each size as a sum of bytes that ends with one below 255 (§10.3.2).
  private static func xiphSizes(_ bytes: inout ByteBuffer, _ count: Int) -> [Int]? {
    var sizes: [Int] = []
    for _ in 0..<count {
      var size = 0
      while true {
        guard let byte: UInt8 = bytes.readInteger() else { return nil }
        size += Int(byte)
        if byte < 255 { break }
      }
      sizes.append(size)
    }
    return sizes
  }

  /// The first size, then each one's difference to the one before (§10.3.3).
  private static func deltaSizes(_ bytes: inout ByteBuffer, _ count: Int) -> [Int]? {
    guard count > 0 else { return [] }
    guard let first = number(&bytes), first <= UInt64(bytes.readableBytes) else { return nil }
    var sizes = [Int(first)]
    for _ in 1..<count {
      let start = bytes.readerIndex
      guard let value = number(&bytes), let last = sizes.last else { return nil }
      let length = bytes.readerIndex - start
      let size = last + Int(value) - ((1 << (7 * length - 1)) - 1)
      guard size >= 0, size <= bytes.readableBytes else { return nil }
      sizes.append(size)
    }
    return sizes
  }

  /// A number of one to seven bytes that says its own length.
  private static func number(_ bytes: inout ByteBuffer) -> UInt64? {
    guard let first: UInt8 = bytes.readInteger(), let length = EBML.length(first, most: 7),
      let rest = bytes.readBytes(length: length - 1)
    else { return nil }
    return rest.reduce(UInt64(first & UInt8(truncatingIfNeeded: 0xff >> length))) { $0 << 8 | UInt64($1) }
  }
}
