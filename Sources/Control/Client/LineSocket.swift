internal import CLinux
internal import Glibc
internal import Media
internal import Settings

/// A connected Unix socket that is read line by line, with deadlines.
///
/// Blocks the calling thread. Owns the descriptor.
struct LineSocket: ~Copyable {
  /// Why there is no line.
  enum End: Error, Equatable {
    /// The deadline has passed.
    case late
    /// The other end has closed.
    case closed
    /// A line is longer than ``ControlProtocol/answerBytes``.
    case tooLong
  }

  let descriptor: Int32
  private var bytes: [UInt8] = []

  /// Takes a connected descriptor that never blocks.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Connects without waiting.
  /// - Throws: one line; `unavailable` where nobody listens.
  static func connect(to path: String) throws(OperatorFailure) -> Int32 {
    var made: Int32 = -1
    switch unsafe clinux_connect_local(path, &made) {
    case 0: return made
    case ENOENT, ECONNREFUSED: throw ControlClient.nobody(at: [path])
    case EACCES, EPERM:
      throw OperatorFailure(
        "\(path): permission denied", "be the user that runs the broadcaster, or root", .noPermission)
    case EAGAIN: throw OperatorFailure("\(path): the broadcaster does not answer, and others wait already", .temporary)
    case ENAMETOOLONG: throw OperatorFailure("\(path): a socket's path has at most 107 bytes", .usage)
    case let error:
      throw OperatorFailure("\(path): cannot be connected to: \(unsafe String(cString: strerror(error)))", .unavailable)
    }
  }

  deinit { close(descriptor) }

  /// Sends all bytes; requests are short, and the kernel takes them at once unless the other end reads nothing.
  func send(_ line: [UInt8], until deadline: MediaTime) throws(End) {
    var rest = line[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe clinux_send(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      guard errno == EAGAIN || errno == EINTR else { throw .closed }
      guard MediaTime.now() < deadline else { throw .late }
      sleepThread(until: .now() + .milliseconds(10))
    }
  }

  /// The next line, without its end.
  mutating func readLine(until deadline: MediaTime) throws(End) -> [UInt8] {
    var searched = 0
    while true {
      if let end = bytes[searched...].firstIndex(of: 0x0A) {
        defer { bytes.removeFirst(end + 1) }
        return Array(bytes[..<end])
      }
      searched = bytes.count
      guard bytes.count <= ControlProtocol.answerBytes else { throw .tooLong }
      var part = [UInt8](repeating: 0, count: 65_536)
      let count = unsafe part.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes += part[..<count]
        continue
      }
      guard count < 0, errno == EAGAIN || errno == EINTR else { throw .closed }
      let left = deadline - .now()
      guard left > .zero else { throw .late }
      var events: Int16 = 0
      _ = unsafe clinux_poll_readable(descriptor, Int32(clamping: Int(left.inMilliseconds.rounded(.up))), &events)
    }
  }
}
