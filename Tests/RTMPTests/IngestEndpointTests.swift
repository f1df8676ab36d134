import Media
import Testing

@testable import RTMP

@Suite("Ingest URLs")
struct IngestEndpointTests {
  @Test(
    "what is accepted",
    arguments: [
      (
        "rtmps://a1b2.global-contribute.live-video.net:443/app", "rtmps://a1b2.global-contribute.live-video.net:443/app"
      ),
      ("rtmps://ingest.example/app", "rtmps://ingest.example:443/app"),
      ("rtmps://ingest.example/app/", "rtmps://ingest.example:443/app"),
      ("RTMP://127.0.0.1/live", "rtmp://127.0.0.1:1935/live"),
      ("rtmp://[::1]:2000/app", "rtmp://[::1]:2000/app"),
      ("rtmp://[::1]/app", "rtmp://[::1]:1935/app"),
      ("rtmp://host/live/_definst_", "rtmp://host:1935/live/_definst_"),
      ("rtmps://host/app/stage2/", "rtmps://host:443/app/stage2"),
    ])
  func accepted(url: String, shown: String) throws {
    #expect(try IngestEndpoint(parsing: url).description == shown)
  }

  @Test("an IPv6 address loses its brackets as a host")
  func ipv6() throws {
    #expect(try IngestEndpoint(parsing: "rtmp://[::1]:2000/app").host == "::1")
  }

  @Test(
    "what is refused",
    arguments: [
      ("ingest.example/app", .unknownScheme("a URL without a scheme")),
      ("https://ingest.example/app", .unknownScheme("https")),
      ("rtmps:///app", .missingHost),
      ("rtmps://:443/app", .missingHost),
      ("rtmps://in gest/app", .invalidHost("in gest")),
      ("rtmp://[::1/app", .invalidHost("[::1")),
      ("rtmp://[nonsense]/app", .invalidHost("[nonsense]")),
      ("rtmp://[a:b]/app", .invalidHost("a:b")),
      ("rtmps://ingest.example:0/app", .invalidPort("0")),
      ("rtmps://ingest.example:65536/app", .invalidPort("65536")),
      ("rtmps://ingest.example:x/app", .invalidPort("x")),
      ("rtmps://ingest.example", .missingApp(host: "ingest.example")),
      ("rtmps://ingest.example/", .missingApp(host: "ingest.example")),
      ("rtmps://ingest.example/a%20b", .invalidApp),
      ("rtmps://user:password@ingest.example/app", .userInformation),
      ("rtmps://ingest.example/app/sk_us-west-2_secret", .containsKey(host: "ingest.example")),
      ("rtmp://ingest.example/live2/abcd-secret-1234-efgh", .containsKey(host: "ingest.example")),
      (
        "rtmps://a1.global-contribute.live-video.net/app/stage2",
        .containsKey(host: "a1.global-contribute.live-video.net")
      ),
      ("rtmp://ingest.example/a/b/c", .containsKey(host: "ingest.example")),
      ("rtmp://ingest.example//b", .missingApp(host: "ingest.example")),
      ("rtmps://ingest.example/sk_us-west-2_secret", .containsKey(host: "ingest.example")),
      ("rtmps://ingest.example/app?key=sk_us-west-2_secret", .containsQuery(host: "ingest.example")),
      ("rtmps://ingest.example/app#sk_us-west-2_secret", .containsQuery(host: "ingest.example")),
    ] as [(String, IngestEndpointError)])
  func refused(url: String, error: IngestEndpointError) {
    #expect(throws: error) { try IngestEndpoint(parsing: url) }
    #expect(!error.description.contains("secret"))
    #expect(!error.description.contains("password@"))
    #expect(!error.description.contains("\n"))
  }

  @Test(
    "a redirect is followed on the same host, never out of TLS, and never with a key in its URL",
    arguments: [
      ("rtmp://host/app", "rtmp://host:1936/live", "rtmp://host:1936/live"),
      ("rtmp://host/app", "rtmps://HOST/app", "rtmps://HOST:443/app"),
      ("rtmps://host/app", "rtmps://host:8443/app", "rtmps://host:8443/app"),
      ("rtmps://host/app", "rtmp://host/app", nil), ("rtmp://host/app", "rtmp://other/app", nil),
      ("rtmp://host/app", "rtmp://host.evil/app", nil), ("rtmp://host/app", "rtmp://host/app/sk_a", nil),
      ("rtmp://host/app", "http://host/app", nil), ("rtmp://host/app", "", nil),
    ])
  func redirects(from: String, to: String, next: String?) throws {
    #expect(try IngestEndpoint(parsing: from).followed(to: to)?.description == next)
  }

  @Test("a key in the URL is answered with where a key belongs")
  func advice() {
    #expect(IngestEndpointError.containsKey(host: "h").description.contains("stream-key-file"))
  }
}
