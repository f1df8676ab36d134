import Testing

@testable import Transwrap

@Suite("HTTP proxies of the network")
struct HTTPTunnelTests {
  private func tunnel(_ environment: [String: String], _ url: String = "wss://a.example.net/v1/publish/x") throws
    -> HTTPTunnel?
  {
    HTTPTunnel(environment: environment, for: try ProxyEndpoint(parsing: url))
  }

  @Test("the environment names one for each scheme, and what is reached without")
  func environment() throws {
    #expect(try tunnel(["https_proxy": "http://proxy:3128"])?.description == "proxy:3128")
    #expect(try tunnel(["HTTPS_PROXY": "http://proxy:3128/"])?.description == "proxy:3128")
    #expect(try tunnel(["https_proxy": "[::1]:3128"])?.description == "[::1]:3128")
    #expect(try tunnel(["https_proxy": "http://proxy"])?.port == 8080)
    #expect(try tunnel([:]) == nil)
    #expect(try tunnel(["https_proxy": ""]) == nil)
    #expect(try tunnel(["http_proxy": "http://proxy:3128"]) == nil)
    #expect(try tunnel(["http_proxy": "http://proxy:3128"], "ws://a/v1/publish/x")?.host == "proxy")
    #expect(try tunnel(["HTTP_PROXY": "http://proxy:3128"], "ws://a/v1/publish/x") == nil)
    #expect(try tunnel(["https_proxy": "socks5://proxy:1080"]) == nil)
  }

  @Test(
    "no_proxy wins",
    arguments: [
      ("*", false), ("a.example.net", false), ("example.net", false), (".example.net", false), ("EXAMPLE.NET", false),
      ("b.example.net, other", true), ("ample.net", true), ("", true),
    ])
  func exceptions(list: String, isUsed: Bool) throws {
    #expect((try tunnel(["https_proxy": "proxy:1", "no_proxy": list]) != nil) == isUsed)
  }

  @Test("a password goes to the proxy and nowhere else")
  func password() throws {
    let tunnel = try #require(try tunnel(["https_proxy": "http://me:p%40ss@proxy:3128"]))
    var dumped = ""
    dump(tunnel, to: &dumped)
    #expect(!"\(tunnel) \(dumped) \(String(reflecting: tunnel))".contains("p@ss"))
    #expect(!dumped.contains("bWU6cEBzcw"))
    #expect(tunnel == HTTPTunnel(parsing: "http://me:p@ss@proxy:3128"))
  }
}
