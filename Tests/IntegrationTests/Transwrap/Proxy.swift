import Foundation
import TestSupport

/// One run of `ivs-transwrap serve` on loopback: the program as people use it.
struct Proxy {
  /// A stream key that no client is ever told.
  static let key = "sk_test_Pq77SecretProxyKey"

  let process: RunningProcess
  let port: Int
  let adminPort: Int
  /// The token of all channels.
  let token: String
  let tokenFile: String
  let folder: TemporaryDirectory

  /// Starts it and waits until it listens.
  /// - Parameters:
  ///   - channels: names, with the ingest's URL and the key.
  ///   - settings: further lines of the settings file.
  ///   - takeover: how broken ingest connections are made again.
  init(
    _ channels: [(name: String, ingest: String, key: String)], settings: String = "", takeover: String = "auto",
    arguments: [String] = []
  ) async throws {
    folder = try TemporaryDirectory()
    port = try FreePort.find()
    adminPort = try FreePort.find()
    var text = """
      listen: 127.0.0.1:\(port)
      admin-listen: 127.0.0.1:\(adminPort)
      tokens: \(folder.file("tokens.yaml").path)
      web: \(Project.root.appending(path: "assets/web").path)
      \(settings)
      channels:

      """
    for (index, channel) in channels.enumerated() {
      let file = try folder.write(channel.key + "\n", to: "key\(index)")
      text +=
        "  \(channel.name):\n    ingest: \(channel.ingest)\n    stream-key-file: \(file.path)\n    takeover: \(takeover)\n"
    }
    if channels.isEmpty { text += "  {}\n" }
    let file = try folder.write(text, to: "settings.yaml")
    let program = try Product.ivsTranswrap()
    let made = try await Tool.run(
      program, ["token", "add", "--file", folder.file("tokens.yaml").path, "--channel", "*", "--name", "test"])
    token = made.text.trimmingCharacters(in: .whitespacesAndNewlines)
    tokenFile = try folder.write(token + "\n", to: "token").path
    process = try RunningProcess(program, ["serve", "--config", file.path] + arguments)
    try await process.waitForLine(containing: "notice listening", within: .seconds(10))
    try await process.waitForLine(containing: "notice admin", within: .seconds(10))
  }

  /// Where a channel is published to.
  func url(_ channel: String) -> String { "ws://127.0.0.1:\(port)/v1/publish/\(channel)" }

  /// The log so far.
  var log: String { process.text(of: .standardError) }

  /// A figure of `/metrics`; zero where it is not there.
  func metric(_ name: String) async throws -> Int {
    let text = try await Tool.run("curl", ["-sf", "http://127.0.0.1:\(adminPort)/metrics"]).text
    let line = text.split(separator: "\n").first { $0.hasPrefix("transwrap_\(name) ") }
    return line.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
  }

  /// Waits until so many sessions are there.
  func waitForSessions(_ count: Int, within limit: Duration = .seconds(15)) async throws {
    try await eventually("\(count) sessions", within: limit) { try await metric("sessions") == count }
  }

  /// Resident memory, in bytes.
  var residentBytes: Int {
    let text = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
    return text.firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap { Int($0.1) }.map { $0 * 1024 } ?? 0
  }

  /// Open descriptors.
  var descriptors: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processIdentifier)/fd").count) ?? 0
  }
}

/// The stand-in of the original's design, see `Tests/Transwrap/original-design.js`.
struct OriginalProxy {
  let process: RunningProcess
  let port: Int

  /// Starts it and waits until it listens.
  init() async throws {
    process = try RunningProcess(
      "node", [Project.root.appending(path: "Tests/Transwrap/original-design.js").path, "0"],
      environment: ["NODE_PATH": "/usr/share/nodejs"])
    let line = try await process.waitForLine(containing: "listening ", within: .seconds(10))
    port = Int(line.split(separator: " ").last ?? "") ?? 0
  }
}

/// Somebody who goes live from headless Chromium, see `Tests/Browser/publish`.
struct BrowserPublisher {
  /// What the one in front of it got to see.
  struct Outcome: Decodable {
    var text: String?
    var mimeType: String?
    var complaints: [String]
    var states: [String]?
    var overflows: Bool?
  }

  let process: RunningProcess

  init(_ arguments: [String]) throws {
    process = try RunningProcess(Project.root.appending(path: "Tests/Browser/publish").path, arguments)
  }

  /// Waits until it is over.
  func outcome(within limit: Duration) async throws -> (exit: Termination, json: String, outcome: Outcome) {
    let termination = try await process.waitForExit(within: limit)
    let bytes = process.bytes(of: .standardOutput)
    do {
      return (
        termination, String(decoding: bytes, as: UTF8.self), try JSONDecoder().decode(Outcome.self, from: Data(bytes))
      )
    } catch {
      throw HarnessError.unreadable(what: "what the browser saw", reason: process.text(of: .standardError))
    }
  }
}
