import Foundation
import TestSupport

/// The demonstration program in a real terminal, started from a shell so that what it leaves behind can be seen.
struct Demo {
  let tmux: Tmux
  /// Whether programs have a screen of their own beside the shell's; the oldest terminals have but one.
  private let hasOwnScreen: Bool

  /// The program, beside the test bundle.
  static let path = Bundle.main.executableURL?.deletingLastPathComponent().appending(path: "TerminalDemo").path ?? ""

  /// Starts it and waits for its first paint.
  init(columns: Int = 80, rows: Int = 24, environment: [String: String] = [:], command: String = path) async throws {
    hasOwnScreen = !["linux", "vt100"].contains(environment["TERM"] ?? "")
    tmux = try await Tmux(columns: columns, rows: rows, environment: environment)
    try await tmux.run("before=$(stty -a); echo shell ready")
    try await tmux.wait(for: "\nshell ready")
    try await tmux.run(command)
    try await tmux.wait(for: "paints ok")
  }

  /// Sends a signal to the program, by the process id of the shell that started it.
  func signal(_ name: String) async throws {
    let shell = try await tmux.fact("pane_pid")
    try await Tool.run("pkill", ["-\(name)", "-P", shell])
  }

  /// Checks that the shell's terminal is as it was: modes, cursor, screen, mouse.
  func isSane() async throws -> Bool {
    try await tmux.run("[ \"$(stty -a)\" = \"$before\" ] && echo same modes || echo other modes")
    let screen = try await tmux.wait("answer") { $0.contains("\nsame modes") || $0.contains("\nother modes") }
    let facts = [
      try await tmux.fact("cursor_flag"), try await tmux.fact("alternate_on"), try await tmux.fact("mouse_any_flag"),
    ]
    return screen.contains("\nsame modes") && (screen.contains("shell ready") || !hasOwnScreen)
      && facts == ["1", "0", "0"]
  }
}
