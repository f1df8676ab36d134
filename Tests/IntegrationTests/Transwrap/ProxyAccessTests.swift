import Foundation
import TestSupport
import Testing

@Suite("Who gets through a proxy, and what others see of it")
struct ProxyAccessTests {
  /// What a request for a WebSocket is answered.
  private func answer(_ proxy: Proxy, _ path: String, token: String? = nil) async throws -> String {
    var arguments = [
      "-s", "-o", "-", "-w", " %{http_code}", "-m", "5", "-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H",
      "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    if let token { arguments += ["-H", "Authorization: Bearer \(token)"] }
    return try await Tool.attempt("curl", arguments + ["http://127.0.0.1:\(proxy.port)\(path)"]).text
  }

  @Test("options are spelled as their settings are")
  func options() async throws {
    let help = try await Tool.run(try Product.ivsTranswrap(), ["serve", "--help"]).text
    let options = Set(help.matches(of: /--[a-z-]+/).map { String($0.output) })
    let all: Set = [
      "--config", "--listen", "--admin-listen", "--original-urls", "--insecure", "--log-format", "--log-level",
      "--version", "--help",
    ]
    #expect(options == all)
  }

  @Test("no connection is made for what is not allowed")
  func refusals() async throws {
    let silent = try SilentServer()
    let ingest = "rtmp://127.0.0.1:\(silent.port)/app"
    let proxy = try await Proxy([("venue", ingest, Proxy.key)])
    #expect(try await answer(proxy, "/v1/publish/venue", token: "tw_wrong").hasSuffix(" 401"))
    #expect(try await answer(proxy, "/v1/publish/other", token: proxy.token).hasSuffix(" 403"))
    #expect(try await answer(proxy, "/v2/publish/venue", token: proxy.token).hasSuffix(" 404"))
    #expect(try await answer(proxy, "/rtmps/h264/\(ingest)/sk_secretInPath").hasSuffix(" 403"))
    let open = try await Proxy([], settings: "allow: [ingest.example.net]", arguments: ["--original-urls"])
    for target in [ingest, "rtmps://example.com:443/app", "rtmps://a.live-video.net:8443/app"] {
      #expect(try await answer(open, "/rtmps/h264/\(target)/sk_secretInPath").hasSuffix(" 403"), "\(target)")
    }
    #expect(silent.connections == 0)
    #expect(!(proxy.log + open.log).contains("sk_secretInPath"))
    #expect(try await open.metric("sessions_total") == 0)
    #expect(try await proxy.process.stop() == .exit(0))
    #expect(try await open.process.stop() == .exit(0))
  }

  @Test("tokens that are added or removed count without a restart")
  func tokens() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)])
    let (program, file) = (try Product.ivsTranswrap(), proxy.folder.file("tokens.yaml").path)
    func token(_ arguments: [String]) async throws -> String {
      try await Tool.run(program, ["token", arguments[0], "--file", file] + arguments.dropFirst()).text
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let fresh = try await token(["add", "--channel", "venue", "--name", "second", "--expires", "1h"])
    #expect(try await answer(proxy, "/v1/publish/venue?session=x", token: fresh).hasSuffix(" 400"))
    try await eventually("the new token", within: .seconds(10)) {
      try await answer(proxy, "/v1/publish/other", token: fresh).hasSuffix(" 403")
    }
    #expect(try await token(["list"]).contains("second\tvenue"))
    #expect(try await token(["remove", "--name", "second"]).isEmpty)
    try await eventually("the end of it", within: .seconds(10)) {
      try await answer(proxy, "/v1/publish/other", token: fresh).hasSuffix(" 401")
    }
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(!text.contains(proxy.token) && !text.contains(fresh))
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("a session ends when its token is removed, or has expired, and its client is told why", .timeLimit(.minutes(2)))
  func ends() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("one", server.url, "k1"), ("two", server.url, "k2")])
    let (program, file) = (try Product.ivsTranswrap(), proxy.folder.file("tokens.yaml").path)
    func loads() -> Int { proxy.process.lines(of: .standardError).count { $0.contains("tokens loaded") } }
    func broadcast(_ channel: String, _ options: String...) async throws -> Broadcast {
      let before = loads()
      let token = try await Tool.run(
        program, ["token", "add", "--file", file, "--channel", channel, "--name", channel] + options
      ).text
      let place = try proxy.folder.write(token, to: "token-\(channel)").path
      // The proxy looks at its file each second.
      try await eventually("the file is read again", within: .seconds(10)) { loads() > before }
      return try Broadcast(
        Broadcast.smallPicture + ["--channel", proxy.url(channel), "--token-file", place], key: nil)
    }
    let removed = try await broadcast("one")
    try await proxy.waitForSessions(1)
    let expired = try await broadcast("two", "--expires", "8s")
    try await proxy.waitForSessions(2)
    try await Tool.run(program, ["token", "remove", "--file", file, "--name", "one"])
    try await removed.process.waitForLine(
      containing: "the token is not taken any more (token-removed)", within: .seconds(15))
    try await expired.process.waitForLine(containing: "the token has expired (token-expired)", within: .seconds(20))
    try await proxy.waitForSessions(0)
    #expect(try await proxy.process.stop() == .exit(0))
  }

  @Test("health, readiness and metrics are there for machines")
  func admin() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy(
      [("venue", server.url, Proxy.key)], settings: "drain: 20s\nlimits: {resume: 5s}", takeover: "always")
    func get(_ path: String) async throws -> String {
      try await Tool.attempt(
        "curl", ["-s", "-w", " %{http_code}", "-m", "5", "http://127.0.0.1:\(proxy.adminPort)\(path)"]
      ).text
    }
    #expect(try await get("/healthz") == "alive\n 200")
    #expect(try await get("/readyz") == "ready\n 200")
    #expect(try await get("/other").hasSuffix(" 404"))
    let metrics = try await get("/metrics")
    #expect(metrics.contains("# TYPE transwrap_sessions gauge\ntranswrap_sessions 0\n"))
    let health = ["health", "--url", "http://127.0.0.1:\(proxy.adminPort)/healthz"]
    #expect(try await Tool.attempt(try Product.ivsTranswrap(), health).termination == .exit(0))
    // Where takeovers are known, the ingest connection waits for the client on another node: during that the proxy is
    // alive but not ready.
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", proxy.url("venue"), "--token-file", proxy.tokenFile, "--keep-trying"],
      key: nil)
    try await proxy.process.waitForLine(containing: "ingest live", within: .seconds(15))
    let frozen = broadcast.process
    frozen.signal(SIGSTOP)
    proxy.process.signal(SIGTERM)
    try await proxy.process.waitForLine(containing: "draining")
    #expect(try await get("/readyz") == "draining\n 503")
    #expect(try await get("/healthz").hasSuffix(" 200"))
    #expect(try await proxy.process.waitForExit(within: .seconds(30)) == .exit(0))
    frozen.signal(SIGCONT)
    #expect(try await broadcast.process.stop() == .exit(0))
    #expect(try await Tool.attempt(try Product.ivsTranswrap(), health).termination == .exit(69))
  }

  @Test("log lines are JSON objects where that is wished")
  func json() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("listen: 127.0.0.1:0\noriginal-urls: true\nlog-format: json\n", to: "settings.yaml")
    let process = try RunningProcess(try Product.ivsTranswrap(), ["serve", "--config", file.path])
    let line = try await process.waitForLine(containing: "listening")
    let fields = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    #expect(fields["message"] == "listening" && fields["level"] == "notice")
    #expect(fields["address"]?.hasPrefix("ws://127.0.0.1:") == true && fields["time"]?.hasSuffix("Z") == true)
    #expect(try await process.stop() == .exit(0))
  }

  @Test(
    "wrong settings end in one line with the place, and exit code 78",
    arguments: [
      ("listen: 127.0.0.1:0\ntokens: t\nchanels: {}", "settings.yaml:3: unknown setting 'chanels'"),
      ("listen: 0.0.0.0:0\ntokens: t", "refusing to listen on 0.0.0.0:0 without TLS"),
      ("listen: 127.0.0.1:0\nchannels: {a: {ingest: 'rtmp://h/app/sk_x'}}", "settings.yaml:2: ingest: "),
      ("listen: 127.0.0.1:0", "nobody could publish"), ("listen: [", ": not YAML: "),
    ])
  func settings(text: String, words: String) async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write(text + "\n", to: "settings.yaml")
    let result = try await Tool.attempt(try Product.ivsTranswrap(), ["serve", "--config", file.path])
    #expect(result.termination == .exit(78))
    #expect(
      result.errorText.split(separator: "\n").count == 1 && result.errorText.contains(words), "\(result.errorText)")
    #expect(!result.errorText.contains("sk_x"))
  }

  @Test("no key and no token is in an argument, a log, a status or a file that others can read")
  func secrets() async throws {
    let server = try await NginxRTMP()
    let proxy = try await Proxy([("venue", server.url, Proxy.key)], settings: "log-level: trace")
    let broadcast = try Broadcast(
      Broadcast.smallPicture + [
        "--channel", proxy.url("venue"), "--json-status", "-", "--log-level", "trace", "--keep-trying",
      ], key: nil, environment: ["IVS_TRANSWRAP_TOKEN": proxy.token])
    try await proxy.process.waitForLine(containing: "ingest live", within: .seconds(15))
    try await broadcast.waitForFrames(60)
    func argumentsOf(_ process: RunningProcess) throws -> String {
      String(decoding: try Data(contentsOf: URL(filePath: "/proc/\(process.processIdentifier)/cmdline")), as: UTF8.self)
    }
    var traces = try argumentsOf(proxy.process) + argumentsOf(broadcast.process)
    traces += try await Tool.run("curl", ["-sf", "http://127.0.0.1:\(proxy.adminPort)/metrics"]).text
    #expect(try await broadcast.process.stop() == .exit(0))
    #expect(try await proxy.process.stop(within: .seconds(30)) == .exit(0))
    traces += proxy.log + proxy.process.text(of: .standardOutput)
    traces += broadcast.process.text(of: .standardError) + broadcast.process.text(of: .standardOutput)
    #expect(!traces.contains(Proxy.key) && !traces.contains(proxy.token))
    let readable = try await Tool.attempt("find", [proxy.folder.url.path, "-type", "f", "-perm", "/o+r"]).text
    for path in readable.split(separator: "\n") where !path.hasSuffix("/token") && !path.contains("/key") {
      let text = try String(contentsOfFile: String(path), encoding: .utf8)
      #expect(!text.contains(Proxy.key) && !text.contains(proxy.token), "\(path)")
    }
  }
}
