internal import FoundationEssentials
internal import Glibc

/// Reads and writes small text files: settings, channels and stream keys.
public enum TextFile {
  /// Writes a file that only its owner can read, and that is whole or as it was before.
  ///
  /// The directory is made where it is missing.
  public static func write(_ text: String, to path: String) throws(OperatorFailure) {
    // A link stays a link.
    let path =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: path)).map { target in
        target.hasPrefix("/") ? target : "\(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])/\(target)"
      } ?? path
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try? FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let unfinished = path + ".part"
    _ = unsafe unlink(unfinished)
    let descriptor = unsafe open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw OperatorFailure("\(path): cannot be written: check the permissions of \(directory)", .cannotCreate)
    }
    var text = text
    let isWritten = text.withUTF8 { bytes in
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count && fsync(descriptor) == 0
    }
    guard close(descriptor) == 0, isWritten, unsafe rename(unfinished, path) == 0 else {
      _ = unsafe unlink(unfinished)
      throw OperatorFailure("\(path): cannot be written: is the disk full?", .cannotCreate)
    }
  }

  /// Why a file cannot be read.
  public enum Problem: Error, Equatable {
    case missing
    case unreadable
    case tooLong
    case notText
  }

  /// The whole text of a file, a pipe too; at most `limit` bytes of UTF-8.
  /// - Parameter isFile: only a regular file will do: what might never end, or never begin, is not waited for.
  public static func read(_ path: String, limit: Int, isFile: Bool = false) throws(Problem) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | (isFile ? O_NONBLOCK : 0))
    guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable }
    defer { close(descriptor) }
    var facts = stat()
    guard !isFile || (unsafe fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG) else {
      throw .unreadable
    }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe part.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable }
      guard count > 0 else { break }
      bytes += part[..<count]
      guard bytes.count <= limit else { throw .tooLong }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
    return text
  }
}
