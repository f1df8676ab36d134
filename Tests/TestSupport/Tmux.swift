internal import Foundation

/// A real terminal without a window: a shell or a program in a tmux of its own.
public final class Tmux: Sendable {
  private let socket = "test-\(UUID().uuidString.prefix(8))"

  /// Starts a shell, or `command`, in a terminal of this size.
  /// - Parameter environment: replaces the variables that say what the terminal can; UTF-8 and 256 colours without it.
  public init(
    columns: Int = 80, rows: Int = 24, environment: [String: String] = [:],
    command: String = "bash --norc --noprofile"
  ) async throws {
    let standard = ["PS1": "$ ", "LC_ALL": "C.UTF-8", "TERM": "screen-256color", "HISTFILE": ""]
    let variables = standard.merging(environment) { _, new in new }.map { "\($0)='\($1)'" }.sorted()
    let cleared = ["COLORTERM", "NO_COLOR", "SSH_CONNECTION"].map { "-u \($0)" }
    let line = "exec env \(cleared.joined(separator: " ")) \(variables.joined(separator: " ")) \(command)"
    try await call(
      "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", line, ";", "set", "-g",
      "escape-time", "0", ";", "set", "-g", "remain-on-exit", "on")
  }

  deinit {
    let tool = try? Process.run(
      URL(filePath: "/usr/bin/env"), arguments: ["tmux", "-L", socket, "kill-server"])
    tool?.waitUntilExit()
  }

  /// Presses keys by their tmux names: `Enter`, `Up`, `C-z`, `F5`, `M-x`.
  public func press(_ keys: String...) async throws { try await call(["send-keys"] + keys) }

  /// Presses a key until the screen shows a text, three seconds apart: as a person whose key was not taken.
  public func press(_ key: String, until text: String, within limit: Duration = .seconds(10)) async throws {
    let deadline = ContinuousClock.now + limit
    while true {
      try await press(key)
      let isLast = ContinuousClock.now + .seconds(3) >= deadline
      do {
        try await wait(for: text, within: .seconds(3))
        return
      } catch { if isLast { throw error } }
    }
  }

  /// Types text as it stands.
  public func type(_ text: String) async throws { try await call("send-keys", "-l", text) }

  /// Sends bytes as they stand, written as hexadecimal numbers.
  public func send(bytes: [UInt8]) async throws {
    try await call(["send-keys", "-H"] + bytes.map { String($0, radix: 16) })
  }

  /// Types a line and Return.
  public func run(_ line: String) async throws {
    try await type(line)
    try await press("Enter")
  }

  /// Pastes text, in brackets where the program asked for them.
  public func paste(_ text: String) async throws {
    try await call("set-buffer", text)
    try await call("paste-buffer", "-p", "-r")
  }

  /// The text that the terminal shows, a line for each row.
  public func screen() async throws -> String { try await call("capture-pane", "-p") }

  /// The same with its colours and attributes as escape sequences.
  public func styledScreen() async throws -> String { try await call("capture-pane", "-p", "-e") }

  /// What tmux knows of the terminal: `cursor_flag`, `alternate_on`, `mouse_any_flag`, `pane_dead_status`.
  public func fact(_ name: String) async throws -> String {
    try await call("display-message", "-p", "#{\(name)}").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Sets one of tmux's options.
  public func set(_ option: String, to value: String) async throws { try await call("set", "-g", option, value) }

  /// Makes the terminal larger or smaller.
  public func resize(columns: Int, rows: Int) async throws {
    try await call("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// Waits until the screen shows a text, and answers the screen.
  @discardableResult
  public func wait(for text: String, within limit: Duration = .seconds(10)) async throws -> String {
    try await wait("“\(text)” on the screen", within: limit) { $0.contains(text) }
  }

  /// Waits until `matches` is true of the screen, and answers the screen.
  @discardableResult
  public func wait(
    _ what: String, within limit: Duration = .seconds(10), until matches: (String) -> Bool
  ) async throws -> String {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
      let shown = try await screen()
      if matches(shown) { return shown }
      guard clock.now < deadline else {
        throw HarnessError.timedOut(waitingFor: what, after: limit, output: shown)
      }
      try await clock.sleep(for: .milliseconds(20))
    }
  }

  @discardableResult
  private func call(_ arguments: String...) async throws -> String { try await call(arguments) }

  @discardableResult
  private func call(_ arguments: [String]) async throws -> String {
    // A tmux of the person who runs the tests is another one.
    try await Tool.run("env", ["-u", "TMUX", "tmux", "-L", socket] + arguments, within: .seconds(10)).text
  }
}
