import NIOCore
import Networking
import RTMP
import Testing

@testable import TranswrapServer

@Suite("Allow-list of ingests")
struct AllowListTests {
  @Test("Amazon IVS's ingests are allowed on their ports, and only on public addresses")
  func ivs() throws {
    let list = AllowList([])
    func rule(_ url: String) throws -> AddressRule? { list.addresses(for: try IngestEndpoint(parsing: url)) }
    #expect(try rule("rtmps://a1.global-contribute.live-video.net:443/app") == .publicOnly)
    #expect(try rule("rtmp://A1.Global-Contribute.LIVE-video.net/app") == .publicOnly)
    #expect(try rule("rtmps://a1.global-contribute.live-video.net:8443/app") == nil)
    #expect(try rule("rtmps://live-video.net.example.com/app") == nil)
    #expect(try rule("rtmps://evil-live-video.net/app") == nil)
    #expect(try rule("rtmp://127.0.0.1/app") == nil)
  }

  @Test("hosts of the settings are allowed wherever they lie, names below a wildcard are not")
  func settings() throws {
    let list = AllowList(["10.0.0.7:1935", "*.example.net"].compactMap(HostRule.init(parsing:)))
    func rule(_ url: String) throws -> AddressRule? { list.addresses(for: try IngestEndpoint(parsing: url)) }
    #expect(try rule("rtmp://10.0.0.7/app") == .any)
    #expect(try rule("rtmp://10.0.0.7:1936/app") == nil)
    #expect(try rule("rtmps://a.example.net/app") == .publicOnly)
    #expect(try rule("rtmps://example.net/app") == nil)
  }

  @Test(
    "addresses of this machine's own network are no public ones",
    arguments: [
      ("127.0.0.1", false), ("10.1.2.3", false), ("172.16.0.1", false), ("192.168.1.1", false),
      ("169.254.169.254", false),
      ("100.64.0.1", false), ("0.0.0.0", false), ("224.0.0.1", false), ("255.255.255.255", false), ("::1", false),
      ("fe80::1", false), ("fd00::1", false), ("::ffff:10.0.0.1", false), ("64:ff9b::7f00:1", false),
      ("2002:7f00:1::", false), ("52.94.236.248", true), ("2600:1f18::1", true), ("64:ff9b::345e:ecf8", true),
    ])
  func addresses(text: String, isPublic: Bool) throws {
    let address = try SocketAddress(ipAddress: text, port: 443)
    #expect(AddressRule.publicOnly.allows(address) == isPublic)
    #expect(AddressRule.any.allows(address))
  }
}
