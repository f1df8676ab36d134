internal import Glibc

/// When a file was changed last, to see that it was.
struct FileStamp: Equatable, Sendable {
  private let seconds: Int
  private let nanoseconds: Int
  private let file: UInt
  private let size: Int

  /// The stamp of what is at a path; `nil` where nothing is.
  static func of(_ path: String) -> FileStamp? {
    var status = Glibc.stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return FileStamp(
      seconds: Int(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec), file: UInt(status.st_ino),
      size: Int(status.st_size))
  }
}
