internal import Glibc

/// When a file was changed last, to see that it was.
enum FileStamp {
  /// Nanoseconds of the last change and the file's identity, mixed; zero where there is no file.
  static func of(_ path: String) -> Int64 {
    var status = Glibc.stat()
    guard unsafe stat(path, &status) == 0 else { return 0 }
    let time = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    return time ^ Int64(truncatingIfNeeded: status.st_ino) &<< 20 ^ Int64(status.st_size)
  }
}
