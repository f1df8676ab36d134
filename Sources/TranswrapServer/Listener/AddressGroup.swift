internal import NIOCore

/// Whom an address stands for where clients are counted by their addresses.
///
/// One customer of an IPv6 provider has a /64 at least (RFC 6177), so all addresses of one count as one.
enum AddressGroup {
  /// The group's name: an IPv4 address as it is, of an IPv6 address its first half.
  /// - Parameter text: an address, maybe with brackets, a port or a zone, as load balancers write them.
  static func of(_ text: String) -> String {
    guard let address = ClientAddress.parse(text) else { return text }
    let bytes = unsafe address.withSockAddr { start, size in
      unsafe Array(UnsafeRawBufferPointer(start: start, count: size))
    }
    // sockaddr_in6 has the address after family, port and flow information.
    guard address.protocol == .inet6, bytes.count >= 24 else { return address.ipAddress ?? text }
    let parts = Array(bytes[8..<24])
    if parts[..<10].allSatisfy({ $0 == 0 }), parts[10...11] == [0xff, 0xff] {
      return parts[12...].map { "\($0)" }.joined(separator: ".")
    }
    let words = stride(from: 0, to: 8, by: 2).map { String(UInt16(parts[$0]) << 8 | UInt16(parts[$0 + 1]), radix: 16) }
    return words.joined(separator: ":") + "::/64"
  }
}
