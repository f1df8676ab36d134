internal import Foundation
internal import TestSupport
internal import Testing

@Suite("A running program")
struct RunningProcessTests {
  @Test("A tool's output and end are what a shell would see")
  func output() async throws {
    let result = try await Tool.attempt("bash", ["-c", "echo out; echo err >&2; exit 3"])
    #expect(result.termination == .exit(3))
    #expect(result.text == "out\n")
    #expect(result.errorText == "err\n")
  }

  @Test("A lot of output arrives whole")
  func bulk() async throws {
    let result = try await Tool.run("head", ["-c", "3000000", "/dev/zero"])
    #expect(result.standardOutput.count == 3_000_000)
  }

  @Test("A failed tool is reported with its command, status and last words")
  func failure() async throws {
    await #expect(
      throws: HarnessError.failed(
        command: "bash -c echo no disk >&2; exit 4", termination: .exit(4), output: "no disk")
    ) { try await Tool.run("bash", ["-c", "echo no disk >&2; exit 4"]) }
  }

  @Test("A missing tool fails and says how to get it")
  func missing() throws {
    let error = #expect(throws: HarnessError.self) { try Tool.find("no-such-tool") }
    #expect(error?.description == "no-such-tool is not installed; run assets/setup --tests")
  }

  @Test("A line is there as soon as the program wrote it, long before its end")
  func lines() async throws {
    let process = try RunningProcess("bash", ["-c", "echo ready; exec sleep 60"])
    #expect(try await process.waitForLine(containing: "read") == "ready")
    #expect(process.isRunning)
    #expect(try await process.stop() == .signal(SIGTERM))
  }

  @Test("Waiting for a line that never comes fails at the program's end")
  func noLine() async throws {
    let process = try RunningProcess("bash", ["-c", "echo other"])
    await #expect(
      throws: HarnessError.endedEarly(waitingFor: "“ready”", termination: .exit(0), output: "other")
    ) { try await process.waitForLine(containing: "ready", within: .seconds(30)) }
  }

  @Test("A program that outlives its limit is killed, and so are its children, even when they hold the pipe")
  func limit() async throws {
    let process = try RunningProcess("bash", ["-c", "sleep 61 & echo child $!; wait"])
    let child = try #require(
      try await process.waitForLine(containing: "child").split(separator: " ").last.flatMap { Int32($0) })
    await #expect(throws: HarnessError.self) { try await process.waitForExit(within: .milliseconds(50)) }
    #expect(try await process.waitForExit(within: .seconds(5)) == .signal(SIGKILL))
    try await eventually("end of the child") { isGone(child) }
  }

  @Test("A program that nobody holds any more is killed")
  func release() async throws {
    var process: RunningProcess? = try RunningProcess("sleep", ["62"])
    let identifier = try #require(process).processIdentifier
    #expect(!isGone(identifier))
    process = nil
    try await eventually("end of the program") { isGone(identifier) }
  }

  @Test("The working directory and the environment are the given ones")
  func surroundings() async throws {
    let folder = try TemporaryDirectory()
    let result = try await Tool.run(
      "bash", ["-c", "pwd; echo $COLOR"], in: folder.url.path, environment: ["COLOR": "green"])
    #expect(result.text == "\(folder.url.path)\ngreen\n")
  }

  // A zombie that nobody has reaped yet counts as gone.
  private func isGone(_ identifier: Int32) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8) else { return true }
    return status.contains(") Z ")
  }
}
