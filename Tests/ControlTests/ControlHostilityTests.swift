import Foundation
import Interface
import Logging
import Media
import Settings
import TestSupport
import Testing

@testable import Control

@Suite("Hostile programs at the control socket, and hostile files in its place")
struct ControlHostilityTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private var path: String { folder.file("a.sock").path }
  private var soon: MediaTime { .now() + .seconds(4) }

  /// A broadcaster that is live; `padding` makes its status long.
  private func server(limits: ControlServer.Limits = .init(), padding: Int = 0) async throws -> ControlServer {
    let engine = FakeEngine(padding: padding)
    let logger = Logger(label: "control") { _ in SwiftLogNoOpLogHandler() }
    return try await ControlServer.start(at: path, for: engine, limits: limits, logger: logger)
  }

  @Test("a link at its path is neither followed nor removed, nor is what somebody put there later")
  func replaced() async throws {
    let elsewhere = folder.file("elsewhere.sock").path
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: elsewhere)
    await #expect(throws: OperatorFailure.self) { try await self.server() }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == elsewhere)
    #expect(!FileManager.default.fileExists(atPath: elsewhere))
    try FileManager.default.removeItem(atPath: path)
    let server = try await self.server()
    try FileManager.default.removeItem(atPath: path)
    try folder.write("kept", to: "a.sock")
    await server.stop()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
  }

  @Test("a dead socket of another user's is left alone")
  func foreignSocket() async throws {
    let script =
      "import os,socket,sys\nsocket.socket(socket.AF_UNIX).bind(sys.argv[1])\nos.chown(sys.argv[1], 4711, -1)\nos.chmod(sys.argv[1], 0o777)"
    try await Tool.runAsRoot("python3", ["-c", script, path])
    #expect(SocketFile.occupant(of: path) == .foreign)
    await #expect(throws: OperatorFailure.self) { try await self.server() }
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test("a thousand hostile programs at once hold no more than their places, and the operator is served afterwards")
  func thousand() async throws {
    var limits = ControlServer.Limits()
    (limits.timeout, limits.silence) = (.milliseconds(300), .milliseconds(300))
    let server = try await self.server(limits: limits, padding: 20_000)
    let script = """
      import json, os, random, socket, sys, time
      lines = [b"", b"x" * 200000, b"[" * 60000 + b"\\n", b'{"watch":true}\\n', b'{"status":true}\\n' * 500, os.urandom(5000),
               b"\\n" * 5000, b'{"do":"' + b"\\xff" * 9000 + b'"}\\n']
      peers, most = [], 0
      def descriptors(): return len(os.listdir(f"/proc/{sys.argv[2]}/fd"))
      before = descriptors()
      for number in range(1000):
          peer = socket.socket(socket.AF_UNIX)
          peer.setblocking(False)
          try:
              peer.connect(sys.argv[1])
              peer.send(lines[number % len(lines)])
              if number % 3 == 0: peer.shutdown(socket.SHUT_WR)
          except OSError:
              pass
          peers.append(peer)
          if number % 50 == 0: most = max(most, descriptors() - before)
      time.sleep(0.2)
      print(max(most, descriptors() - before))
      """
    let held = try await Tool.run("python3", ["-c", script, path, "\(getpid())"], within: .seconds(20)).text
    // Other tests open some of their own meanwhile.
    #expect(try #require(Int(held.trimmingCharacters(in: .whitespacesAndNewlines))) < 400, "\(held) descriptors")
    try await eventually("the operator is served") { (try? ControlClient.connect(to: path, until: soon)) != nil }
    var client = try ControlClient.connect(to: path, until: soon)
    #expect(try client.status(until: soon).phase == .live)
    await server.stop()
  }

  @Test("who asks without end is answered in even steps")
  func pace() {
    var pace = RateLimiter(perSecond: 10)
    let start = MediaTime(milliseconds: 5000)
    #expect((0..<10).allSatisfy { _ in pace.take(at: start) == .zero })
    #expect((1...3).map { _ in pace.take(at: start) } == [.milliseconds(100), .milliseconds(200), .milliseconds(300)])
    #expect(pace.take(at: start + .seconds(60)) == .zero)
  }
}
