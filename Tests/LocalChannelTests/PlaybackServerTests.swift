import Foundation
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import LocalChannel

@Suite("The player's server, over real sockets")
struct PlaybackServerTests {
  private let folder: TemporaryDirectory
  private let secret = PlaybackSecret()

  init() throws {
    folder = try TemporaryDirectory()
    try folder.write("#EXTM3U\n", to: "index.m3u8")
    try Data(count: 20 << 20).write(to: folder.file("segment000001.m4s"))
    try FileManager.default.createSymbolicLink(
      at: folder.file("segment000002.m4s"), withDestinationURL: URL(filePath: "/etc/passwd"))
  }

  private func server(_ limits: PlaybackServer.Limits = .init()) async throws -> PlaybackServer {
    try await PlaybackServer.start(
      PlaybackContent(directory: folder.url.path, secret: secret) { "{}" }, port: 0, limits: limits,
      group: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func curl(_ server: PlaybackServer, _ path: String, _ options: [String] = []) async throws -> String {
    try await Tool.attempt(
      "curl", ["-s", "-i", "--max-time", "5"] + options + ["http://127.0.0.1:\(server.port)\(path)"]
    ).text.lowercased().replacingOccurrences(of: "\r\n", with: "\n")
  }

  /// Runs Python with `port` and `secret` set and `socket`, `time` imported.
  private func python(_ server: PlaybackServer, _ script: String) async throws -> String {
    let result = try await Tool.run(
      "python3",
      ["-c", "import socket, sys, time\nport, secret = int(sys.argv[1]), sys.argv[2]\n" + script, "\(server.port)"]
        + [secret.text], within: .seconds(20))
    return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test("what is there, with fields that keep it here; what is not, alike for all")
  func answers() async throws {
    let server = try await server()
    let root = "/\(secret.text)/"
    let playlist = try await curl(server, root + "index.m3u8")
    #expect(playlist.hasPrefix("http/1.1 200") && playlist.hasSuffix("\n\n#extm3u\n"), "\(playlist)")
    for field in [
      "cache-control: no-store", "x-content-type-options: nosniff", "referrer-policy: no-referrer",
      "cross-origin-resource-policy: same-origin",
    ] { #expect(playlist.contains(field)) }
    #expect(!playlist.contains("access-control"))
    #expect(try await curl(server, root).contains("frame-ancestors 'none'"))
    let head = try await curl(server, root + "segment000001.m4s", ["--head"])
    #expect(head.contains("content-length: 20971520") && head.hasSuffix("\n\n"))
    let post = try await curl(server, root, ["-X", "POST", "-d", "x"])
    #expect(post.hasPrefix("http/1.1 405") && post.contains("allow: get, head\n"), "\(post)")
    #expect(post.hasSuffix("only get and head are answered\n"))
    #expect(try await curl(server, root, ["-H", "Host: evil.example"]).hasPrefix("http/1.1 421"))
    let nothing = try await curl(server, "/")
    #expect(nothing.hasPrefix("http/1.1 404") && nothing.contains("connection: close"))
    for path in ["/index.m3u8", root + "segment000002.m4s", root + "segment000003.m4s"] {
      let answer = try await curl(server, path)
      #expect(answer.hasPrefix("http/1.1 404") && answer.hasSuffix("not found\n"), "\(path)")
    }
    await server.stop()
  }

  @Test("who says too little, too slowly or nothing is closed: no head, half a head, nothing after an answer, a body")
  func slow() async throws {
    var limits = PlaybackServer.Limits()
    (limits.request, limits.idle) = (.milliseconds(400), .milliseconds(400))
    let server = try await server(limits)
    let told = try await python(
      server,
      """
      head = f"GET /{secret}/ HTTP/1.1\\r\\nHost: localhost\\r\\n"
      def closed(first, drip=b"", count=30):
          peer = socket.create_connection(("127.0.0.1", port))
          peer.settimeout(0.1)
          began = time.monotonic()
          try:
              peer.sendall(first)
              while time.monotonic() - began < 8:
                  try:
                      if not peer.recv(65536): return True
                  except TimeoutError:
                      if drip: peer.sendall(drip)
          except OSError:
              return True
          return False
      print(closed(b""), closed(head.encode()), closed(head.encode(), b"x: y\\r\\n"), closed(head.encode() + b"\\r\\n"),
            closed(head.encode() + b"Content-Length: 9999999\\r\\n\\r\\n" + bytes(60000)),
            closed(b"\\x16\\x03\\x01" + bytes(300)), closed(head.encode() + b"x: " + b"y" * 200000))
      """)
    #expect(told == "True True True True True True True")
    await server.stop()
  }

  @Test("a viewer who stops reading is closed, and others are served meanwhile")
  func stoppedReader() async throws {
    var limits = PlaybackServer.Limits()
    limits.progress = .milliseconds(500)
    let server = try await server(limits)
    let told = try await python(
      server,
      """
      peer = socket.create_connection(("127.0.0.1", port))
      peer.sendall(f"GET /{secret}/segment000001.m4s HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n".encode())
      other = socket.create_connection(("127.0.0.1", port))
      other.sendall(f"GET /{secret}/index.m3u8 HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n".encode())
      print(other.recv(15).decode())
      time.sleep(2)
      got = 0
      try:
          while part := peer.recv(1 << 20): got += len(part)
      except OSError:
          pass
      print(got < 20 << 20)
      """)
    #expect(told == "HTTP/1.1 200 OK\nTrue")
    await server.stop()
  }

  @Test("three hundred who only connect hold few descriptors and keep no viewer out; viewers stay")
  func flood() async throws {
    let server = try await server()
    let told = try await python(
      server,
      """
      viewer = socket.create_connection(("127.0.0.1", port))
      ask = f"GET /{secret}/index.m3u8 HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n".encode()
      viewer.sendall(ask)
      first = viewer.recv(65536)
      peers = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
      viewer.sendall(ask)
      print(viewer.recv(15).decode())
      late = socket.create_connection(("127.0.0.1", port))
      late.sendall(ask)
      print(late.recv(15).decode())
      open_ = 0
      for peer in peers:
          peer.settimeout(0.02)
          try:
              peer.recv(1)
          except TimeoutError:
              open_ += 1
          except OSError:
              pass
      print(open_ <= 48)
      """)
    #expect(told == "HTTP/1.1 200 OK\nHTTP/1.1 200 OK\nTrue")
    await server.stop()
  }
}
