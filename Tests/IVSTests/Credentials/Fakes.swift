import Foundation
import IVS
import Synchronization
import TestSupport
import Web

/// Calls by curl.
struct CurlCaller: HTTPCaller {
  func call(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPAnswer {
    let seconds = Double(request.limit.components.seconds) + Double(request.limit.components.attoseconds) / 1e18
    var arguments = ["-sS", "-i", "--noproxy", "*", "-m", "\(seconds)", "-X", request.method, request.url]
    for header in request.headers { arguments += ["-H", "\(header.name): \(header.value)"] }
    if !request.body.isEmpty { arguments += ["--data-binary", String(decoding: request.body, as: UTF8.self)] }
    let host = URL(string: request.url)?.host() ?? "?"
    guard let result = try? await Tool.attempt("curl", arguments) else { throw .timedOut(host: host) }
    switch result.termination {
    case .exit(0): break
    case .exit(6): throw .unknownHost(host)
    case .exit(28): throw .timedOut(host: host)
    default: throw .cannotConnect(host: host, reason: "refused")
    }
    let parts = result.text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let status = parts.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return HTTPAnswer(status: status ?? 0, body: Array((parts.count > 1 ? parts[1] : "").utf8))
  }
}

/// Answers by a function; keeps what it was asked.
final class FakeCaller: HTTPCaller {
  private let answer: @Sendable (HTTPRequest) throws(HTTPFailure) -> HTTPAnswer
  private let kept = Mutex<[HTTPRequest]>([])

  init(_ answer: @escaping @Sendable (HTTPRequest) throws(HTTPFailure) -> HTTPAnswer) { self.answer = answer }

  var requests: [HTTPRequest] { kept.withLock { $0 } }

  func call(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPAnswer {
    kept.withLock { $0.append(request) }
    return try answer(request)
  }

  /// Nobody is there.
  static let nobody = FakeCaller { _ throws(HTTPFailure) in throw .cannotConnect(host: "nobody", reason: "refused") }
}

/// `Tests/IVS/fake-metadata` while it runs.
struct FakeMetadata {
  let url: String
  let process: RunningProcess

  init(_ options: String...) async throws {
    let port = try FreePort.find()
    url = "http://127.0.0.1:\(port)"
    let script = Project.root.appending(path: "Tests/IVS/fake-metadata").path
    process = try RunningProcess("python3", [script, "--port", "\(port)"] + options)
    try await process.waitForLine(containing: "ready")
  }

  func set(up isUp: Bool) async throws {
    _ = try await CurlCaller().call(HTTPRequest("PUT", "\(url)/control/\(isUp ? "up" : "down")"))
  }

  /// The requests so far: `GET /path 200`.
  var requests: [String] { process.lines(of: .standardOutput).filter { $0 != "ready" && !$0.contains("/control/") } }
}

/// A user's home with the two files, and an environment; EC2's metadata service is off unless it is asked for.
struct Home {
  let folder: TemporaryDirectory
  var environment: [String: String]

  init(config: String? = nil, credentials: String? = nil, _ environment: [String: String] = [:]) throws {
    folder = try TemporaryDirectory()
    _ = try folder.folder(".aws")
    if let config { try folder.write(config, to: ".aws/config") }
    if let credentials { try folder.write(credentials, to: ".aws/credentials") }
    let usual = [
      "HOME": folder.url.path, "PATH": ProcessInfo.processInfo.environment["PATH", default: "/usr/bin:/bin"],
      "AWS_EC2_METADATA_DISABLED": "true",
    ]
    self.environment = usual.merging(environment) { _, new in new }
  }

  func configuration(profile: String? = nil, region: String? = nil) throws -> AWSConfiguration {
    try AWSConfiguration(environment: environment, home: folder.url.path, profile: profile, region: region)
  }

  func chain(profile: String? = nil, http: any HTTPCaller = CurlCaller()) throws -> CredentialChain {
    CredentialChain(configuration: try configuration(profile: profile), http: http)
  }

  /// A program in this home that prints a text, and a text to standard error, and ends with a status.
  func program(_ name: String, prints output: String = "", complains: String = "", status: Int = 0) throws -> String {
    try program(name, script: "cat <<'END'\n\(output)\nEND\ncat >&2 <<'END'\n\(complains)\nEND\nexit \(status)")
  }

  /// A shell script in this home.
  func program(_ name: String, script: String) throws -> String {
    let path = try folder.write("#!/bin/sh\n\(script)\n", to: name).path
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    return path
  }
}
