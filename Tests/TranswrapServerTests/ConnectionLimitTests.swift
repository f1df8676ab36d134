import Testing

@testable import TranswrapServer

@Suite("Connections, and whose they are")
struct ConnectionLimitTests {
  @Test(
    "an IPv6 network of 64 bits is one customer; an IPv4 address is one, however it is written",
    arguments: [
      ("192.0.2.7", "192.0.2.7"), ("192.0.2.7:50123", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
      ("2001:db8:1:2::1", "2001:db8:1:2::/64"), ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
      ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"), ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
      ("fe80::1%eth0", "fe80:0:0:0::/64"), ("::1", "0:0:0:0::/64"), ("unknown", "unknown"), ("", ""), ("[", "["),
      ("%", "%"), (":", ":"),
    ])
  func groups(address: String, group: String) { #expect(AddressGroup.of(address) == group) }

  @Test(
    "a load balancer's word for where a client is counts as far as it is an address, and the last of several",
    arguments: [
      ("192.0.2.7", "192.0.2.7"), ("203.0.113.1, 192.0.2.7", "192.0.2.7"), ("192.0.2.7:50123", "192.0.2.7"),
      (" [2001:db8::9]:443 ", "2001:db8::9"), ("unknown", nil), ("", nil), (", ", nil), ("venue\u{202e}\u{1b}[2J", nil),
      (String(repeating: "1", count: 65), nil), ("[[[[192.0.2.7]", nil),
    ] as [(String, String?)])
  func forwarded(header: String, address: String?) { #expect(ClientAddress.forwarded(header) == address) }

  @Test("there are as many as allowed, of an address and in all; what is over makes room")
  func count() throws {
    let count = ConnectionCount(limit: 3, perAddress: 2)
    func refusal(_ group: String?) -> String? {
      do throws(ConnectionCount.Refusal) { try count.enter(group) } catch { return error.rawValue }
      return nil
    }
    #expect([refusal("a"), refusal("a"), refusal("a")] == [nil, nil, "connections-per-address"])
    #expect([refusal("b"), refusal("c"), refusal(nil)] == [nil, "connections", "connections"])
    count.leave("a")
    #expect([refusal("a"), refusal("a")] == [nil, "connections"])
    count.leave("b")
    #expect([refusal(nil), refusal("b")] == [nil, "connections"])
  }

  @Test("connections are bounded by sessions, and by descriptors where those are fewer")
  func descriptors() throws {
    func connections(_ sessions: Int, _ descriptors: Int) throws -> [Int] {
      var settings = try ProxySettings(
        "original-urls: true\nlimits: {sessions: \(sessions)}", path: "s", environment: [:])
      let warning = settings.fit(descriptors: descriptors)
      return [settings.limits.connections, warning == nil ? 0 : 1]
    }
    #expect(try connections(500, 65_536) == [750, 0])
    #expect(try connections(10, 65_536) == [138, 0])
    #expect(try connections(500, 1024) == [480, 1])
    #expect(try connections(100, 256) == [96, 1])
    #expect(try connections(1 << 20, 1024) == [480, 1])
    #expect(try connections(500, 64) == [16, 1])
  }
}
