import NIOCore
import NIOPosix
import Testing

@testable import Networking

@Suite("Address rule")
struct AddressRuleTests {
  /// The edges of each block of IANA's special-purpose registries, with what lies beside them.
  static let table: [(address: String, isPublic: Bool)] = [
    ("0.0.0.0", false), ("0.255.255.255", false), ("1.0.0.0", true), ("9.255.255.255", true), ("10.0.0.0", false),
    ("10.255.255.255", false), ("11.0.0.0", true), ("100.63.255.255", true), ("100.64.0.0", false),
    ("100.127.255.255", false), ("100.128.0.0", true), ("126.255.255.255", true), ("127.0.0.0", false),
    ("127.255.255.255", false), ("128.0.0.0", true), ("169.253.255.255", true), ("169.254.0.0", false),
    ("169.254.169.254", false), ("169.255.0.0", true), ("172.15.255.255", true), ("172.16.0.0", false),
    ("172.31.255.255", false), ("172.32.0.0", true), ("192.0.0.8", false), ("192.0.1.0", true), ("192.0.2.1", false),
    ("192.167.255.255", true), ("192.168.0.0", false), ("192.168.255.255", false), ("192.169.0.0", true),
    ("198.17.255.255", true), ("198.18.0.0", false), ("198.19.255.255", false), ("198.20.0.0", true),
    ("198.51.100.1", false), ("198.51.101.0", true), ("203.0.113.255", false), ("203.0.114.0", true),
    ("223.255.255.255", true), ("224.0.0.0", false), ("239.255.255.255", false), ("240.0.0.0", false),
    ("255.255.255.255", false),
    ("::", false), ("::1", false), ("::127.0.0.1", false), ("::ffff:10.0.0.1", false), ("::ffff:8.8.8.8", true),
    ("64:ff9b::10.0.0.1", false), ("64:ff9b::8.8.8.8", true), ("64:ff9b:1::8.8.8.8", false), ("100::1", false),
    ("2001::1", false), ("2001:1::1", false), ("2001:10::1", false), ("2001:200::1", true), ("2001:db8::1", false),
    ("2002:a00:1::", false), ("2002:808:808::", true), ("2600:1f18::1", true), ("3ffe::1", true), ("3fff::1", false),
    ("4000::1", false), ("fc00::1", false), ("fdff::1", false), ("fe80::1", false), ("fec0::1", false),
    ("ff02::1", false),
  ]

  @Test("only what is reached over the internet is public", arguments: table)
  func addresses(text: String, isPublic: Bool) throws {
    let address = try SocketAddress(ipAddress: text, port: 443)
    #expect(AddressRule.publicOnly.allows(address) == isPublic)
    #expect(AddressRule.any.allows(address))
  }

  @Test("a path in the file system is nowhere public")
  func unixSocket() throws {
    #expect(!AddressRule.publicOnly.allows(try SocketAddress(unixDomainSocketPath: "/run/docker.sock")))
  }

  @Test("a name that leads to this machine has no address left")
  func resolver() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    for (rule, isEmpty) in [(AddressRule.publicOnly, true), (.any, false)] {
      let resolver = FilteringResolver(rule, on: loop)
      let addresses = try await resolver.initiateAQuery(host: "localhost", port: 443).get()
      #expect(addresses.isEmpty == isEmpty)
      #expect(addresses.allSatisfy { $0.port == 443 })
    }
  }
}
