public import Foundation

/// Foreign programs that the tests use as referees.
public enum Tool {
  /// What a finished program left.
  public struct Result: Sendable {
    /// How it ended.
    public var termination: Termination
    /// All that it wrote to standard output.
    public var standardOutput: [UInt8]
    /// All that it wrote to standard error, as text.
    public var errorText: String

    /// Standard output as text.
    public var text: String { String(decoding: standardOutput, as: UTF8.self) }
  }

  /// The path of an installed program; a missing one fails the test and says how to get it.
  public static func find(_ name: String) throws -> String {
    if name.contains("/") {
      guard FileManager.default.isExecutableFile(atPath: name) else { throw HarnessError.missingTool(name) }
      return name
    }
    let listed = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":").map(String.init)
    // Servers live where a user's PATH often does not look.
    for folder in listed + ["/usr/local/sbin", "/usr/sbin", "/sbin"] {
      let path = "\(folder)/\(name)"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw HarnessError.missingTool(name)
  }

  /// Runs a program to its end and demands exit status 0.
  /// - Parameters:
  ///   - name: a name to look for on PATH, or a path.
  ///   - limit: the program is killed after this time, which fails the test.
  @discardableResult
  public static func run(
    _ name: String, _ arguments: [String], within limit: Duration = .seconds(60), in folder: String? = nil,
    environment: [String: String] = [:]
  ) async throws -> Result {
    let result = try await attempt(name, arguments, within: limit, in: folder, environment: environment)
    guard result.termination.isSuccess else {
      let output = result.errorText.isEmpty ? result.text : result.errorText
      throw HarnessError.failed(
        command: ([name] + arguments).joined(separator: " "), termination: result.termination,
        output: lastLines(of: output))
    }
    return result
  }

  /// Runs a program to its end, however that ends; only a passed limit or a missing program fails.
  public static func attempt(
    _ name: String, _ arguments: [String], within limit: Duration = .seconds(60), in folder: String? = nil,
    environment: [String: String] = [:]
  ) async throws -> Result {
    let process = try RunningProcess(name, arguments, in: folder, environment: environment)
    let termination = try await process.waitForExit(within: limit)
    return Result(
      termination: termination, standardOutput: process.bytes(of: .standardOutput),
      errorText: process.text(of: .standardError))
  }

  /// Runs a program as root to its end and demands exit status 0; by sudo, without a question, where the tests are
  /// another user's.
  @discardableResult
  public static func runAsRoot(_ name: String, _ arguments: [String]) async throws -> Result {
    try await geteuid() == 0 ? run(name, arguments) : run("sudo", ["-n", find(name)] + arguments)
  }

  /// Runs a program as root to its end, however that ends; as ``runAsRoot(_:_:)`` does.
  public static func attemptAsRoot(
    _ name: String, _ arguments: [String], within limit: Duration, environment: [String: String]
  ) async throws -> Result {
    guard geteuid() != 0 else { return try await attempt(name, arguments, within: limit, environment: environment) }
    // sudo lets no variable through.
    let words = ["-n", "env"] + environment.map { "\($0)=\($1)" } + [name] + arguments
    return try await attempt("sudo", words, within: limit)
  }

  static func lastLines(of text: String, count: Int = 12) -> String {
    text.split(whereSeparator: \.isNewline).suffix(count).joined(separator: "\n")
  }
}

/// The program under test.
public enum Product {
  /// Path of the release build of `ivs-broadcast`: `IVS_BROADCAST`, else `.build/release/ivs-broadcast`.
  public static func ivsBroadcast() throws -> String { try find("ivs-broadcast", variable: "IVS_BROADCAST") }

  /// Path of the release build of `ivs-transwrap`: `IVS_TRANSWRAP`, else `.build/release/ivs-transwrap`.
  public static func ivsTranswrap() throws -> String { try find("ivs-transwrap", variable: "IVS_TRANSWRAP") }

  private static func find(_ name: String, variable: String) throws -> String {
    let path =
      ProcessInfo.processInfo.environment[variable] ?? Project.root.appending(path: ".build/release/\(name)").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw HarnessError.notStarted(tool: path, reason: "not built; run swift build -c release")
    }
    return path
  }
}

/// The package that is tested.
public enum Project {
  /// The folder of `Package.swift`.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
