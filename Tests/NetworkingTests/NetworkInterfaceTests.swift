import Networking
import Testing

@Suite("Network interfaces by name")
struct NetworkInterfaceTests {
  @Test(
    "a name is what the kernel takes for one",
    arguments: [
      ("wwan0", true), ("enp0s31f6.100", true), ("a", true), ("", false), ("..", false), ("eth0:1", false),
      ("a/b", false), ("eth 0", false), ("sixteen-letters-", false),
    ])
  func names(text: String, isName: Bool) { #expect((NetworkInterface(parsing: text) != nil) == isName) }

  @Test("one that is there has a number, one that is not is an outage with its name")
  func index() throws {
    let loopback = try #require(NetworkInterface(parsing: "lo"))
    #expect(try loopback.index() > 0)
    let missing = try #require(NetworkInterface(parsing: "none0"))
    #expect(!missing.exists)
    let error = #expect(throws: ConnectionError.noInterface("none0")) { try missing.index() }
    #expect(error?.kind == .unavailable && error?.isWithoutConnection == true)
  }
}
