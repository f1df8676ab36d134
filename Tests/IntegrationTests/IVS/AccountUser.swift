import Foundation
import TestSupport
import Testing

/// Somebody with a home of their own and credentials for an account, who runs `ivs-broadcast channels`.
struct AccountUser {
  let home: TemporaryDirectory
  private let credentials: [String: String]

  /// - Parameter credentials: variables of the environment, as a fake of the service wants them.
  init(_ credentials: [String: String]) throws {
    home = try TemporaryDirectory()
    self.credentials = credentials
  }

  /// What the program finds in its environment.
  var environment: [String: String] {
    let own = [
      "HOME": home.url.path, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "", "IVS_STREAM_KEY": "", "AWS_PROFILE": "",
      "AWS_CA_BUNDLE": "", "https_proxy": "", "http_proxy": "",
    ]
    let set = own.merging(credentials) { _, given in given }
    return set.filter { $0.key != "AWS_CA_BUNDLE" || !$0.value.isEmpty }
  }

  /// Where channels are saved.
  var channelsFile: URL { home.file(".config/ivs-broadcast/channels.yaml") }

  /// The saved channels as text; empty where there is no file.
  var savedText: String { (try? String(contentsOf: channelsFile, encoding: .utf8)) ?? "" }

  /// Runs a command to its end, and checks that it shows no secret and leaves none where others can read it.
  func run(
    _ arguments: [String], extra: [String: String] = [:], without: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Tool.Result {
    let words = without.flatMap { ["-u", $0] } + [try Product.ivsBroadcast(), "channels"] + arguments
    let result = try await Tool.attempt(
      "env", words, within: .seconds(40), in: home.url.path,
      environment: environment.merging(extra) { _, new in new })
    Self.expectNoSecret(in: result.text + result.errorText, sourceLocation)
    try expectPrivateFiles(sourceLocation)
    return result
  }

  /// Runs a command that must succeed, and answers what it printed.
  @discardableResult
  func channels(
    _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let result = try await run(arguments, sourceLocation: sourceLocation)
    try #require(result.termination == .exit(0), "\(result.errorText)", sourceLocation: sourceLocation)
    return result.text
  }

  /// Runs a command that prints JSON.
  func json<Value: Decodable>(
    _ type: Value.Type, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Value {
    let result = try await run(arguments + ["--json"], sourceLocation: sourceLocation)
    try #require(result.termination == .exit(0), "\(result.errorText)", sourceLocation: sourceLocation)
    return try JSONDecoder().decode(type, from: Data(result.standardOutput))
  }

  /// Runs a command that must end with one line, which has all of `words`, and this status.
  func expectRefusal(
    _ arguments: [String], exit: Int32, _ words: String..., extra: [String: String] = [:], without: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await run(arguments, extra: extra, without: without, sourceLocation: sourceLocation)
    #expect(result.termination == .exit(exit), "\(result.errorText)", sourceLocation: sourceLocation)
    let lines = result.errorText.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("ivs-broadcast: ") }
    #expect(lines.count == 1, "\(result.errorText)", sourceLocation: sourceLocation)
    for word in words {
      #expect(lines.first?.contains(word) == true, "\(result.errorText)", sourceLocation: sourceLocation)
    }
  }

  /// A stream key begins alike everywhere, and nothing but a passphrase is so long a word.
  static func expectNoSecret(in text: String, _ sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(!text.contains("sk_us-west-2_"), "a stream key shows", sourceLocation: sourceLocation)
    #expect(!text.contains(/[A-Za-z0-9]{60}/), "a passphrase shows", sourceLocation: sourceLocation)
  }

  private func expectPrivateFiles(_ sourceLocation: SourceLocation) throws {
    let files = FileManager.default.enumerator(at: home.url, includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      guard let data = try? Data(contentsOf: file), let text = String(data: data, encoding: .utf8) else { continue }
      guard text.contains("sk_us-west-2_") else { continue }
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
      #expect(mode == 0o600, "\(file.path)", sourceLocation: sourceLocation)
    }
  }
}

extension FakeIVS {
  /// Every request so far was one that the service takes.
  func expectNoViolations(_ sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let wrong = try await violations()
    #expect(wrong.isEmpty, "\(wrong)", sourceLocation: sourceLocation)
    #expect(log.isEmpty, "\(log)", sourceLocation: sourceLocation)
  }
}

/// What the tests read of the program's JSON.
struct ListedChannel: Decodable {
  struct Stream: Decodable {
    var health: String?
    var viewers: Int?
  }
  var arn: String
  var name: String
  var type: String
  var latency: String?
  var authorized: Bool
  var insecureIngest: Bool
  var recordingConfigurationArn: String?
  var ingestUrl: String?
  var playbackUrl: String?
  var tags: [String: String]
  var state: String?
  var stream: Stream?
}
