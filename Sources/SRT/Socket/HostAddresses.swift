internal import Glibc
internal import Media
internal import NIOCore
internal import Synchronization

/// A host's addresses, looked up on a thread that may hang without holding up anybody.
final class HostAddresses: Sendable {
  /// The answer; empty where the name has none, `nil` while it is awaited.
  var answer: [SocketAddress]? { state.withLock { $0 } }

  private let state = Mutex<[SocketAddress]?>(nil)

  /// Begins the search; `onAnswer` is called on its thread.
  ///
  /// An address in the place of a name is there at once.
  /// - Throws: where there is no thread to look on.
  init(host: String, port: Int, onAnswer: @escaping @Sendable () -> Void) throws(NoThreadError) {
    if let address = try? SocketAddress(ipAddress: host, port: port) {
      state.withLock { $0 = [address] }
      return
    }
    try DetachedThread.start(name: "resolver") { [self] in
      let found = Self.resolve(host, port)
      state.withLock { $0 = found }
      onAnswer()
    }
  }

  /// The addresses in the order in which they are to be tried (RFC 6724).
  private static func resolve(_ host: String, _ port: Int) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, "\(port)", &hints, &list) == 0 else { return [] }
    defer { unsafe freeaddrinfo(list) }
    var found: [SocketAddress] = []
    var entry = unsafe list
    while let current = unsafe entry {
      if let raw = unsafe UnsafeRawPointer(current.pointee.ai_addr) {
        switch unsafe current.pointee.ai_family {
        case AF_INET: found.append(SocketAddress(unsafe raw.loadUnaligned(as: sockaddr_in.self)))
        case AF_INET6: found.append(SocketAddress(unsafe raw.loadUnaligned(as: sockaddr_in6.self)))
        default: break
        }
      }
      unsafe entry = unsafe current.pointee.ai_next
    }
    return found
  }
}
