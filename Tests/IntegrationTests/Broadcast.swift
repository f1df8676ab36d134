import Foundation
import TestSupport

/// One run of `ivs-broadcast stream`: the program as people use it.
struct Broadcast {
  /// The key of every test; nothing that the program leaves behind may hold it.
  static let key = "sk_test_Zx81SecretQq"

  let process: RunningProcess
  /// Its home, with the file of the key.
  let folder: TemporaryDirectory

  /// Starts it; the key comes from a file that only its owner can read.
  /// - Parameter launcher: a program with its arguments that becomes the broadcaster, as `nohup` does.
  init(
    _ arguments: [String], key: String? = Self.key, environment: [String: String] = [:], launcher: [String] = []
  ) throws {
    folder = try TemporaryDirectory()
    var all = ["stream"] + arguments
    if let key {
      let file = try folder.write(key + "\n", to: "stream-key")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
      all += ["--stream-key-file", file.path]
    }
    let words = launcher + [try Product.ivsBroadcast()] + all
    process = try RunningProcess(
      words[0], Array(words.dropFirst()),
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

extension Broadcast {
  /// A small picture, which leaves the machine to what the test is about.
  static let smallPicture = ["--camera", "test", "--video", "320x180@30", "--video-bitrate", "300k"]

  /// How many frames were encoded, by the newest line of `--json-status -`.
  var framesEncoded: Int { count("framesEncoded") }

  /// How many frames never came to be because this machine had no time for them.
  var framesMissed: Int { count("droppedByCapture") + count("droppedByEncoder") }

  /// How many frames the way to the ingest did not take.
  var framesDropped: Int { count("droppedByNetwork") }

  private func count(_ name: String) -> Int {
    let line = process.lines(of: .standardOutput).last { $0.contains("\"\(name)\":") }
    return line?.split(separator: "\"\(name)\":", maxSplits: 1).last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
  }

  /// Waits until that many more frames are encoded; needs `--json-status -`.
  func waitForFrames(_ count: Int, within limit: Duration = .seconds(20)) async throws {
    let goal = framesEncoded + count
    try await eventually("\(count) more frames", within: limit) {
      if let termination = process.termination {
        throw HarnessError.endedEarly(
          waitingFor: "\(count) more frames", termination: termination, output: process.text(of: .standardError))
      }
      return framesEncoded >= goal
    }
  }
}

extension String {
  /// The line that says why the program ended.
  var lastFailure: String? {
    split(whereSeparator: \.isNewline).last { $0.hasPrefix("ivs-broadcast: ") || $0.hasPrefix("Error: ") }.map(
      String.init)
  }
}
