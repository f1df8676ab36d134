internal import CFFmpeg
internal import Glibc

/// The bytes of one regular file; what is read from it reaches no other file and no address, whatever is in it.
final class FilmInput {
  private let descriptor: Int32
  /// Which file it is and how it was when it was opened.
  let identity: FilmIdentity
  /// Why reading failed, in the system's words; `nil` while it did not.
  private(set) var failure: String?

  /// Opens a regular file that is not empty; never waits for a writer, as a FIFO would.
  init(_ path: String) throws(CodecError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .noSuchFile(path: path) }
      throw .cannotOpen(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      close(descriptor)
      throw .cannotOpen(path: path, reason: reason)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .cannotOpen(path: path, reason: "it is not a regular file")
    }
    guard status.st_size > 0 else {
      close(descriptor)
      throw .unplayable(path: path, reason: "it is empty")
    }
    self.descriptor = descriptor
    identity = FilmIdentity(status)
  }

  deinit { close(descriptor) }

  /// Reads at most `target.count` bytes; libavformat's result.
  func read(into target: UnsafeMutableRawBufferPointer) -> Int32 {
    while true {
      let count = unsafe Glibc.read(descriptor, target.baseAddress, target.count)
      if count > 0 { return Int32(clamping: count) }
      if count == 0 { return cffmpeg_averror_eof }
      if errno == EINTR { continue }
      let reason = errno
      failure = unsafe String(cString: strerror(reason))
      return -reason
    }
  }

  /// Goes to a place, or says how long the file is; libavformat's result.
  func seek(to place: Int64, _ whence: Int32) -> Int64 {
    if whence & AVSEEK_SIZE != 0 {
      var status = stat()
      return unsafe fstat(descriptor, &status) == 0 ? Int64(status.st_size) : Int64(-errno)
    }
    let result = lseek(descriptor, off_t(place), whence & ~AVSEEK_FORCE)
    return result >= 0 ? Int64(result) : Int64(-errno)
  }
}

/// Which file it is, and how it was.
public struct FilmIdentity: Equatable, Sendable {
  private let device: UInt64
  private let number: UInt64
  private let size: Int64
  private let seconds: Int64
  private let nanoseconds: Int64

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
    size = Int64(status.st_size)
    seconds = Int64(status.st_mtim.tv_sec)
    nanoseconds = Int64(status.st_mtim.tv_nsec)
  }

  /// The file that is at the path now; `nil` where there is none.
  public init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}
