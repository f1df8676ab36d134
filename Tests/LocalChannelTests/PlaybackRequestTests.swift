import Testing

@testable import LocalChannel

@Suite("What a request to the player is for")
struct PlaybackRequestTests {
  private let secret = PlaybackSecret()

  private func request(
    _ target: String, method: String = "GET", hosts: [String] = ["127.0.0.1:8935"], wantsHost: Bool = true
  ) -> PlaybackRequest {
    PlaybackRequest(method: method, target: target, hosts: hosts, wantsHost: wantsHost, secret: secret)
  }

  @Test("with the secret there are the page, the facts, the playlist and segments")
  func there() {
    let root = "/\(secret.text)"
    #expect(request("\(root)/") == .page)
    #expect(request("\(root)/?x=1") == .page)
    #expect(request(root) == .pageWithoutSlash)
    #expect(request("\(root)/channel.json") == .facts)
    #expect(
      request("\(root)/index.m3u8") == .file(name: "index.m3u8", mediaType: "application/vnd.apple.mpegurl"))
    #expect(request("\(root)/segment000001.m4s", method: "HEAD").isTrusted)
  }

  @Test("no path leads out of the directory, and without the secret there is nothing")
  func nothing() {
    let (root, text) = ("/\(secret.text)/", secret.text)
    let outside = [
      "../etc/passwd.mp4", "%2e%2e/a.mp4", "..", ".hidden.mp4", "a/b.mp4", "/a.mp4", "a\\b.mp4", "a\u{0}.mp4", "a",
      "é.mp4", String(repeating: "a", count: 80) + ".mp4",
    ].map { root + $0 }
    let strangers = [
      "/", "", "*", "/index.m3u8", "//index.m3u8", "/\(text.dropLast())/", "/\(text)a/", "/\(text.uppercased())/",
      "/\(PlaybackSecret().text)/", "/x/\(text)/", "http://127.0.0.1/\(text)/", "?/\(text)/",
    ]
    for target in outside + strangers { #expect(request(target) == .nothing, "\(target)") }
  }

  @Test("only GET and HEAD are answered, whoever asks")
  func methods() {
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "get", "BREW"] {
      #expect(request("/\(secret.text)/", method: method) == .wrongMethod, "\(method)")
    }
  }

  @Test(
    "a page of the web whose name leads here (DNS rebinding) is refused",
    arguments: [
      ("localhost", true), ("LocalHost:8935", true), ("127.0.0.1", true), ("127.0.0.1:1", true), ("127.1.2.3:80", true),
      ("[::1]", true), ("[::1]:8935", true), ("evil.example", false), ("evil.example:8935", false),
      ("127.0.0.1.evil.example", false), ("localhost.evil.example", false), ("evil.example#127.0.0.1", false),
      ("", false), ("127.1", false), ("127.0.0.01", false), ("127.0.0.256", false), ("128.0.0.1", false),
      ("0.0.0.0", false), ("2130706433", false), ("[::1", false), ("[::1]x", false), ("[::ffff:127.0.0.1]", false),
      ("127.0.0.1:x", false), ("127.0.0.1:123456", false), (" 127.0.0.1", false), ("user@127.0.0.1", false),
      ("127.0.0.1,evil.example", false), (String(repeating: "1", count: 1000), false),
    ])
  func hosts(_ host: String, isServed: Bool) {
    let expected: PlaybackRequest = isServed ? .page : .foreignHost
    #expect(request("/\(secret.text)/", hosts: [host]) == expected, "\(host)")
  }

  @Test("HTTP/1.1 has one Host field; before it, none is fine")
  func hostCount() {
    #expect(request("/\(secret.text)/", hosts: []) == .noHost)
    #expect(request("/\(secret.text)/", hosts: [], wantsHost: false) == .page)
    #expect(request("/\(secret.text)/", hosts: ["localhost", "localhost"]) == .noHost)
  }
}

@Suite("The playback secret")
struct PlaybackSecretTests {
  @Test("each is another one, in 26 letters and digits that a URL takes as they are")
  func fresh() {
    let all = (0..<500).map { _ in PlaybackSecret().text }
    #expect(Set(all).count == 500)
    #expect(all.allSatisfy { $0.utf8.count == 26 && $0.allSatisfy { "abcdefghijklmnopqrstuvwxyz234567".contains($0) } })
  }

  @Test("one that was kept is taken again; anything else is none")
  func kept() throws {
    let text = PlaybackSecret().text
    #expect(try #require(PlaybackSecret(kept: text)).matches(text))
    for wrong in ["", String(text.dropLast()), text + "a", text.dropLast() + "1", text.dropLast() + "/"] {
      #expect(PlaybackSecret(kept: wrong) == nil, "\(wrong)")
    }
  }

  @Test("only the whole of it matches, and nothing prints it")
  func matching() {
    let secret = PlaybackSecret()
    #expect(secret.matches(secret.text))
    for wrong in [
      "", String(secret.text.dropLast()), secret.text + "a", PlaybackSecret().text, secret.text.uppercased(),
    ] {
      #expect(!secret.matches(wrong))
    }
    var dumped = "\(secret) \(String(reflecting: secret)) \([secret])"
    dump(secret, to: &dumped)
    #expect(!dumped.contains(secret.text))
  }
}
