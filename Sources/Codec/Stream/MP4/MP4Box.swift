internal import NIOCore

/// A box's four letters (ISO/IEC 14496-12 §4.2).
struct MP4Type: Equatable, ExpressibleByStringLiteral, CustomStringConvertible {
  let code: UInt32

  init(_ code: UInt32) { self.code = code }

  init(stringLiteral text: StaticString) {
    code = text.withUTF8Buffer { letters in unsafe letters.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
  }

  /// The letters, where people can read them.
  var description: String {
    String(
      decoding: (0..<4).map { UInt8(truncatingIfNeeded: code >> UInt32(24 - 8 * $0)) }
        .map { (0x21...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }
}

/// Walks the boxes of a box that lies in memory whole.
enum MP4Box {
  /// Calls `body` with each box inside `content`; bytes at the end that are too few for a box are passed over.
  static func forEach(
    in content: ByteBuffer, _ body: (MP4Type, ByteBuffer) throws(ContainerFault) -> Void
  ) throws(ContainerFault) {
    var rest = content
    while rest.readableBytes >= 8, let size: UInt32 = rest.readInteger(), let code: UInt32 = rest.readInteger() {
      let type = MP4Type(code)
      var length = Int64(size) - 8
      if size == 1 {
        guard let large: UInt64 = rest.readInteger() else { throw Self.beyond(type) }
        length = Int64(clamping: large) - 16
      } else if size == 0 {
        length = Int64(rest.readableBytes)
      }
      guard length >= 0, length <= Int64(rest.readableBytes), let inside = rest.readSlice(length: Int(length)) else {
        throw Self.beyond(type)
      }
      try body(type, inside)
    }
  }

  /// The first box of a type inside `content`.
  static func first(_ wanted: MP4Type, in content: ByteBuffer) throws(ContainerFault) -> ByteBuffer? {
    var found: ByteBuffer?
    try forEach(in: content) { type, inside throws(ContainerFault) in
      if type == wanted, found == nil { found = inside }
    }
    return found
  }

  static func beyond(_ type: MP4Type) -> ContainerFault {
    .broken("its box \(type) reaches beyond the one that holds it")
  }

  static func short(_ type: MP4Type) -> ContainerFault { .broken("its box \(type) says more than it holds") }
}

/// A full box's version and flags (ISO/IEC 14496-12 §4.2), and a field's presence by them.
struct MP4Flags {
  let version: UInt8
  let flags: UInt32

  init?(_ bytes: inout ByteBuffer) {
    guard let word: UInt32 = bytes.readInteger() else { return nil }
    version = UInt8(word >> 24)
    flags = word & 0xff_ffff
  }

  func has(_ bit: UInt32) -> Bool { flags & bit != 0 }
}

extension ByteBuffer {
  /// A field that has 64 bits in version 1 of a box, else 32.
  mutating func readLong(_ flags: MP4Flags) -> UInt64? {
    flags.version == 1 ? readInteger() : readInteger(as: UInt32.self).map(UInt64.init)
  }

  /// Passes over bytes; `nil` where there are fewer.
  mutating func pass(_ count: Int) -> Void? { readSlice(length: count).map { _ in () } }
}
