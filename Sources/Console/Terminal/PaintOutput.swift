internal import CNcurses
internal import Glibc

/// Where ncurses writes: a file in memory, so that it never blocks and each paint can be sent as one.
@safe final class PaintOutput {
  let stream: UnsafeMutablePointer<FILE>
  private let descriptor: Int32

  init() throws(TerminalError) {
    guard let stream = unsafe cncurses_memory_file() else { throw .call("memfd_create", errno: errno) }
    unsafe self.stream = unsafe stream
    descriptor = unsafe fileno(stream)
  }

  deinit { unsafe fclose(stream) }

  /// Moves what was written to the end of `bytes`.
  func move(to bytes: inout [UInt8]) {
    unsafe fflush(stream)
    let length = Int(lseek(descriptor, 0, SEEK_CUR))
    guard length > 0 else { return }
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: length))
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress?.advanced(by: start), length, 0)
    }
    bytes.removeLast(length - max(0, count))
    // Kept small: a full repaint of a large picture would otherwise stay in memory.
    _ = ftruncate(descriptor, 0)
    _ = lseek(descriptor, 0, SEEK_SET)
  }
}
