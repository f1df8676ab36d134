import Foundation
import TestSupport
import Testing

/// One run of `ivs-broadcast check --json`, and what it said.
struct CheckRun {
  /// The object on standard output.
  struct Report: Decodable {
    struct Row: Decodable {
      var identifier: String
      var verdict: String
      var cause: String
      var remedy: String?
      var seconds: Double
    }

    var ready: Bool
    var exitCode: Int32
    var problems: Int
    var warnings: Int
    var rows: [Row]
  }

  let exit: Termination
  let report: Report
  /// All that was written.
  let output: String
  let seconds: Double

  /// The rows that failed.
  var failed: [String] { rows("fail") }

  /// The rows with a verdict.
  func rows(_ verdict: String) -> [String] {
    report.rows.filter { $0.verdict == verdict }.map(\.identifier)
  }

  /// One row.
  func row(_ identifier: String) throws -> Report.Row {
    try #require(report.rows.first { $0.identifier == identifier })
  }

  /// A small picture, which leaves the machine to what the test is about.
  static let sources = ["--camera", "test", "--video", "320x180@30", "--video-bitrate", "300k"]

  /// An environment in which nobody has credentials.
  static let nowhere = [
    "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "http_proxy": "", "https_proxy": "", "HTTPS_PROXY": "", "LANG": "C.UTF-8", "LC_ALL": "",
    "TERM": "xterm", "NO_COLOR": "",
  ]

  /// Runs it to its end.
  static func run(
    _ arguments: [String], key: String? = Broadcast.key, environment: [String: String] = [:],
    isJSON: Bool = true, isOnTerminal: Bool = false, within limit: Duration = .seconds(20)
  ) async throws -> (exit: Termination, standardOutput: String, output: String, seconds: Double) {
    let folder = try TemporaryDirectory()
    let all = ["HOME": folder.url.path, "IVS_STREAM_KEY": key ?? ""]
      .merging(nowhere) { $1 }.merging(environment) { $1 }
    let clock = ContinuousClock()
    let start = clock.now
    let words = [try Product.ivsBroadcast(), "check"] + (isJSON ? ["--json"] : []) + arguments
    // script(1) runs a shell's line on a terminal of its own and ends as that does.
    let line = isOnTerminal ? ["script", "-qec", words.joined(separator: " "), "/dev/null"] : words
    let process = try RunningProcess(line[0], Array(line.dropFirst()), environment: all)
    let exit = try await process.waitForExit(within: limit)
    let (seconds, attoseconds) = (clock.now - start).components
    let (out, error) = (process.text(of: .standardOutput), process.text(of: .standardError))
    return (exit, out, out + error, Double(seconds) + Double(attoseconds) / 1e18)
  }

  /// Runs it and reads the report.
  init(
    _ arguments: [String], key: String? = Broadcast.key, environment: [String: String] = [:]
  ) async throws {
    let run = try await Self.run(arguments, key: key, environment: environment)
    (exit, output, seconds) = (run.exit, run.output, run.seconds)
    report = try JSONDecoder().decode(Report.self, from: Data(run.standardOutput.utf8))
  }

  /// Runs it and expects that this row fails, and no other, with this exit code and these words; and that no secret
  /// shows.
  static func expect(
    _ row: String, exit: Int32, _ words: String..., in arguments: [String], key: String? = Broadcast.key,
    environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let run = try await CheckRun(arguments, key: key, environment: environment)
    #expect(run.failed == [row], "\(run.output)", sourceLocation: sourceLocation)
    #expect(run.exit == .exit(exit) && run.report.exitCode == exit, "\(run.output)", sourceLocation: sourceLocation)
    let found = try run.row(row)
    for word in words {
      #expect("\(found.cause) \(found.remedy ?? "")".contains(word), "\(found)", sourceLocation: sourceLocation)
    }
    #expect(found.remedy?.isEmpty == false, "\(found)", sourceLocation: sourceLocation)
    #expect(run.seconds < 15, sourceLocation: sourceLocation)
    for secret in [key, environment["AWS_SECRET_ACCESS_KEY"]].compactMap({ $0 }) where !secret.isEmpty {
      #expect(!run.output.contains(secret), sourceLocation: sourceLocation)
    }
  }
}

/// A server that stands for FindIngest, with a clock of its own.
struct OddClock {
  let url: String
  private let process: RunningProcess
  private let folder: TemporaryDirectory

  /// - Parameters:
  ///   - seconds: how far its clock is ahead.
  ///   - ingestPort: of the ingest that it names, on 127.0.0.1.
  init(ahead seconds: Int, ingestPort: Int) async throws {
    folder = try TemporaryDirectory()
    let script = try folder.write(
      """
      import email.utils, http.server, json, sys, time
      ahead, ingest = int(sys.argv[1]), sys.argv[2]
      body = json.dumps({"ingests": [{"name": "Test", "availability": 1.0, "priority": 0,
          "url_template_secure": "rtmps://127.0.0.1:" + ingest + "/app/{stream_key}"}]}).encode()
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response_only(200)
              self.send_header("Date", email.utils.formatdate(time.time() + ahead, usegmt=True))
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)
          def log_message(self, *_):
              pass
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      print("port", server.server_port, flush=True)
      server.serve_forever()

      """, to: "clock.py")
    process = try RunningProcess("python3", [script.path, "\(seconds)", "\(ingestPort)"])
    let line = try await process.waitForLine(containing: "port ")
    url = "http://127.0.0.1:\(line.split(separator: " ").last ?? "")/"
  }
}
