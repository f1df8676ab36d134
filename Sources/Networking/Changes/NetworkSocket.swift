internal import CLinux
internal import Glibc
internal import NIOCore

/// A socket on which the kernel tells of links, addresses and routes; closed when it goes away.
struct NetworkSocket: ~Copyable {
  /// What came of asking for a datagram.
  enum Receipt: Equatable {
    case datagram(ByteBuffer)
    /// Nothing more is there now.
    case nothing
    /// More came than was taken in time: some is missing.
    case overrun
    /// The socket is of no use any more.
    case broken
  }

  /// More than the kernel puts into one datagram here (`NLMSG_GOODSIZE`).
  private static let capacity = 16_384

  private let descriptor: Int32

  /// - Throws: errno, where a sandbox allows no such socket.
  init() throws(NetworkWatchError) {
    var made: Int32 = -1
    let error = unsafe clinux_network_socket(&made)
    guard error == 0 else { throw NetworkWatchError(errno: error) }
    descriptor = made
  }

  deinit { close(descriptor) }

  /// Waits until something is there to be taken; at most for `limit`.
  func wait(atMost limit: Duration) {
    var events: Int16 = 0
    _ = unsafe clinux_poll_readable(descriptor, Int32(clamping: max(1, limit.wholeMilliseconds)), &events)
  }

  /// Takes what is there, without waiting.
  func receive() -> Receipt {
    var buffer = ByteBuffer()
    var failure: Int32 = 0
    let count = unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.capacity) { bytes in
      let count = unsafe clinux_network_receive(descriptor, bytes.baseAddress, bytes.count)
      failure = count < 0 ? errno : 0
      return max(0, count)
    }
    switch failure {
    case 0: return .datagram(count > 0 ? buffer : ByteBuffer())
    case EAGAIN, EINTR: return .nothing
    case ENOBUFS: return .overrun
    default: return .broken
    }
  }
}

/// Why changes of the network are not told here.
package struct NetworkWatchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system's number for it.
  package let errno: Int32

  /// In the system's words.
  package var description: String { IOError(errnoCode: errno, reason: "netlink").reasonText }
}
