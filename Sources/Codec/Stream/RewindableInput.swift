internal import Media

/// What a demuxer reads: a pipe's bytes as they come, and the newest of them once more where it goes back a little.
///
/// MP4's reader looks at a box and steps back in front of it; where the pieces of a stream end must not matter to it.
/// For one thread.
final class RewindableInput {
  /// Bytes that can at least be gone back by.
  private static let keptBytes = 64 << 10

  private let pipe: BytePipe
  /// The newest bytes of the pipe; the last one lies in front of ``end``.
  private var kept: [UInt8] = []
  private var end: Int64 = 0
  private var position: Int64 = 0

  init(_ pipe: BytePipe) { self.pipe = pipe }

  /// Reads at most `target.count` bytes, waiting for the first; zero at the end.
  func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    if position < end {
      let start = kept.count - Int(end - position)
      let count = min(target.count, kept.count - start)
      unsafe kept.withUnsafeBytes { bytes in
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
      }
      position += Int64(count)
      return count
    }
    let count = unsafe pipe.read(into: target)
    unsafe kept.append(contentsOf: UnsafeRawBufferPointer(rebasing: target[..<count]))
    if kept.count > 2 * Self.keptBytes { kept.removeFirst(kept.count - Self.keptBytes) }
    end += Int64(count)
    position = end
    return count
  }

  /// Goes to a place from which bytes were read; false where they are gone, or have yet to come.
  func seek(to place: Int64) -> Bool {
    guard (end - Int64(kept.count)...end).contains(place) else { return false }
    position = place
    return true
  }
}
