internal import NIOCore

/// Whether bytes that come in pieces are UTF-8 (RFC 3629), told at the first byte that cannot be.
struct UTF8Scanner: Sendable {
  /// Bytes that the character begun still wants.
  private var wanted = 0
  /// What the next byte may be.
  private var allowed: ClosedRange<UInt8> = 0x80...0xbf

  /// Whether no character is cut in half.
  var isComplete: Bool { wanted == 0 }

  /// Takes the next bytes; false where they cannot be UTF-8, whatever comes after them.
  mutating func take(_ bytes: ByteBuffer) -> Bool {
    unsafe bytes.withUnsafeReadableBytes { bytes in
      for index in 0..<bytes.count {
        let byte = unsafe bytes[index]
        guard (wanted == 0 && byte < 0x80) || take(byte) else { return false }
      }
      return true
    }
  }

  /// RFC 3629 §4: neither longer than needed, nor a surrogate, nor above U+10FFFF.
  private mutating func take(_ byte: UInt8) -> Bool {
    if wanted > 0 {
      guard allowed.contains(byte) else { return false }
      wanted -= 1
      allowed = 0x80...0xbf
      return true
    }
    switch byte {
    case 0xc2...0xdf: wanted = 1
    case 0xe0...0xef:
      wanted = 2
      if byte == 0xe0 { allowed = 0xa0...0xbf } else if byte == 0xed { allowed = 0x80...0x9f }
    case 0xf0...0xf4:
      wanted = 3
      if byte == 0xf0 { allowed = 0x90...0xbf } else if byte == 0xf4 { allowed = 0x80...0x8f }
    default: return false
    }
    return true
  }
}
