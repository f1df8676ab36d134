internal import Glibc

/// Reads small text files: settings, channels, tokens and stream keys.
///
/// Whatever a path leads to, reading it comes to an end: sizes and times are bounded.
public enum TextFile {
  /// The whole text of a file, a pipe too; at most `limit` bytes of UTF-8, without a byte order mark at its beginning.
  /// - Parameters:
  ///   - isFile: only a regular file will do.
  ///   - time: how long a pipe or a device may take to come to its end; `nil` for as long as it takes, where a person
  ///     types.
  public static func read(
    _ path: String, limit: Int, isFile: Bool = false, within time: Duration? = .seconds(10)
  ) throws(Problem) -> String {
    // O_NONBLOCK: a FIFO without a writer is opened, too.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(errno) }
    defer { close(descriptor) }
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { throw .unreadable(errno) }
    let kind = facts.st_mode & S_IFMT
    if kind == S_IFDIR { throw .folder }
    guard kind == S_IFREG || !isFile else { throw .notRegular }
    let deadline = kind == S_IFREG ? nil : time.map { ContinuousClock.now + $0 }
    return try text(of: bytes(of: descriptor, waits: kind != S_IFREG, limit: limit, until: deadline))
  }

  /// The one line of a file, without white space around it: empty lines before and after it do not count.
  public static func readLine(_ path: String, limit: Int) throws(Problem) -> String {
    let text = try read(path, limit: limit)
    var rest = text[...]
    while rest.first?.isWhitespace ?? false { rest.removeFirst() }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    guard !rest.contains(where: \.isNewline) else { throw .manyLines }
    return String(rest)
  }

  private static func bytes(
    of descriptor: Int32, waits: Bool, limit: Int, until deadline: ContinuousClock.Instant?
  ) throws(Problem) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while true {
      if waits { try waitForInput(descriptor, until: deadline) }
      let count = unsafe part.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      guard count >= 0 else { throw .unreadable(errno) }
      guard count > 0 else { return bytes }
      bytes += part[..<count]
      guard bytes.count <= limit else { throw .tooLong(limit: limit) }
    }
  }

  /// Waits until there is something to read, or the end.
  private static func waitForInput(
    _ descriptor: Int32, until deadline: ContinuousClock.Instant?
  ) throws(Problem) {
    while true {
      let rest = deadline.map { $0 - .now }
      if let rest, rest <= .zero { throw .endless }
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let milliseconds = (rest.map { min($0, .seconds(1)) } ?? .seconds(1)) / .milliseconds(1)
      let count = unsafe poll(&wait, 1, Int32(milliseconds) + 1)
      if count > 0 { return }
      guard count == 0 || errno == EINTR else { throw .unreadable(errno) }
    }
  }

  private static func text(of bytes: [UInt8]) throws(Problem) -> String {
    let isMarked = bytes.starts(with: [0xef, 0xbb, 0xbf])
    if let text = String(validating: bytes[(isMarked ? 3 : 0)...], as: UTF8.self), bytes.first != 0 { return text }
    // A byte order mark of UTF-16, or letters of ASCII in it.
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) || bytes.first == 0 { throw .utf16 }
    throw .notText(line: lineOfFault(bytes))
  }

  private static func lineOfFault(_ bytes: [UInt8]) -> Int {
    var (decoder, iterator, line) = (UTF8(), bytes.makeIterator(), 1)
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue("\n"): line += 1
      case .scalarValue: continue
      case .emptyInput, .error: return line
      }
    }
  }
}
