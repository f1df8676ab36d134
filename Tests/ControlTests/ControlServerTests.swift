import Foundation
import Interface
import Logging
import Media
import Settings
import Synchronization
import TestSupport
import Testing

@testable import Control

@Suite("The control server, over real sockets")
struct ControlServerTests {
  private let folder: TemporaryDirectory
  private let performed = Performed()

  private final class Performed: Sendable {
    let intents = Mutex<[Intent]>([])
  }

  init() throws { folder = try TemporaryDirectory() }

  private let logger = Logger(label: "control") { _ in SwiftLogNoOpLogHandler() }
  private var path: String { folder.file("a.sock").path }
  private var place: ControlPlace { ControlPlace(environment: ["XDG_RUNTIME_DIR": folder.url.path], user: geteuid()) }
  private var soon: MediaTime { .now() + .seconds(4) }

  /// Does everything, but does not go live; `padding` makes its status long.
  private func engine(padding: Int = 0) -> FakeEngine {
    FakeEngine(padding: padding) { [performed] intent throws(OperatorFailure) in
      if intent == .goLive { throw OperatorFailure("already on air", .unavailable) }
      performed.intents.withLock { $0.append(intent) }
    }
  }

  private func server(limits: ControlServer.Limits = .init(), padding: Int = 0) async throws -> ControlServer {
    try await ControlServer.start(at: path, for: engine(padding: padding), limits: limits, logger: logger)
  }

  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  /// A raw connection, for what no client of ours would say.
  private func talk(_ text: String, to path: String) throws -> [String] {
    var socket = LineSocket(try LineSocket.connect(to: path))
    var lines: [String] = []
    do {
      try socket.send(Array(text.utf8), until: soon)
      while true { lines.append(String(decoding: try socket.readLine(until: soon), as: UTF8.self)) }
    } catch LineSocket.End.closed {} catch LineSocket.End.late {}
    return lines
  }

  @Test("does what it is told, says why not, and tells its status, one line for each")
  func dialogue() async throws {
    let server = try await server()
    var client = try ControlClient.connect(to: path, until: soon)
    #expect(client.processIdentifier == getpid())
    try client.perform("mute on", until: soon)
    try client.perform("gain -3", until: soon)
    #expect(performed.intents.withLock { $0 } == [.mute(true), .gain(decibels: -3)])
    do {
      try client.perform("go-live", until: soon)
      Issue.record("not refused")
    } catch { #expect(error == OperatorFailure("already on air", .unavailable)) }
    do {
      try client.perform("dance", until: soon)
      Issue.record("not refused")
    } catch { #expect(error.exitStatus == .usage) }
    let status = try client.status(until: soon)
    // An account may have thousands of channels, and nobody chooses one here.
    #expect(status.phase == .live && status.offers.accountChannels.isEmpty)
    await server.stop()
  }

  @Test("who watches gets one status after the other until the broadcaster ends, and can tell it things meanwhile")
  func watching() async throws {
    var limits = ControlServer.Limits()
    limits.watchInterval = .milliseconds(20)
    let server = try await server(limits: limits)
    var client = try ControlClient.connect(to: path, until: soon)
    try client.watch(until: soon)
    for _ in 0..<5 { #expect(try client.readStatus(until: soon).phase == .live) }
    #expect(
      try talk(
        #"{"id":1,"watch":true}"# + "\n" + #"{"id":2,"do":"slate on"}"# + "\n" + #"{"id":3,"watch":true}"# + "\n"
          + String(repeating: "x", count: 70_000), to: path
      ).contains(#"{"id":2,"ok":true}"#))
    #expect(performed.intents.withLock { $0 } == [.slate(true)])
    let stopping = Task { await server.stop() }
    while try client.nextStatus(until: soon) != nil {}
    await stopping.value
  }

  @Test("what is no request gets an error and the connection goes on; a line that is too long ends it")
  func wrongLines() async throws {
    let server = try await server()
    let long = #"{"do":"mark "# + String(repeating: "x", count: ControlProtocol.requestBytes) + "\"}\n"
    let lines = try talk(
      "hello\n\n" + #"{"id":1,"do":"mute off"}"# + "\r\n" + long + #"{"do":"stop"}"# + "\n", to: path)
    try #require(lines.count == 5, "\(lines)")
    #expect(lines[0].contains(#""protocol":1"#) && lines[1].contains("one JSON object"))
    #expect(lines[3] == #"{"id":1,"ok":true}"#)
    #expect(lines[4].contains("a line has at most 65536 bytes"))
    #expect(performed.intents.withLock { $0 } == [.mute(false)])
    await server.stop()
  }

  @Test("a client that has said all it wants to say and closes its side still gets its answer")
  func halfClosed() async throws {
    let server = try await server()
    let descriptor = try LineSocket.connect(to: path)
    var socket = LineSocket(descriptor)
    try socket.send(Array((#"{"id":1,"do":"mark end"}"# + "\n").utf8), until: soon)
    shutdown(descriptor, Int32(SHUT_WR))
    _ = try socket.readLine(until: soon)
    #expect(try socket.readLine(until: soon) == Array(#"{"id":1,"ok":true}"#.utf8))
    await server.stop()
  }

  @Test("the socket is its user's alone, in a directory that is too, and gone afterwards")
  func permissions() async throws {
    let server = try await ControlServer.start(in: place, for: engine(), logger: logger)
    #expect(server.path == "\(folder.url.path)/ivs-broadcast/control.sock")
    #expect(try mode(server.path) == 0o600)
    #expect(try mode("\(folder.url.path)/ivs-broadcast") == 0o700)
    await server.stop()
    #expect(!FileManager.default.fileExists(atPath: server.path))
  }

  @Test("a directory of another user's, a link, or what is no directory is not used")
  func foreignDirectory() throws {
    let file = try folder.write("", to: "file").path
    let link = folder.file("link").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.url.path)
    for path in [file, link, geteuid() == 0 ? "" : "/tmp", folder.file("absent/below").path] {
      #expect(throws: OperatorFailure.self, "\(path)") { try SocketFile.prepare(path, isOwn: true) }
    }
    #expect(FileManager.default.fileExists(atPath: file))
  }

  @Test("where the runtime directory cannot be had, the socket is where clients look too")
  func fallback() async throws {
    try folder.write("", to: "ivs-broadcast")
    let server = try await ControlServer.start(in: place, for: engine(), logger: logger)
    #expect(server.path.hasPrefix("/tmp/ivs-broadcast-\(geteuid())/control"))
    #expect(try RunningBroadcasters.sockets(named: nil, in: place).contains(server.path))
    await server.stop()
  }

  @Test("a socket whose process is dead is replaced")
  func stale() async throws {
    let directory = try folder.folder("ivs-broadcast")
    let script = "import socket,sys\nfor p in sys.argv[1:]: socket.socket(socket.AF_UNIX).bind(p)"
    let left = ["control.sock", "control-4.sock"].map { directory.appending(path: $0).path }
    try await Tool.run("python3", ["-c", script] + left)
    #expect(left.allSatisfy { SocketFile.occupant(of: $0) == .stale })
    let server = try await ControlServer.start(in: place, for: engine(), logger: logger)
    #expect(server.path == left[0])
    #expect(SocketFile.all(in: directory.path) == [left[0]])
    await server.stop()
  }

  @Test("a second broadcaster takes a name of its own, and both are found; a path that was named is not shared")
  func second() async throws {
    let first = try await ControlServer.start(in: place, for: engine(), logger: logger)
    let second = try await ControlServer.start(in: place, for: engine(), logger: logger)
    #expect(second.path.hasSuffix("/control-\(getpid()).sock"))
    let found = try RunningBroadcasters.sockets(named: nil, in: place)
    #expect(found.filter { $0.hasPrefix(folder.url.path) } == [first.path, second.path])
    let failure = await #expect(throws: OperatorFailure.self) {
      try await ControlServer.start(at: first.path, for: engine(), logger: logger)
    }
    #expect(failure?.description.contains("another broadcaster listens there") == true)
    var client = try ControlClient.connect(to: first.path, until: soon)
    #expect(try client.status(until: soon).phase == .live)
    await first.stop()
    await second.stop()
  }

  @Test("what is no socket is left alone, and a path that is too long is said")
  func foreignFile() async throws {
    try folder.write("kept", to: "a.sock")
    let failure = await #expect(throws: OperatorFailure.self) { try await server() }
    #expect(failure?.description.contains("is no socket") == true)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
    let long = folder.file(String(repeating: "x", count: 120)).path
    let other = await #expect(throws: OperatorFailure.self) {
      try await ControlServer.start(at: long, for: engine(), logger: logger)
    }
    #expect(other?.description.contains("at most 107 bytes") == true)
  }

  @Test("sixteen clients at a time; the next one is told so, and gets in when one has left")
  func seventeenth() async throws {
    let server = try await server()
    var sockets = try (0..<16).map { _ in try LineSocket.connect(to: path) }
    try await eventually("all are greeted") {
      sockets.allSatisfy { descriptor in
        var peeked = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&peeked, 1, 0) == 1
      }
    }
    do {
      _ = try ControlClient.connect(to: path, until: soon)
      Issue.record("let in")
    } catch {
      #expect(error.description.contains("16 programs are connected already"), "\(error)")
      #expect(error.exitStatus == .unavailable)
    }
    close(sockets.removeLast())
    try await eventually("the next one gets in") { (try? ControlClient.connect(to: path, until: soon)) != nil }
    for descriptor in sockets { close(descriptor) }
    await server.stop()
  }

  @Test("a client that reads nothing is dropped, however much it asks for; the others are served meanwhile")
  func slow() async throws {
    var limits = ControlServer.Limits()
    (limits.timeout, limits.watchInterval) = (.milliseconds(300), .milliseconds(1))
    let server = try await server(limits: limits, padding: 50_000)
    let slow = LineSocket(try LineSocket.connect(to: path))
    try slow.send(ControlRequest.watchLine(id: 1), until: soon)
    try slow.send(Array(repeating: ControlRequest.statusLine(id: 2), count: 50).flatMap { $0 }, until: soon)
    var other = try ControlClient.connect(to: path, until: soon)
    try await eventually("the slow one is dropped") {
      guard try other.status(until: soon).phase == .live else { return false }
      var peeked = pollfd(fd: slow.descriptor, events: 0, revents: 0)
      return unsafe poll(&peeked, 1, 0) == 1 && Int32(peeked.revents) & POLLHUP != 0
    }
    await server.stop()
  }

  @Test("a client that says nothing is dropped")
  func silent() async throws {
    var limits = ControlServer.Limits()
    limits.silence = .milliseconds(100)
    let server = try await server(limits: limits)
    #expect(try talk("", to: path).count == 1)
    await server.stop()
  }

  @Test("where nobody listens it says what to do and where it looked")
  func nobody() throws {
    do {
      _ = try ControlClient.connect(to: path, until: soon)
      Issue.record("somebody listens")
    } catch {
      #expect(error.exitStatus == .unavailable)
      #expect(
        error.description
          == "no broadcaster is running (looked at \(path)): start the console with `ivs-broadcast`, or `ivs-broadcast stream`"
      )
    }
  }
}

@Suite("A status for people")
struct StatusReportTests {
  @Test("the living line, and what it leaves out")
  func report() {
    var status = BroadcastStatus()
    (status.phase, status.onAirSeconds, status.channel) = (.live, 61, "venue")
    status.verdict = Verdict(level: .good, reason: "delivered")
    (status.video.source, status.video.sourceState, status.video.isSlate) = ("the test pattern", .running, true)
    (status.video.width, status.video.height) = (1280, 720)
    (status.audio.source, status.audio.sourceState, status.audio.isMuted) = ("Yeti", .lost, true)
    status.audio.gainDecibels = -3
    status.video.droppedByNetwork = 2
    let text = StatusReport.text(status, since: "14:03:22", process: 4711, columns: 200, hasColor: false)
    let lines = text.split(separator: "\n")
    #expect(lines.first?.hasPrefix("● LIVE  00:01:01") == true)
    #expect(
      lines.dropFirst() == [
        "  verdict    good: delivered", "  channel    venue", "  on air     since 14:03:22, reconnects: 0",
        "  picture    the test pattern, 1280x720, the slate is on", "  sound      Yeti (lost), gain -3.0 dB, muted",
        "  bitrate    – of 0 kbit/s, sound –", "  dropped    2: capture 0, encoder 0, network 2", "  process    4711",
      ])
  }
}
