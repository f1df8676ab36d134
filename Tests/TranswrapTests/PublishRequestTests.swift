import Networking
import RTMP
import Testing

@testable import Transwrap

@Suite("Publish requests")
struct PublishRequestTests {
  @Test("a channel is named by its path, and a session by the query")
  func channel() throws {
    let session = SessionID()
    #expect(try PublishRequest(path: "/v1/publish/venue") == .channel("venue", session: nil))
    #expect(
      try PublishRequest(path: "/v1/publish/venue?session=\(session.text)") == .channel("venue", session: session))
  }

  @Test("the original's URL is taken apart, and its key never shows in what is logged")
  func original() throws {
    let path = "/rtmps/h264/rtmps://a1.global-contribute.live-video.net:443/app/sk_us-west-2_secret"
    let endpoint = try IngestEndpoint(parsing: "rtmps://a1.global-contribute.live-video.net:443/app")
    #expect(try PublishRequest(path: path) == .ingest(endpoint, key: try StreamKey("sk_us-west-2_secret")))
    #expect(!PublishRequest.redacted(path: path).contains("secret"))
    let instance = try IngestEndpoint(parsing: "rtmp://host/app/stage2")
    #expect(
      try PublishRequest(path: "/rtmps/h264/rtmp://host/app/stage2/k1") == .ingest(instance, key: try StreamKey("k1")))
  }

  @Test(
    "what is none is told so",
    arguments: [
      ("/", PublishRequestError.unknownPath), ("/v1/publish/", .invalidChannel), ("/v1/publish/a/b", .invalidChannel),
      ("/v1/publish/a?session=x", .invalidSession), ("/rtmps/av01/rtmp://h/app/k", .unknownCodec),
      ("/rtmps/h264/rtmp://h/app", .invalidIngest), ("/rtmps/h264/http://h/app/k", .invalidIngest),
      ("/rtmps/h264/rtmp://u@h/app/k", .invalidIngest), ("/" + String(repeating: "a", count: 3000), .tooLong),
    ])
  func wrong(path: String, error: PublishRequestError) {
    #expect(throws: error) { try PublishRequest(path: path) }
  }

  @Test(
    "a channel's name is 1 to 64 letters, digits, '-', '_' and '.'",
    arguments: [
      ("a", true), ("Venue-1_b.c", true), (String(repeating: "x", count: 64), true), ("", false),
      (String(repeating: "x", count: 65), false), ("a/b", false), ("a b", false), ("ä", false), ("a%20", false),
      ("a\u{0}", false), ("a\n", false),
    ])
  func names(text: String, isName: Bool) {
    #expect(PublishRequest.isName(text) == isName)
    #expect((try? PublishRequest(path: "/v1/publish/\(text)")) == (isName ? .channel(text, session: nil) : nil))
  }

  @Test("of the query only the session counts")
  func query() throws {
    let session = SessionID()
    for query in ["session=\(session.text)", "a=b&session=\(session.text)", "session=\(session.text)&session=x"] {
      #expect(try PublishRequest(path: "/v1/publish/a?\(query)") == .channel("a", session: session))
    }
    for query in ["", "a=b", "sessions=x", "SESSION=x"] {
      #expect(try PublishRequest(path: "/v1/publish/a?\(query)") == .channel("a", session: nil))
    }
  }

  @Test("a path of the longest length is looked at, one more byte is too long")
  func length() {
    let start = "/v1/publish/a?"
    let longest = start + String(repeating: "b", count: PublishRequest.pathLimit - start.utf8.count)
    #expect(throws: Never.self) { try PublishRequest(path: longest) }
    #expect(throws: PublishRequestError.tooLong) { try PublishRequest(path: longest + "b") }
  }

  /// Texts that are nearly paths: pieces of them in any order, with any character between.
  private static func path(_ random: inout SystemRandomNumberGenerator) -> String {
    let pieces = [
      "/v1/publish/", "/rtmps/", "h264/", "vp8o/", "mp4a/", "rtmps://", "rtmp://", "a.live-video.net", ":443", "/app",
      "/", "?", "session=", "&", "[::1]", ":", "@", "#", "%2F", "venue", "\u{0}", "é", "e\u{301}", "👩‍👩‍👧", "\r\n",
      SessionID().text,
    ]
    return (0..<Int.random(in: 0...9, using: &random)).reduce(into: "") { text, _ in
      if Int.random(in: 0..<6, using: &random) == 0 {
        text.unicodeScalars.append(Unicode.Scalar(UInt16.random(in: 0...0xd7ff, using: &random)) ?? "x")
      }
      text += pieces.randomElement(using: &random) ?? ""
    }
  }

  @Test("any path: no trap, a request or an error, and neither says what stood in it")
  func anyPath() {
    var random = SystemRandomNumberGenerator()
    var (channels, ingests, errors) = (0, 0, 0)
    for _ in 0..<40_000 {
      let heads = ["", "/v1/publish/venue", "/rtmps/h264/rtmps://a.live-video.net:443/app/k"]
      let path = (heads.randomElement(using: &random) ?? "") + Self.path(&random)
      do throws(PublishRequestError) {
        switch try PublishRequest(path: path) {
        case .channel(let name, _):
          channels += 1
          #expect(path.hasPrefix("/v1/publish/\(name)") && PublishRequest.isName(name))
        case .ingest(let endpoint, let key):
          ingests += 1
          #expect(path.hasPrefix("/rtmps/") && !endpoint.host.isEmpty && "\(key)" == "<stream key>")
        }
      } catch {
        errors += 1
        #expect(!error.description.contains("a.live-video.net"))
      }
      let shown = PublishRequest.redacted(path: path)
      #expect(shown.utf8.count <= 80 && !shown.contains { $0.isNewline || $0 == "\u{0}" })
    }
    #expect(channels > 100 && ingests > 100 && errors > 10_000)
  }

  @Test("wherever a key stands in a path, what is logged has nothing of it")
  func redacted() {
    var random = SystemRandomNumberGenerator()
    let key = "sk_eu-west-1_AbCdEf123456"
    for _ in 0..<20_000 {
      let border = ["/", "?", "=", "&", "#", " ", "/app/"].randomElement(using: &random) ?? "/"
      let path = Self.path(&random) + border + key + Self.path(&random)
      let shown = PublishRequest.redacted(path: path)
      if shown.contains("AbCdEf") { Issue.record("\(shown) of \(path)") }
    }
    for (path, shown) in [
      ("/v1/publish/venue?session=secret", "/v1/publish/venue"), ("/v1/publish/\(key)", "/v1/publish/…"),
      ("/v1/publish/a/\(key)", "/v1/publish/…"), ("/rtmps/h264/rtmps://h/app/\(key)", "/rtmps/…"),
      ("/RTMPS/h264/rtmps://h/app/\(key)", "/…"), ("//rtmps/h264/rtmps://h/app/\(key)", "/…"), ("", "/…"),
    ] {
      #expect(PublishRequest.redacted(path: path) == shown)
    }
  }
}
