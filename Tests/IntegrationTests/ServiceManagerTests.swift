import Foundation
import TestSupport
import Testing

@Suite("As a service: what systemd is told")
struct ServiceManagerTests {
  /// The service manager's end: prints each message in a line.
  private static let manager = """
    import socket, sys
    end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    end.bind(sys.argv[1].replace("@", "\\0", 1))
    print("listening", flush=True)
    while True: print(end.recv(4096).decode().replace("\\n", " "), flush=True)
    """

  private let folder: TemporaryDirectory
  private let manager: RunningProcess
  private let environment: [String: String]

  init() async throws { (folder, manager, environment) = try await Self.listen(isAbstract: false) }

  private static func listen(
    isAbstract: Bool
  ) async throws -> (folder: TemporaryDirectory, manager: RunningProcess, environment: [String: String]) {
    let folder = try TemporaryDirectory()
    let socket = isAbstract ? "@ivs-broadcast-\(UUID().uuidString)" : folder.file("notify").path
    let manager = try RunningProcess("python3", ["-c", Self.manager, socket])
    try await manager.waitForLine(containing: "listening")
    return (folder, manager, ["NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "4000000"])
  }

  private func told(_ text: String) async throws {
    try await manager.waitForLine(containing: text, within: .seconds(15))
  }

  @Test("ready, the verdict, progress, and the end; no variable that leads there is left for children")
  func life() async throws {
    let server = try await NginxRTMP()
    let broadcast = try Broadcast(Broadcast.smallPicture + ["--channel", server.url], environment: environment)
    for text in ["READY=1", "STATUS=LIVE, good: delivered", "WATCHDOG=1"] { try await told(text) }
    let variables = try Data(contentsOf: URL(filePath: "/proc/\(broadcast.process.processIdentifier)/environ"))
    #expect(!variables.contains(folder.file("notify").path.utf8))
    #expect(try await broadcast.process.stop() == .exit(0))
    try await told("STOPPING=1 STATUS=stopping")
    let lines = manager.lines(of: .standardOutput)
    #expect(lines.last?.hasPrefix("STOPPING=1") == true && !lines.joined().contains(Broadcast.key), "\(lines)")
  }

  @Test("an abstract socket is one, too")
  func abstract() async throws {
    let (_, manager, environment) = try await Self.listen(isAbstract: true)
    let broadcast = try Broadcast(Broadcast.smallPicture, key: nil, environment: environment)
    try await manager.waitForLine(containing: "READY=1")
    #expect(try await broadcast.process.stop() == .exit(0))
  }

  @Test("without a network it is ready all the same, and trying is progress")
  func noNetwork() async throws {
    let address = "rtmp://127.0.0.1:\(try FreePort.find())/live"
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", address, "--keep-trying"], environment: environment)
    for text in ["READY=1", "STATUS=WAITING, ", "WATCHDOG=1"] { try await told(text) }
    try await eventually("more progress", within: .seconds(20)) {
      manager.lines(of: .standardOutput).count { $0 == "WATCHDOG=1" } >= 4
    }
    #expect(!manager.text(of: .standardOutput).contains("trigger"))
    #expect(try await broadcast.process.stop() == .exit(0))
  }

  @Test("SIGHUP and control reload read the settings file again, and say what takes a restart")
  func reload() async throws {
    let file = try folder.write("video-bitrate: 300k\n", to: "kiosk.yaml")
    let socket = folder.file("control.sock").path
    let options = ["--camera", "test", "--config", file.path, "--playback-port", "0", "--control-socket", socket]
    let broadcast = try Broadcast(options, key: nil, environment: environment)
    try await told("STATUS=LIVE, ")
    _ = try folder.write("video-bitrate: 400k\naudio-bitrate: 96k\n", to: "kiosk.yaml")
    broadcast.process.signal(SIGHUP)
    try await broadcast.process.waitForLine(
      containing: "settings read again: video bitrate: 400 kbit/s; after a restart only: audio-bitrate")
    try await told("RELOADING=1 MONOTONIC_USEC=")
    try await eventually("ready again") { manager.lines(of: .standardOutput).count { $0 == "READY=1" } == 2 }

    _ = try folder.write("video-bitrate: much\n", to: "kiosk.yaml")
    let wrong = try await Tool.attempt(try Product.ivsBroadcast(), ["control", "--socket", socket, "reload"])
    #expect(wrong.termination == .exit(69) || wrong.termination == .exit(78), "\(wrong)")
    _ = try folder.write("video-bitrate: 400k\n", to: "kiosk.yaml")
    let same = try await Tool.run(try Product.ivsBroadcast(), ["control", "--socket", socket, "reload"])
    #expect(same.text.contains("nothing has changed"), "\(same)")
    #expect(try await broadcast.process.stop() == .exit(0))
  }
}
