import NIOCore
import Testing

@testable import TranswrapServer

@Suite("Text that has to be UTF-8")
struct UTF8ScannerTests {
  /// How many bytes of these are taken before they cannot be UTF-8 any more; `nil` where all are, and end no character
  /// in its middle.
  private func fault(_ bytes: [UInt8], by size: Int) -> Int? {
    var scanner = UTF8Scanner()
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = bytes[start..<min(bytes.count, start + size)]
      if !scanner.take(ByteBuffer(bytes: piece)) { return start }
    }
    return scanner.isComplete ? nil : bytes.count
  }

  @Test("what is UTF-8, up to the last character there is")
  func valid() {
    let texts: [[UInt8]] = [
      [], [0], [0x7f], [0xc2, 0x80], [0xdf, 0xbf], [0xe0, 0xa0, 0x80], [0xef, 0xbf, 0xbf], [0xf0, 0x90, 0x80, 0x80],
      [0xf4, 0x8f, 0xbf, 0xbf], [0xed, 0x9f, 0xbf], [0xee, 0x80, 0x80], [0xef, 0xbf, 0xbd], [0xef, 0xbf, 0xbe],
      [0xf0, 0x9f, 0xbf, 0xbe], Array("κόσμε".utf8), Array("👨‍👩‍👧".utf8),
    ]
    for text in texts { for size in 1...4 { #expect(fault(text, by: size) == nil, "\(text)") } }
  }

  @Test("what is not, told at the byte that cannot be")
  func invalid() {
    let texts: [(bytes: [UInt8], at: Int)] = [
      // Bytes that begin nothing, and those of five and six.
      ([0x80], 0), ([0xbf], 0), ([0xfe], 0), ([0xff], 0), ([0xf8, 0x88, 0x80, 0x80, 0x80], 0), ([0xfc, 0x84], 0),
      // Longer than needed.
      ([0xc0, 0xaf], 0), ([0xc1, 0xbf], 0), ([0xe0, 0x9f, 0xbf], 1), ([0xf0, 0x8f, 0xbf, 0xbf], 1),
      // Surrogates, alone and in pairs; above the last character.
      ([0xed, 0xa0, 0x80], 1), ([0xed, 0xbf, 0xbf], 1), ([0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80], 1),
      ([0xf4, 0x90, 0x80, 0x80], 1), ([0xf5, 0x80, 0x80, 0x80], 0), ([0xf7, 0xbf, 0xbf, 0xbf], 0),
      // A character that another byte cuts off, or the end.
      ([0xc2, 0x20], 1), ([0xe1, 0x80, 0x41], 2), ([0xf1, 0x80, 0x80, 0xc2], 3), ([0x61, 0xc3], 2), ([0xe1, 0x80], 2),
    ]
    for text in texts { #expect(fault(text.bytes, by: 1) == text.at, "\(text.bytes)") }
  }

  @Test("it says what the standard library says, of all there is of two and three bytes")
  func library() {
    for first in 0x80...0xff as ClosedRange<UInt8> {
      for second in [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff] as [UInt8] {
        for rest in [[], [0x80], [0xbf], [0x80, 0x80], [0xbf, 0xbf], [0x41]] as [[UInt8]] {
          let bytes = [first, second] + rest
          #expect((fault(bytes, by: 1) == nil) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
      }
    }
  }
}
