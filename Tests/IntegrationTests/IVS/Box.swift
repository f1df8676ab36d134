import Foundation
import TestSupport
import Testing

/// A machine that broadcasts to a channel of the fake account: its program, its control socket, its traces.
struct Box {
  let service: FakeIVS
  let runtime: TemporaryDirectory
  let broadcast: Broadcast
  private let environment: [String: String]

  /// Starts `ivs-broadcast stream` with a small picture.
  init(
    _ service: FakeIVS, channel: String, _ arguments: [String] = [], key: String? = nil,
    environment changes: [String: String] = [:]
  ) throws {
    self.service = service
    runtime = try TemporaryDirectory()
    let own = ["XDG_RUNTIME_DIR": runtime.url.path]
    environment = service.environment.merging(own) { $1 }.merging(changes) { $1 }
    broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", channel, "--tls-ca-file", service.authority.path] + arguments, key: key,
      environment: environment)
  }

  /// All that it wrote so far.
  var log: String { broadcast.process.text(of: .standardError) }

  /// Waits until IVS shows its stream.
  func waitUntilOnAir(within limit: Duration = .seconds(30)) async throws {
    try await broadcast.process.waitForLine(containing: "notice on air", within: limit)
  }

  /// Runs `ivs-broadcast` beside it, as its user would.
  func ask(_ words: [String]) async throws -> Tool.Result {
    try await Tool.attempt(Product.ivsBroadcast(), words, within: .seconds(15), environment: environment)
  }

  /// What `status` says of the service.
  func health() async throws -> Health? {
    let result = try await ask(["status", "--json", "--socket", socket])
    guard result.termination == .exit(0) else { return nil }
    return try JSONDecoder().decode(Status.self, from: Data(result.standardOutput)).service
  }

  var socket: String { runtime.file("ivs-broadcast/control.sock").path }

  /// Files that it left behind and that others may read, with one of these texts in them.
  func readableTraces(of secrets: [String]) -> [String] {
    [runtime.url, broadcast.folder.url].flatMap { folder in
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
      return files.compactMap { $0 as? URL }.filter { file in
        let mode = (try? FileManager.default.attributesOfItem(atPath: file.path))?[.posixPermissions] as? Int ?? 0
        guard mode & 0o077 != 0, let text = try? String(contentsOf: file, encoding: .utf8) else { return false }
        return secrets.contains(where: text.contains)
      }.map(\.path)
    }
  }

  /// Ends it as its operator would.
  func stop() async throws -> Termination {
    broadcast.process.signal(SIGTERM)
    return try await broadcast.process.waitForExit(within: .seconds(5))
  }

  private struct Status: Decodable { var service: Health? }

  /// The part of a status that is about IVS.
  struct Health: Decodable {
    struct Received: Decodable {
      var videoKilobits: Int?
      var framesPerSecond: Double?
      var keyframeSeconds: Double?
    }
    struct Event: Decodable { var name: String }
    var state: String
    var health: String
    var viewers: Int?
    var found: String?
    var received: Received?
    var divergence: String?
    var explanation: String?
    var problem: String?
    var streamID: String?
    var events: [Event]
    var metadataSent: Int
  }
}

extension FakeIVS {
  /// The sessions of a channel that is known by its name.
  func sessions(named name: String) async throws -> [Session] {
    try await state().channels.first { $0.name == name }?.sessions ?? []
  }
}
