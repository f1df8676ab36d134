internal import Glibc
public import NIOCore
internal import NIOPosix
internal import Synchronization

/// Which addresses a host's name may lead to.
public enum AddressRule: Sendable, Equatable {
  /// All of them.
  case any
  /// Only such as are reached over the internet: a name must not lead into the network of the machine that asks.
  case publicOnly

  /// Whether a connection to the address may be made.
  public func allows(_ address: SocketAddress) -> Bool {
    guard self == .publicOnly else { return true }
    // sockaddr_in has the address after family and port, sockaddr_in6 after the flow information too.
    let bytes = unsafe address.withSockAddr { start, size in
      unsafe Array(UnsafeRawBufferPointer(start: start, count: size))
    }
    switch address.protocol {
    case .inet where bytes.count >= 8: return Self.isPublic(v4: Array(bytes[4..<8]))
    case .inet6 where bytes.count >= 24: return Self.isPublic(v6: Array(bytes[8..<24]))
    default: return false
    }
  }

  /// By IANA's special-purpose registry (RFC 6890): no private, shared, loopback, link-local, test or multicast one.
  private static func isPublic(v4 bytes: [UInt8]) -> Bool {
    switch (bytes[0], bytes[1], bytes[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
    case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
    case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113): false
    default: true
    }
  }

  private static func isPublic(v6 bytes: [UInt8]) -> Bool {
    // An IPv4 address inside: mapped (::ffff:0:0/96), compatible (::/96), translated (64:ff9b::/96), 6to4 (2002::/16).
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10...11] == [0xff, 0xff] || bytes[10...11] == [0, 0] {
      return isPublic(v4: Array(bytes[12...]))
    }
    if bytes.starts(with: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) { return isPublic(v4: Array(bytes[12...])) }
    if bytes.starts(with: [0x20, 0x02]) { return isPublic(v4: Array(bytes[2..<6])) }
    // Of the rest only 2000::/3 is in use, less IETF's own (2001::/23, with Teredo) and the documentation's.
    guard bytes[0] & 0xe0 == 0x20 else { return false }
    if bytes.starts(with: [0x20, 0x01]) && bytes[2] & 0xfe == 0 { return false }
    if bytes.starts(with: [0x3f, 0xff]) && bytes[2] & 0xf0 == 0 { return false }
    return !bytes.starts(with: [0x20, 0x01, 0x0d, 0xb8])
  }
}

/// Resolves names as ``RecentNames`` does and leaves out what the rule forbids.
package final class FilteringResolver: Resolver, Sendable {
  private let rule: AddressRule
  private let loop: any EventLoop
  private let refused = Atomic<Bool>(false)

  /// Whether the name led to addresses that the rule forbids.
  package var hasRefused: Bool { refused.load(ordering: .relaxed) }

  /// Makes a resolver for connections on `loop`.
  package init(_ rule: AddressRule, on loop: any EventLoop) {
    self.rule = rule
    self.loop = loop
  }

  /// Begins to look for IPv4 addresses.
  package func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    query(host, port, AF_INET)
  }

  /// Begins to look for IPv6 addresses.
  package func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    query(host, port, AF_INET6)
  }

  /// A query cannot be cancelled.
  package func cancelQueries() {}

  private func query(_ host: String, _ port: Int, _ family: Int32) -> EventLoopFuture<[SocketAddress]> {
    RecentNames.shared.addresses(of: host, port: port, family: family, on: loop).map { [self] found in
      let allowed = found.filter(rule.allows)
      if allowed.count < found.count { refused.store(true, ordering: .relaxed) }
      return allowed
    }
  }
}
