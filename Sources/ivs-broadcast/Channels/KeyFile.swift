internal import Glibc
internal import Settings

/// A new file for a stream key, of mode 0600, made before there is a key so that none is lost.
///
/// Never an existing file, nor what a link leads to. A file that gets no key goes away again.
struct KeyFile: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private var hasKey = false

  /// Makes the file.
  init(creating path: String) throws(OperatorFailure) {
    let made = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard made >= 0 else {
      let reason =
        errno == EEXIST
        ? "exists already, and a key overwrites nothing: name another file"
        : "cannot be made: \(SystemError.words(errno))"
      throw OperatorFailure("\(path): \(reason)", .cannotCreate)
    }
    self.path = path
    descriptor = made
    // The mask of the process may have taken the owner's rights, too.
    _ = fchmod(made, 0o600)
  }

  deinit {
    if !hasKey { _ = unsafe unlink(path) }
    close(descriptor)
  }

  /// Writes the key, one line.
  mutating func keep(_ key: String) throws(OperatorFailure) {
    var line = key + "\n"
    let problem = line.withUTF8 { bytes -> Int32? in
      let count = unsafe write(descriptor, bytes.baseAddress, bytes.count)
      if count == bytes.count { return fsync(descriptor) == 0 ? nil : errno }
      // A key has a few bytes: what takes a part of them has no room for more.
      return count < 0 ? errno : ENOSPC
    }
    if let problem {
      throw OperatorFailure(
        "\(path): the key cannot be written: \(SystemError.words(problem))",
        "`ivs-broadcast channels save` gets it" + " again", .cannotCreate)
    }
    hasKey = true
  }
}
