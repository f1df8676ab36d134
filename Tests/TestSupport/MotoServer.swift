public import Foundation

/// moto's server on loopback: a second, foreign notion of AWS, with six of the operations of Amazon IVS.
///
/// It has channels but no stream keys, streams or sessions, and verifies no signature.
public final class MotoServer: Sendable {
  /// Where it answers for every service.
  public let endpoint: URL
  private let process: RunningProcess

  /// Starts the server and waits until it listens.
  public init() async throws {
    let port = try FreePort.find()
    guard let url = URL(string: "http://127.0.0.1:\(port)") else {
      throw HarnessError.unreadable(what: "moto's address", reason: "port \(port)")
    }
    endpoint = url
    process = try RunningProcess(
      "python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", "\(port)"], environment: PythonTools.environment)
    do {
      try await FreePort.waitForListener(on: port, within: .seconds(60))
    } catch {
      throw HarnessError.notStarted(tool: "moto's server", reason: process.text(of: .standardError))
    }
  }

  /// What a client of AWS needs in its environment to ask this server and nobody else.
  public var environment: [String: String] {
    AWSEnvironment(endpoint: endpoint, region: "us-west-2", accessKeyID: "test", secretAccessKey: "test").variables
  }

  /// The process id, for a look at whether it has ended.
  public var processIdentifier: Int32 { process.processIdentifier }

  /// Ends the server and waits for that.
  @discardableResult
  public func stop() async throws -> Termination { try await process.stop() }
}
