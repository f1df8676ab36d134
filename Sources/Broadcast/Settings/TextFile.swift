internal import Glibc

/// Reads small text files: settings and stream keys.
enum TextFile {
  /// Why a file cannot be read.
  enum Problem: Error, Equatable {
    case missing
    case unreadable
    case tooLong
    case notText
  }

  /// The whole text of a file, a pipe too; at most `limit` bytes of UTF-8.
  static func read(_ path: String, limit: Int) throws(Problem) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable }
    defer { close(descriptor) }
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
