import Media
import Testing

@testable import SRT

@Suite("SRT URLs")
struct EndpointTests {
  @Test("the receiver's wish for a longer latency holds up to the most that may be wished for")
  func agreedLatency() throws {
    let endpoint = try SRTEndpoint(parsing: "srt://host?latency=2000")
    for (wish, agreed) in [(0, 2000), (1999, 2000), (4000, 4000), (16_000, 16_000), (65_535, 16_000)] {
      #expect(endpoint.agreedLatency(with: .milliseconds(wish)) == .milliseconds(agreed))
    }
  }

  @Test(
    "what is accepted",
    arguments: [
      ("srt://a1b2c3.srt.live-video.net:9000", "srt://a1b2c3.srt.live-video.net:9000"),
      ("srt://a1b2c3.srt.live-video.net", "srt://a1b2c3.srt.live-video.net:9000"),
      ("SRT://127.0.0.1:1/", "srt://127.0.0.1:1"),
      ("srt://[::1]:2000", "srt://[::1]:2000"),
      ("srt://[::1]", "srt://[::1]:9000"),
      ("srt://host?latency=1000", "srt://host:9000"),
      ("srt://host:65535/?latency=2000", "srt://host:65535?latency=2000"),
      ("srt://host?latency=20", "srt://host:9000?latency=20"),
      ("srt://host?latency=16000", "srt://host:9000?latency=16000"),
    ])
  func accepted(url: String, shown: String) throws {
    let endpoint = try SRTEndpoint(parsing: url)
    #expect(endpoint.description == shown)
    #expect(try SRTEndpoint(parsing: shown) == endpoint)
  }

  @Test("an IPv6 address loses its brackets as a host")
  func ipv6() throws { #expect(try SRTEndpoint(parsing: "srt://[::1]:2000").host == "::1") }

  @Test(
    "what is refused",
    arguments: [
      ("host:9000", .notSRT), ("rtmp://host/app", .notSRT), ("srt:/host", .notSRT), ("", .notSRT),
      ("srt://", .missingHost), ("srt://:9000", .missingHost), ("srt:///", .missingHost),
      ("srt://in gest", .invalidHost("in gest")), ("srt://[::1", .invalidHost("[::1")),
      ("srt://[nonsense]", .invalidHost("[nonsense]")), ("srt://[a:b]", .invalidHost("a:b")),
      ("srt://h\u{1b}[2J", .invalidHost("h\\x1b[2J")),
      ("srt://host:0", .invalidPort("0")), ("srt://host:65536", .invalidPort("65536")),
      ("srt://host:", .invalidPort("")), ("srt://host:+1", .invalidPort("+1")),
      ("srt://user:secret@host", .userInformation),
      ("srt://host?streamid=secret", .containsSecret(host: "host")),
      ("srt://host:9000?STREAMID=secret&passphrase=secret", .containsSecret(host: "host")),
      ("srt://host?latency=200&passphrase=secret", .containsSecret(host: "host")),
      ("srt://host?streamid=#!::u=secret,priority=1", .containsSecret(host: "host")),
      ("srt://host#!::u=secret", .containsSecret(host: "host")),
      ("srt://host/sk_us-west-2_secret", .containsSecret(host: "host")),
      ("srt://host/app/secret", .containsQuery(host: "host")), ("srt://host?secret", .containsQuery(host: "host")),
      ("srt://host#secret", .containsQuery(host: "host")),
      ("srt://host?mode=listener", .containsQuery(host: "host")),
      ("srt://host?latency=200&mode=caller", .containsQuery(host: "host")),
      ("srt://host?latency=", .invalidLatency(host: "host")), ("srt://host?latency=19", .invalidLatency(host: "host")),
      ("srt://host?latency=16001", .invalidLatency(host: "host")),
      ("srt://host?latency=secret", .invalidLatency(host: "host")),
      ("srt://host?latency=99999999999999999999", .invalidLatency(host: "host")),
    ] as [(String, SRTEndpointError)])
  func refused(url: String, error: SRTEndpointError) {
    #expect(throws: error) { try SRTEndpoint(parsing: url) }
    #expect(!error.description.contains("secret"))
    #expect(!error.description.contains("\n"))
  }

  @Test("a secret in the URL is answered with where secrets belong")
  func advice() {
    let text = SRTEndpointError.containsSecret(host: "h").description
    for word in ["`stream-key-file`", "IVS_STREAM_KEY", "`passphrase-file`", "IVS_SRT_PASSPHRASE"] {
      #expect(text.contains(word))
    }
  }

  @Test("whatever the bytes are, an URL is taken or refused in one line, and what is taken reads itself again")
  func fuzz() throws {
    var random = Noise(seed: 7)
    let pieces = [
      "srt://", "host", ":", "9000", "[", "]", "::1", "?", "&", "latency=", "1000", "streamid=", "/", "#", "@", "%23",
      "\u{0}",
      "é", "\n", "..", "-", "65536", "passphrase=", "\u{202e}", "👩‍👩‍👧", " ",
    ]
    for _ in 0..<20_000 {
      var url = random.next() % 4 == 0 ? "" : "srt://"
      for _ in 0..<random.next() % 8 { url += pieces[Int(random.next() % UInt64(pieces.count))] }
      // What stands behind the authority may be a secret.
      url += random.next() % 2 == 0 ? "" : "?x=Zx81Qq"
      do throws(SRTEndpointError) {
        let endpoint = try SRTEndpoint(parsing: url)
        #expect(try SRTEndpoint(parsing: endpoint.description) == endpoint)
      } catch {
        #expect(!error.description.contains("Zx81Qq"), "\(url)")
        #expect(ForeignText.cleaned(error.description, limit: 2000) == error.description, "\(url)")
      }
    }
  }
}

/// Numbers that look random and are the same in each run.
struct Noise {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
