internal import Media
internal import NIOCore
internal import Packets

/// A pipe's bytes as a container's reader wants them: so many, or the end.
///
/// Memory grows as bytes come, never on a number's word. For one thread.
final class StreamInput {
  /// The most that is asked of the pipe at once.
  private static let pieceBytes = 64 << 10

  private let pipe: BytePipe
  /// Bytes that were read or skipped.
  private(set) var offset: Int64 = 0
  private var waste = ByteBuffer()

  init(_ pipe: BytePipe) { self.pipe = pipe }

  /// Reads exactly `count` bytes, waiting for them; `nil` where the stream ends before.
  func read(_ count: Int) -> ByteBuffer? {
    var bytes = ByteBuffer()
    guard fill(&bytes, count) else { return nil }
    return bytes
  }

  /// Reads `count` bytes, or as many as there are to the end.
  func readUpTo(_ count: Int) -> ByteBuffer {
    var bytes = ByteBuffer()
    _ = fill(&bytes, count)
    return bytes
  }

  /// Reads an integer, most significant byte first.
  func readInteger<T: FixedWidthInteger>(as type: T.Type = T.self) -> T? {
    waste.clear()
    guard fill(&waste, MemoryLayout<T>.size) else { return nil }
    return waste.readInteger()
  }

  /// Passes over `count` bytes; false where the stream ends before.
  func skip(_ count: Int64) -> Bool {
    var rest = count
    while rest > 0 {
      waste.clear()
      let part = Int(min(rest, Int64(Self.pieceBytes)))
      guard fill(&waste, part) else { return false }
      rest -= Int64(part)
    }
    return true
  }

  private func fill(_ bytes: inout ByteBuffer, _ count: Int) -> Bool {
    var rest = count
    while rest > 0 {
      let part = min(rest, Self.pieceBytes)
      let got = unsafe bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: part) { target in
        unsafe pipe.read(into: UnsafeMutableRawBufferPointer(rebasing: target[..<part]))
      }
      guard got > 0 else { return false }
      rest -= got
      offset += Int64(got)
    }
    return true
  }
}
