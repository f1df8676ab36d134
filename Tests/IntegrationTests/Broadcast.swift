import Foundation
import TestSupport

/// One run of `ivs-broadcast stream`: the program as people use it.
struct Broadcast {
  /// The key of every test; nothing that the program leaves behind may hold it.
  static let key = "sk_test_Zx81SecretQq"

  let process: RunningProcess
  private let folder: TemporaryDirectory

  /// Starts it; the key comes from a file that only its owner can read.
  init(_ arguments: [String], key: String? = Self.key, environment: [String: String] = [:]) throws {
    folder = try TemporaryDirectory()
    var all = ["stream"] + arguments
    if let key {
      let file = try folder.write(key + "\n", to: "stream-key")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
      all += ["--stream-key-file", file.path]
    }
    process = try RunningProcess(
      try Product.ivsBroadcast(), all,
      environment: ["HOME": folder.url.path, "IVS_STREAM_KEY": ""].merging(environment) { $1 })
  }

  /// Runs it to its end.
  static func run(
    _ arguments: [String], key: String? = Self.key, environment: [String: String] = [:],
    within limit: Duration = .seconds(20)
  ) async throws -> (exit: Termination, error: String) {
    let broadcast = try Broadcast(arguments, key: key, environment: environment)
    let termination = try await broadcast.process.waitForExit(within: limit)
    return (termination, broadcast.process.text(of: .standardError))
  }

  /// Waits until it says that it is live.
  func waitUntilLive(within limit: Duration = .seconds(10)) async throws {
    try await process.waitForLine(containing: "live ingest=", within: limit)
  }
}

extension String {
  /// The line that says why the program ended.
  var lastFailure: String? {
    split(whereSeparator: \.isNewline).last { $0.hasPrefix("ivs-broadcast: ") || $0.hasPrefix("Error: ") }.map(
      String.init)
  }
}
