internal import Glibc

/// Files that a recording's owner and group may read, and nobody else, whatever the umask; a stricter one is kept.
enum PrivateFile {
  static let mode: mode_t = 0o640

  /// Makes an empty file, for somebody else to open; what is there already stays as it is.
  /// - Throws: the reason where the path is a link, which a recording never follows, or no file can be made.
  static func make(_ path: String) throws(CodecError) {
    let made = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard made < 0 else {
      close(made)
      return
    }
    let reason = errno
    var facts = stat()
    if reason == EEXIST, unsafe lstat(path, &facts) == 0 {
      guard facts.st_mode & S_IFMT == S_IFLNK else { return }
      throw .cannotWrite(path: path, reason: "a link is there: remove it")
    }
    if reason == ENOSPC || reason == EDQUOT { throw .diskFull(path: path) }
    throw .cannotWrite(path: path, reason: unsafe String(cString: strerror(reason)))
  }
}
