internal import FoundationEssentials
internal import Glibc

/// A directory that this process alone changes files in, of all that ask; owns its descriptor.
///
/// The lock is on the directory itself (flock(2)), so that none lies about beside the files.
struct LockedFolder: ~Copyable {
  private let descriptor: Int32

  /// Waits for the lock; makes the directory where it is missing, for its owner only.
  /// - Parameter path: the file that is to be written, for messages.
  init(_ folder: String, for path: String, within limit: Duration) throws(OperatorFailure) {
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let opened = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw Self.failure(path, errno) }
    let deadline = ContinuousClock.now + limit
    while flock(opened, LOCK_EX | LOCK_NB) != 0 {
      // A file system without locks: the change is whole all the same.
      guard errno == EINTR || errno == EWOULDBLOCK else { break }
      guard ContinuousClock.now < deadline else {
        close(opened)
        throw OperatorFailure(
          "\(path): cannot be written: another program holds \(folder) locked", "try again", .temporary)
      }
      usleep(5000)
    }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Puts a file in the place of the one of that name, if there is one.
  borrowing func replace(_ name: String, with text: String, shown path: String) throws(OperatorFailure) {
    let old = try regularFile(name, path)
    let unfinished = ".\(String(name.prefix(60))).\(String(UInt64.random(in: .min ... .max), radix: 16)).part"
    let file = unsafe openat(
      descriptor, unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
    guard file >= 0 else { throw Self.failure(path, errno) }
    var problem = Self.take(old, file) ?? Self.write(text, to: file)
    if close(file) != 0 { problem = problem ?? errno }
    if problem == nil, unsafe renameat(descriptor, unfinished, descriptor, name) != 0 { problem = errno }
    if let problem {
      _ = unsafe unlinkat(descriptor, unfinished, 0)
      throw Self.failure(path, problem)
    }
    // The name lasts, too; where a file system cannot say so the file is there all the same.
    _ = fsync(descriptor)
  }

  private borrowing func regularFile(_ name: String, _ path: String) throws(OperatorFailure) -> stat? {
    var facts = stat()
    guard unsafe fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw Self.failure(path, errno)
    }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw OperatorFailure("\(path): cannot be written: it is not a regular file", .cannotCreate)
    }
    guard facts.st_uid == geteuid() || geteuid() == 0 else {
      throw OperatorFailure(
        "\(path): belongs to the user with the id \(facts.st_uid), who could not read it afterwards",
        "change it as that" + " user, or as root", .noPermission)
    }
    return facts
  }

  /// Gives a new file the owner and the rights of the old one; an error number where that cannot be.
  private static func take(_ old: stat?, _ file: Int32) -> Int32? {
    var mode: mode_t = 0o600
    if let old {
      if old.st_mode & 0o007 == 0 { mode |= old.st_mode & 0o060 }
      var new = stat()
      guard unsafe fstat(file, &new) == 0 else { return errno }
      if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid), fchown(file, old.st_uid, old.st_gid) != 0 {
        // A group that has no rights in it does not matter.
        guard new.st_uid == old.st_uid, mode == 0o600 else { return errno }
      }
    }
    return fchmod(file, mode) == 0 ? nil : errno
  }

  private static func write(_ text: String, to file: Int32) -> Int32? {
    var text = text
    return text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        let count = unsafe Glibc.write(file, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? errno : EIO }
        done += count
      }
      return fsync(file) == 0 ? nil : errno
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> OperatorFailure {
    OperatorFailure("\(path): cannot be written: \(SystemError.words(code))", .cannotCreate)
  }
}
