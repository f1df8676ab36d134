import Foundation
import Media
import Networking
import RTMP
import Settings
import TestSupport
import Testing

@testable import TranswrapServer

private let key = "sk_eu-west-1_AbCdEf123456"

@Suite("Settings of the proxy")
struct ProxySettingsTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    try folder.write(key + "\n", to: "venue.key")
  }

  /// Reads a text; `@KEY` in it is the file with the key, `@DIR` its folder.
  private func read(
    _ text: String, _ overrides: ProxySettings.Overrides = .init(), environment: [String: String] = [:]
  ) throws(OperatorFailure) -> ProxySettings {
    let text = text.replacing("@KEY", with: folder.file("venue.key").path).replacing("@DIR", with: folder.url.path)
    return try ProxySettings(text, path: "s.yaml", overrides: overrides, environment: environment)
  }

  private func failure(
    _ text: String, _ overrides: ProxySettings.Overrides = .init(), environment: [String: String] = [:]
  ) -> String {
    do throws(OperatorFailure) {
      _ = try read(text, overrides, environment: environment)
      return "none"
    } catch { return error.description }
  }

  private static let channel =
    "channels:\n  venue:\n    ingest: rtmps://a.live-video.net/app\n    stream-key-file: @KEY\n"
  private static let minimal = "tokens: t.yaml\n" + channel

  @Test("the least that is enough, and what the rest is then")
  func defaults() throws {
    let settings = try read(Self.minimal)
    #expect(settings.listen.description == "127.0.0.1:8080" && settings.tls == nil && settings.adminListen == nil)
    #expect(settings.tokensFile == "t.yaml" && settings.jwt == nil && !settings.hasOriginalURLs)
    #expect(settings.limits == ProxySettings.Limits() && settings.drain == .seconds(60))
    #expect(settings.logFormat == .text && settings.logLevel == "info" && settings.webDirectory == nil)
    let venue = try #require(settings.channels["venue"])
    #expect(venue.endpoint.description == "rtmps://a.live-video.net:443/app" && venue.takeover == .auto)
    #expect(venue.key == (try StreamKey(key)))
  }

  @Test("every setting is read")
  func all() throws {
    let settings = try read(
      """
      listen: '[::1]:8443'
      tls-certificate: cert.pem
      tls-key: key.pem
      insecure: yes
      behind-proxy: true
      admin-listen: localhost:0
      web: /srv/web
      tokens: t.yaml
      jwt:
        issuer: https://issuer.example
        jwks: https://issuer.example/jwks.json
        audience: client
        channels-claim: scope
      original-urls: on
      allow: [ingest.example.net, '*.example.org', '10.0.0.7:1935']
      channels:
        a:
          ingest: rtmp://10.0.0.7/live
          stream-key-file: @KEY
          takeover: always
        B-2.c:
          ingest: rtmps://b.live-video.net/app
          stream-key-file: @KEY
          takeover: never
      limits:
        sessions: 1
        original-sessions: 0
        messages: 50
        sessions-per-token: 2
        sessions-per-address: 3
        transcodes: 0
        bitrate: 4000k
        total-bitrate: 100M
        message-bytes: 65536
        idle: 1m
        handshake: 2.5s
        resume: 7
        reconnect: 1h
      drain: 90s
      tls-ca-file: ca.pem
      log-format: json
      log-level: debug
      """)
    #expect(settings.listen.description == "[::1]:8443")
    #expect(settings.tls == .init(certificate: "cert.pem", key: "key.pem"))
    #expect(settings.isInsecure && settings.isBehindProxy && settings.hasOriginalURLs)
    #expect(settings.adminListen?.description == "localhost:0" && settings.webDirectory == "/srv/web")
    #expect(
      settings.jwt
        == .init(
          issuer: "https://issuer.example", keys: "https://issuer.example/jwks.json", audience: "client",
          channelsClaim: "scope"))
    #expect(
      settings.allowList.rules.dropFirst().map(\.description) == [
        "ingest.example.net", "*.example.org", "10.0.0.7:1935",
      ])
    #expect(settings.channels.mapValues(\.takeover) == ["a": .always, "B-2.c": .never])
    var limits = ProxySettings.Limits()
    (limits.sessions, limits.sessionsPerToken, limits.sessionsPerAddress, limits.transcodes) = (1, 2, 3, 0)
    (limits.bitrate, limits.totalBitrate, limits.messageBytes) = (.kilobits(4000), .kilobits(100_000), 65_536)
    (limits.originalSessions, limits.messages) = (0, 50)
    (limits.idle, limits.handshake) = (.seconds(60), .milliseconds(2500))
    (limits.resume, limits.reconnect) = (.seconds(7), .seconds(3600))
    #expect(settings.limits == limits)
    #expect(settings.drain == .seconds(90) && settings.ingestCAFile == "ca.pem")
    #expect(settings.logFormat == .json && settings.logLevel == "debug")
  }

  @Test("options win over the file; a switch can only be added")
  func overrides() throws {
    var overrides = ProxySettings.Overrides()
    (overrides.listen, overrides.adminListen) = ("0.0.0.0:1", "127.0.0.1:2")
    (overrides.logFormat, overrides.logLevel) = ("json", "error")
    overrides.isInsecure = true
    let settings = try read("listen: 127.0.0.1:9\nlog-level: trace\noriginal-urls: true\n", overrides)
    #expect(settings.listen.description == "0.0.0.0:1" && settings.adminListen?.description == "127.0.0.1:2")
    #expect(settings.logFormat == .json && settings.logLevel == "error" && settings.isInsecure)
    #expect(settings.hasOriginalURLs)
    overrides.listen = "nowhere"
    #expect(failure(Self.minimal, overrides).hasPrefix("`listen`: 'nowhere' is not HOST:PORT"))
    overrides.listen = nil
    overrides.logFormat = "xml"
    #expect(failure(Self.minimal, overrides) == "`log-format`: 'xml' is neither text nor json")
    overrides.logFormat = nil
    overrides.logLevel = "loud"
    #expect(failure(Self.minimal, overrides).hasPrefix("`log-level`: 'loud' is not one of trace"))
  }

  /// Each setting with a value that is wrong, its line, and what is said.
  private static let wrong: [(text: String, line: Int, words: String)] = [
    ("listen: here", 1, "listen: HOST:PORT"), ("listen: h:70000", 1, "listen: HOST:PORT"),
    ("listen: ':80'", 1, "listen: HOST:PORT"), ("listen: [a]", 1, "listen: expected one value"),
    ("\nadmin-listen: 9464", 2, "admin-listen: HOST:PORT"),
    ("insecure: maybe", 1, "insecure: neither true nor false"),
    ("behind-proxy: 1", 1, "behind-proxy: neither true nor false"),
    ("original-urls: ''", 1, "original-urls: expected one value"),
    ("tokens:", 1, "tokens: expected one value"), ("tokens: {a: b}", 1, "tokens: expected one value"),
    ("web: []", 1, "web: expected one value"), ("drain: 0s", 1, "drain: a duration such as"),
    ("drain: soon", 1, "drain: a duration such as"), ("log-format: xml", 1, "log-format: one of text, json is wanted"),
    ("log-level: loud", 1, "log-level: one of trace, debug"), ("colour: red", 1, "unknown setting 'colour'"),
    ("allow: a.b", 1, "allow: expected a list"), ("allow: [a.b, '*.']", 1, "allow: a host is wanted"),
    ("allow:\n  - a.b\n  - 'a b'", 3, "allow: a host is wanted"), ("allow: ['*.net']", 1, "allow: a host is wanted"),
    ("jwt: x", 1, "jwt: expected lines of `name: value`"),
    ("jwt:\n  issuer: a", 2, "jwt: issuer and jwks are required"),
    ("jwt:\n  secret: a", 2, "unknown setting 'secret'"),
    ("jwt:\n  issuer: a\n  jwks: HTTP://a/b", 2, "jwt: jwks: keys that come in the clear prove nothing"),
    (
      "jwt:\n  issuer: a\n  jwks: ftp://a/b", 2,
      "jwt: jwks: an https URL without user and password is wanted, or a file"
    ),
    ("jwt:\n  issuer: a\n  jwks: https://u:p@a/b", 2, "jwt: jwks: an https URL without user and password is wanted"),
    ("\"a\\e[2J\\nb\": 1", 1, "unknown setting 'a\\x1b[2J'"),
    ("jwt:\n  issuer: a\n  jwks: http://a/b", 2, "jwt: jwks: keys that come in the clear prove nothing"),
    ("limits:\n  sessions: 0", 2, "sessions: a number from 1 to 1048576"),
    ("limits:\n  sessions-per-token: x", 2, "sessions-per-token: a number"),
    ("limits:\n  sessions-per-address: -1", 2, "sessions-per-address: a number"),
    ("limits:\n  transcodes: 1025", 2, "transcodes: a number from 0 to 1024"),
    ("limits:\n  bitrate: fast", 2, "bitrate: a bitrate such as"),
    ("limits:\n  total-bitrate: 0", 2, "total-bitrate: a bitrate"),
    ("limits:\n  message-bytes: 65535", 2, "message-bytes: a number from 65536 to 67108864"),
    ("limits:\n  idle: 0", 2, "idle: a duration"), ("limits:\n  handshake: x", 2, "handshake: a duration"),
    ("limits:\n  resume: -1", 2, "resume: a duration"), ("limits:\n  reconnect: 1d", 2, "reconnect: a duration"),
    ("limits:\n  speed: 1", 2, "unknown setting 'speed'"), ("limits: [a]", 1, "limits: expected lines of"),
    ("channels:\n  'a b':\n    ingest: x", 3, "a b: a channel's name is"),
    ("channels:\n  a:\n    stream-key-file: @KEY", 3, "a: `ingest: rtmps://HOST:443/app` is missing"),
    ("channels:\n  a:\n    ingest: http://h/app", 3, "ingest: 'http' is not supported for publishing"),
    ("channels:\n  a:\n    ingest: rtmps://h/app\n    takeover: often", 4, "takeover: one of auto, always, never"),
    ("channels:\n  a:\n    ingest: rtmps://h/app\n    key: x", 4, "unknown setting 'key'"),
    ("channels:\n  a:\n    ingest: rtmps://h/app", 3, "a: there is no stream key"),
    (
      "channels:\n  a:\n    ingest: rtmps://h/app\n    stream-key-file: @DIR/none", 4,
      "stream-key-file: /tmp"
    ),
    ("channels:\n  a:\n    ingest: rtmps://h/app\n    stream-key-file: @DIR", 4, "stream-key-file: "),
    ("listen: a:1\nlisten: b:1", 2, "not YAML: listen is set twice"), ("a: [", 2, "not YAML"),
    ("- a", 1, "expected lines of `name: value`"), ("tls-key: [a]", 1, "tls-key: expected one value"),
    ("tls-certificate: {}", 1, "tls-certificate: expected one value"),
    ("tls-ca-file: []", 1, "tls-ca-file: expected one value"),
  ]

  @Test("what is wrong is said with its line and its name", arguments: wrong)
  func wrongLines(text: String, line: Int, words: String) {
    let said = failure(text)
    #expect(said.hasPrefix("s.yaml:\(line): \(words)"), "\(said)")
    #expect(!said.contains("\n"))
  }

  @Test("the channels' names are known without their keys")
  func names() throws {
    let text = "channels:\n  venue:\n    ingest: rtmps://h/app\n    stream-key-file: nowhere.key\n  stage: {}\n"
    #expect(try ProxySettings.channelNames(text, path: "s.yaml") == ["venue", "stage"])
    #expect(failure("tokens: t\n" + text).contains("nowhere.key: no such file"))
  }

  @Test("what is only wrong as a whole")
  func wholes() {
    for (text, words) in [
      ("", "nobody could publish"), (Self.channel, "nobody could publish"), ("tokens: t", "there are no channels"),
      ("tls-key: k\n" + Self.minimal, "tls-certificate and tls-key go together"),
      ("tls-certificate: c\n" + Self.minimal, "tls-certificate and tls-key go together"),
      ("listen: 0.0.0.0:80\n" + Self.minimal, "refusing to listen on 0.0.0.0:80 without TLS"),
      ("listen: '[::]:80'\n" + Self.minimal, "refusing to listen on [::]:80 without TLS"),
      ("listen: example.net:80\n" + Self.minimal, "refusing to listen on example.net:80 without TLS"),
    ] {
      #expect(failure(text).hasPrefix("s.yaml: \(words)"), "\(failure(text))")
    }
    for text in [
      "listen: 0.0.0.0:80\ninsecure: true\n", "listen: 0.0.0.0:80\ntls-key: k\ntls-certificate: c\n",
      "listen: 127.8.9.1:80\n", "listen: '[::1]:80'\n", "listen: localhost:80\n",
    ] {
      #expect(failure(text + Self.minimal) == "none")
    }
    #expect(failure("original-urls: true") == "none", "clients bring their keys, so no channel is needed")
  }

  @Test("a key may come from the environment; the file wins")
  func environment() throws {
    let text = "tokens: t\nchannels:\n  my-venue.2:\n    ingest: rtmps://h/app\n"
    let settings = try read(text, environment: ["TRANSWRAP_KEY_MY_VENUE_2": "sk_other"])
    #expect(settings.channels["my-venue.2"]?.key == (try StreamKey("sk_other")))
    let both = try read(text + "    stream-key-file: @KEY\n", environment: ["TRANSWRAP_KEY_MY_VENUE_2": "sk_other"])
    #expect(both.channels["my-venue.2"]?.key == (try StreamKey(key)))
    #expect(failure(text, environment: ["TRANSWRAP_KEY_MY_VENUE_2": ""]).contains("TRANSWRAP_KEY_MY_VENUE_2"))
    let wrong = failure(text, environment: ["TRANSWRAP_KEY_MY_VENUE_2": "sk_ secret"])
    #expect(wrong.hasPrefix("TRANSWRAP_KEY_MY_VENUE_2: the stream key holds a space"))
  }

  @Test("${CREDENTIALS_DIRECTORY} is where systemd puts credentials")
  func credentials() throws {
    let text = Self.minimal.replacing("@KEY", with: "${CREDENTIALS_DIRECTORY}/venue.key")
    let settings = try read(text, environment: ["CREDENTIALS_DIRECTORY": folder.url.path])
    #expect(settings.channels["venue"]?.key == (try StreamKey(key)))
    #expect(failure(text).hasPrefix("s.yaml:5: stream-key-file: CREDENTIALS_DIRECTORY is not set"))
  }

  @Test("line breaks and spaces behind a key do not count; a file with anything else than a key is refused")
  func keyFiles() throws {
    for content in [key, key + "\r\n", key + " \n\n"] {
      try folder.write(content, to: "venue.key")
      #expect(try read(Self.minimal).channels["venue"]?.key == (try StreamKey(key)))
    }
    for content in ["", "\n", key + "\n" + key, "a/b", String(repeating: "k", count: 2000)] {
      try folder.write(content, to: "venue.key")
      #expect(failure(Self.minimal).hasPrefix("s.yaml:5: stream-key-file: "))
    }
  }

  @Test("wherever a key stands by mistake, it is not repeated")
  func noKeyInErrors() throws {
    let ingest = "channels:\n  a:\n    ingest: "
    let mistakes = [
      ingest + "rtmps://h/app/\(key)", ingest + "rtmps://h/\(key)", ingest + key, ingest + "rtmps://h/app?\(key)",
      ingest + "rtmps://\(key)@h/app", ingest + "rtmps://h/app\n    stream-key-file: \(key)",
      ingest + "rtmps://h/app\n    stream-key: \(key)", ingest + "rtmps://h/app\n    takeover: \(key)",
      "stream-key: \(key)", "tokens: [\(key)]", "drain: \(key)", "listen: \(key)", "log-level: \(key)",
      "allow: [/\(key)]",
    ]
    for text in mistakes {
      let said = failure(text)
      #expect(said.hasPrefix("s.yaml:") && !said.contains("AbCdEf"), "\(said)")
    }
    for content in [key + " " + key, key + "\n" + key, key + "/" + key] {
      try folder.write(content, to: "venue.key")
      #expect(!failure(Self.minimal).contains("AbCdEf"))
    }
  }
}
