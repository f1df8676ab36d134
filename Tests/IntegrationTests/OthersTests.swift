import Foundation
import TestSupport
import Testing

@Suite("Other users of the machine")
struct OthersTests {
  /// What runs a program as the user of the broadcaster: not root, who may do everything.
  private static let user =
    geteuid() == 0 ? ["setpriv", "--reuid=4711", "--regid=4711", "--clear-groups"] : ["env"]

  /// A broadcast into the local channel, and its page.
  private struct Local {
    let broadcast: Broadcast
    let recordings: TemporaryDirectory
    let page: String
    let ingestPort: String

    init() async throws {
      recordings = try TemporaryDirectory()
      broadcast = try Broadcast(
        Broadcast.smallPicture + [
          "--record", recordings.url.path, "--playback-port", "0", "--keep-trying", "--json-status", "-",
        ], key: nil)
      // The status on the standard output has the same words in it.
      let watch = try await broadcast.process.waitForLine(containing: "watch at http", in: [.standardError])
      page = try #require(watch.split(separator: " ").last.map(String.init))
      let live = try await broadcast.process.waitForLine(containing: "live ingest=", in: [.standardError])
      ingestPort = String(try #require(live.firstMatch(of: /127\.0\.0\.1:(\d+)/)).1)
    }

    var identifier: Int32 { broadcast.process.processIdentifier }

    /// Resident memory in MB.
    var memory: Int {
      let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
      return status.firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap { Int($0.1) }.map { $0 / 1024 } ?? .max
    }

    /// Seconds of processor time so far.
    var processorSeconds: Double {
      let stat = (try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)) ?? ""
      let fields = stat.split(separator: ")").last?.split(separator: " ").compactMap { Double($0) } ?? []
      return fields.count > 12 ? (fields[10] + fields[11]) / 100 : .infinity
    }

    /// What part of a core it takes while it tells its status so many times, once a second, on air or not.
    func share(ofStatusLines count: Int) async throws -> Double {
      let (start, began, told) = (processorSeconds, ContinuousClock.now, statusLines)
      try await eventually("\(count) more lines of status", within: .seconds(20)) { statusLines >= told + count }
      return (processorSeconds - start) / ((ContinuousClock.now - began) / .seconds(1))
    }

    private var statusLines: Int {
      broadcast.process.lines(of: .standardOutput).count { $0.contains("framesEncoded") }
    }

    /// Waits for a playlist; fails with the last one, what fetching it said, and the broadcast's log.
    func plays(_ what: String, _ isRight: (String) -> Bool) async throws {
      var told = ""
      do {
        try await eventually(what, within: .seconds(20)) {
          let result = try await Tool.attempt("curl", ["-sSf", "--max-time", "2", page + "index.m3u8"])
          told = result.text + result.errorText
          return isRight(result.text)
        }
      } catch {
        Issue.record("\(told)\n\(broadcast.process.text(of: .standardError))")
        throw error
      }
    }

    func playlist() async throws -> String { try await fetch("index.m3u8") }

    /// What the page knows of the stream that it plays; another one after each connection.
    func facts() async throws -> String { try await fetch("channel.json") }

    private func fetch(_ name: String) async throws -> String {
      try await Tool.attempt("curl", ["-sf", "--max-time", "2", page + name]).text
    }
  }

  @Test("can neither watch nor publish, and take neither memory nor the places of those who may")
  func strangers() async throws {
    let local = try await Local()
    let before = local.memory
    let script = """
      import os, socket, sys, time
      # The interpreter's own files may be out of that user's reach.
      "localhost".encode("idna")
      os.setgid(4711); os.setuid(4711)
      ingest, player = int(sys.argv[1]), int(sys.argv[2])
      def connect(port):
          peer = socket.create_connection(("127.0.0.1", port))
          peer.settimeout(0.2)
          return peer
      idle = [connect(port) for port in (ingest, player) for _ in range(150)]
      greedy = [connect(ingest) for _ in range(64)]
      deadline = time.monotonic() + 4
      for peer in greedy:
          try:
              peer.sendall(b"\\3" + bytes(3072))
              while time.monotonic() < deadline:
                  for stream in range(3, 60):
                      peer.sendall(bytes([stream]) + b"\\0\\0\\0\\x0f\\xff\\xf0\\x09" + bytes(4) + bytes(128))
          except OSError:
              pass
      answers = set()
      for host in ("localhost", "evil.example"):
          for path in ("/", "/index.m3u8", "/channel.json", "/segment000000.m4s"):
              peer = connect(player)
              peer.sendall(f"GET {path} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n".encode())
              answers.add(peer.recv(12)[9:].decode())
      print(*sorted(answers))
      """
    let port = try #require(local.page.firstMatch(of: /127\.0\.0\.1:(\d+)/)).1
    let told = try await Tool.runAsRoot(
      "python3", ["-c", script, local.ingestPort, String(port)]
    ).text.split(separator: " ").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    #expect(told == ["404", "421"], "\(told)")
    #expect(local.memory - before < 40, "\(before) MB became \(local.memory)")
    try await local.plays("the owner watches") { $0.contains("#EXTINF") }
    #expect(!local.broadcast.process.text(of: .standardError).contains("connection lost"))
    #expect(try await local.broadcast.process.stop() == .exit(0))
  }

  @Test("descriptors that are used up are waited for without work, and all goes on when they are back, each said once")
  func descriptors() async throws {
    let local = try await Local()
    try await local.plays("a playlist") { $0.contains("#EXTINF") }
    let facts = try await local.facts()
    let with = try await local.share(ofStatusLines: 2)
    try await Tool.run("prlimit", ["--pid", "\(local.identifier)", "--nofile=3:4096"])
    try await local.broadcast.process.waitForLine(containing: "playback ended", within: .seconds(10))
    try await Tool.runAsRoot("ss", ["-K", "-t", "dst", "127.0.0.1", "dport", "=", ":\(local.ingestPort)"])
    try await local.broadcast.process.waitForLine(containing: "connection lost", within: .seconds(10))
    #expect(try await local.playlist().isEmpty)
    let without = try await local.share(ofStatusLines: 3)
    #expect(
      without < with + 0.3, "\(with) of a core became \(without)\n\(local.broadcast.process.text(of: .standardError))")
    try await Tool.run("prlimit", ["--pid", "\(local.identifier)", "--nofile=1024:4096"])
    try await eventually("live again", within: .seconds(30)) {
      local.broadcast.process.lines(of: .standardError).filter { $0.contains("live ingest=") }.count == 2
    }
    // Until then it is the one that could not be written on.
    try await eventually("a stream of the new connection") { try await ![facts, ""].contains(local.facts()) }
    try await local.plays("a playlist again") { $0.contains("#EXTINF") && !$0.contains("#EXT-X-ENDLIST") }
    let log = local.broadcast.process.lines(of: .standardError)
    for text in ["playback ended", "the player accepts no connections"] {
      #expect(log.filter { $0.contains(text) }.count == 1, "\(log)")
    }
    #expect(try await local.broadcast.process.stop() == .exit(0))
    let files = try FileManager.default.contentsOfDirectory(at: local.recordings.url, includingPropertiesForKeys: nil)
    #expect(files.count == 1, "\(files)\n\(log)")
    for file in files { #expect(try await MediaProbe(file).decodeErrors().isEmpty) }
  }

  @Test("and other programs of the same user find no secret: not in memory, environment, dumps, files or crash reports")
  func secrets() async throws {
    let server = try await NginxRTMP()
    let home = try TemporaryDirectory()
    if geteuid() == 0 { try await Tool.run("chown", ["4711:4711", home.url.path]) }
    // The checkout may be out of that user's reach.
    let program = home.file("program")
    try FileManager.default.copyItem(at: URL(filePath: try Product.ivsBroadcast()), to: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    let (recordings, status) = (home.file("films").path, home.file("status.json").path)
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", server.url, "--record", recordings, "--json-status", status], key: nil,
      environment: [
        "HOME": home.url.path, "XDG_RUNTIME_DIR": home.url.path, "IVS_STREAM_KEY": Broadcast.key,
        "AWS_SECRET_ACCESS_KEY": "Geheim/ZugangABCDEF", "SWIFT_BACKTRACE": "enable=yes,color=no,registers=all",
      ],
      launcher: Self.user + ["sh", "-c", "cd \"$HOME\"; umask 0; ulimit -c unlimited; exec ./program \"$@\""])
    let process = "/proc/\(broadcast.process.processIdentifier)"
    try await broadcast.waitUntilLive()
    try FileManager.default.removeItem(at: program)
    let socket = home.file("ivs-broadcast/control.sock").path
    let told = try await Tool.attempt(Product.ivsBroadcast(), ["control", "--socket", socket, "snapshot"])
    #expect(told.termination == .exit(0), "\(told.errorText)")
    #expect(told.text.hasPrefix("snapshot \(recordings)/") && told.text.hasSuffix(".png\n"), "\(told.text)")
    try await broadcast.process.waitForLine(containing: "snapshot /")
    try await eventually("a recording") {
      try FileManager.default.contentsOfDirectory(atPath: recordings).contains { $0.hasSuffix(".mkv") }
    }

    let environment = try await Data(Tool.runAsRoot("cat", ["\(process)/environ"]).standardOutput)
    #expect(environment.range(of: Data("IVS_STREAM_KEY".utf8)) != nil)
    for secret in [Broadcast.key, "Geheim/Zugang"] { #expect(environment.range(of: Data(secret.utf8)) == nil) }
    #expect(try String(contentsOfFile: "\(process)/limits", encoding: .utf8).contains(/Max core file size +0 +0/))
    for file in ["environ", "mem", "maps", "fd/2"] {
      let words = Array(Self.user.dropFirst()) + ["head", "-c", "1", "\(process)/\(file)"]
      #expect(try await !Tool.attempt(Self.user[0], words).termination.isSuccess, "\(file) can be read")
    }

    broadcast.process.signal(SIGSEGV)
    #expect(try await broadcast.process.waitForExit(within: .seconds(30)) == .signal(SIGSEGV))
    let log = broadcast.process.text(of: .standardError)
    #expect(!log.contains(Broadcast.key) && !log.contains("Geheim/Zugang"))
    #expect(!log.contains("crashed") && !log.contains("Registers"), "\(log)")
    let paths = try #require(FileManager.default.enumerator(atPath: home.url.path)).compactMap { $0 as? String }
    #expect(paths.count { $0.hasSuffix(".mkv") } == 1 && paths.count { $0.hasSuffix(".png") } == 1, "\(paths)")
    for path in paths {
      let place = home.file(path)
      let mode = try #require(
        FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? Int)
      #expect(mode & 0o027 == 0, "\(path) has mode \(String(mode, radix: 8))")
      #expect(!path.contains("core"), "\(path)")
      guard let bytes = try? Data(contentsOf: place) else { continue }
      for secret in [Broadcast.key, "Geheim/Zugang"] { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(path)") }
    }
    let statusMode = try FileManager.default.attributesOfItem(atPath: status)[.posixPermissions] as? Int
    #expect(statusMode == 0o600)
  }

  @Test("a secret in the wrong place is not said again")
  func wrongPlace() async throws {
    let (key, home) = ("sk_us-west-2_AbCdEfGh1234", try TemporaryDirectory())
    for words in [
      ["stream", key], ["stream", "--channel", key], ["stream", "--camera", key],
      ["stream", "--channel", "rtmps://host/app/\(key)"], ["stream", "--channel", "srt://host:9000?streamid=\(key)"],
      ["stream", "--proxy", "wss://u:\(key)@host/v1/publish/a"],
      ["stream", "--stream-key-file", key, "--channel", "ivs"],
      ["stream", "--record", "/proc/\(key)"], ["control", "--socket", "/nonexistent/\(key)", "stop"],
      ["control", "--socket", "/nonexistent/control.sock", "mark", "x", key],
      ["channels", "show", key, "--region", "us-west-2"],
      ["--\(key)"], ["stream", "--stream-key", key], ["check", "--video", key],
    ] {
      let result = try await Tool.attempt(
        Product.ivsBroadcast(), words, within: .seconds(20),
        environment: ["AWS_EC2_METADATA_DISABLED": "true", "HOME": home.url.path])
      #expect(!result.termination.isSuccess, "\(words)")
      #expect(!result.errorText.contains("AbCdEfGh1234"), "\(words): \(result.errorText)")
      #expect(!result.text.contains("AbCdEfGh1234"), "\(words): \(result.text)")
    }
  }
}
