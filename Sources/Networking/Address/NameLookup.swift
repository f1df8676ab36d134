internal import Glibc
package import NIOCore

/// Asks the system's resolver.
package enum NameLookup {
  /// What the addresses are for.
  package enum Transport: Sendable { case tcp, udp }

  /// What the resolver said.
  package enum Answer: Equatable, Sendable {
    /// Never empty.
    case addresses([SocketAddress])
    /// There is no such name, or it has no address of the kind.
    case noSuchName
    /// It could not find out: nobody answered, or a name server failed.
    case failed
  }

  /// The addresses of a name, in the order in which they are to be tried (RFC 6724); empty where it has none.
  ///
  /// Blocks as long as the resolver does.
  /// - Parameter family: `AF_INET` or `AF_INET6`; zero for both.
  package static func addresses(
    of host: String, port: Int, for transport: Transport, family: Int32 = AF_UNSPEC
  ) -> [SocketAddress] {
    if case .addresses(let found) = ask(for: host, port: port, for: transport, family: family) { found } else { [] }
  }

  /// The same, with what became of it.
  package static func ask(for host: String, port: Int, for transport: Transport, family: Int32) -> Answer {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = family
    unsafe hints.ai_socktype = Int32((transport == .tcp ? SOCK_STREAM : SOCK_DGRAM).rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, "\(port)", &hints, &list)
    guard result == 0 else { return result == EAI_NONAME || result == noAddress ? .noSuchName : .failed }
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
    return found.isEmpty ? .noSuchName : .addresses(found)
  }

  /// `EAI_NODATA`, which glibc shows to its own alone.
  private static let noAddress: Int32 = -5
}
