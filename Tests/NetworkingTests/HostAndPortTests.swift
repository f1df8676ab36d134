import Media
import Networking
import Testing

@Suite("Hosts and ports")
struct HostAndPortTests {
  @Test(
    "what is accepted",
    arguments: [
      ("host", "host", nil), ("host:443", "host", 443), ("10.0.0.1:65535", "10.0.0.1", 65535),
      ("a_b-c.example", "a_b-c.example", nil), ("[::1]", "::1", nil), ("[::1]:9000", "::1", 9000),
    ] as [(String, String, Int?)])
  func accepted(text: String, host: String, port: Int?) throws {
    let read = try HostAndPort(parsing: text)
    #expect(read.host == host)
    #expect(read.port == port)
  }

  @Test(
    "what is refused",
    arguments: [
      ("", .missing), (":443", .missing), ("in gest", .invalid("in gest")), ("[::1", .invalid("[::1")),
      ("[nonsense]", .invalid("[nonsense]")), ("[a:b]", .invalid("a:b")), ("[::1]443", .invalid("[::1]443")),
      ("::1", .missing), ("h\u{1b}[2J", .invalid("h\\x1b[2J")), ("user@host", .invalid("user@host")),
      ("host:", .invalidPort("")), ("host:0", .invalidPort("0")), ("host:65536", .invalidPort("65536")),
      ("host:+1", .invalidPort("+1")), ("host:1:2", .invalidPort("1:2")),
    ] as [(String, HostError)])
  func refused(text: String, error: HostError) {
    #expect(throws: error) { try HostAndPort(parsing: text) }
    #expect(!error.description.contains("\n"))
  }

  @Test("an IPv6 address stands in brackets before a port, and only this machine is this machine")
  func shown() {
    #expect(HostAndPort.authority("::1", 443) == "[::1]:443")
    #expect(HostAndPort.authority("host", 443) == "host:443")
    for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] { #expect(HostAndPort.isLoopback(host)) }
    for host in ["10.0.0.1", "localhost.example", "::2"] { #expect(!HostAndPort.isLoopback(host)) }
  }
}
