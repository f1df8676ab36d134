import Foundation
import TestSupport
import Testing

/// One run of the console: started by hand in an interactive shell, with a home of its own.
final class ConsoleRun: Sendable {
  let terminal: Tmux
  let home: TemporaryDirectory

  /// What is in the settings file unless a test says otherwise: a small picture, no devices, any free port.
  static let usualSettings = """
    camera: test
    microphone: test
    video: 320x180@30
    video-bitrate: 300k
    playback-port: '0'

    """

  /// Starts it.
  /// - Parameters:
  ///   - settings: the settings file; `nil` where there shall be none, or the one that the home already has.
  ///   - home: the home that an earlier run left behind.
  ///   - question: what a program before asks the terminal without waiting for the answer, as an escape sequence.
  ///   - redirection: what the shell puts behind the command, as `| cat`.
  ///   - isJob: whether the program alone is the command line, so that the shell can suspend and continue it.
  init(
    _ arguments: [String] = [], settings: String? = ConsoleRun.usualSettings, home: TemporaryDirectory? = nil,
    columns: Int = 120, rows: Int = 40, environment: [String: String] = [:], question: String? = nil,
    redirection: String = "", isJob: Bool = false
  ) async throws {
    let folder = try home ?? TemporaryDirectory()
    self.home = folder
    if let settings {
      let place = try folder.folder(".config/ivs-broadcast")
      try Data(settings.utf8).write(to: place.appending(path: "settings.yaml"))
    }
    let alone = ["HOME": folder.url.path, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "", "IVS_STREAM_KEY": ""]
    terminal = try await Tmux(
      columns: columns, rows: rows, environment: alone.merging(environment) { _, new in new })
    let words = ([try Product.ivsBroadcast()] + arguments).joined(separator: " ")
    try folder.write(
      """
      stty -a >before
      \(question.map { "printf '\($0)'" } ?? "")
      ( echo $BASHPID >pid; exec \(words) \(redirection) )
      echo ended=$?
      stty -a >after

      """, to: "start")
    // The colours that the terminal answers with.
    if question != nil { try await terminal.set("window-style", to: "bg=#1b2b3b,fg=#c0c0c0") }
    // A job that is a whole line of the shell's can be suspended and continued.
    try await terminal.run(isJob ? "cd; stty -a >before" : "cd; . ./start")
    if isJob { try await terminal.run(words) }
  }

  /// Starts it, live on an nginx at once.
  static func live(
    on server: NginxRTMP, _ arguments: [String] = [], key: String = Broadcast.key, settings: String = usualSettings
  ) async throws -> ConsoleRun {
    let home = try TemporaryDirectory()
    let file = try home.write(key + "\n", to: "stream-key")
    let run = try await ConsoleRun(
      ["--live", "--channel", server.url, "--stream-key-file", file.path] + arguments, settings: settings, home: home)
    try await run.waitUntilLive()
    return run
  }

  var settingsFile: URL { home.file(".config/ivs-broadcast/settings.yaml") }
  var channelsFile: URL { home.file(".config/ivs-broadcast/channels.yaml") }
  var logFile: URL { home.file(".local/state/ivs-broadcast/ivs-broadcast.log") }

  /// The log file's text so far.
  var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

  /// The recordings and pictures in their usual place, by the end of their names.
  func files(_ end: String) throws -> [URL] {
    let folder = home.file("Videos/ivs-broadcast")
    let all = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return all.filter { $0.pathExtension == end }.sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  /// Sends the program a signal.
  func signal(_ number: Int32) throws { kill(try processIdentifier(), number) }

  /// The program's process.
  func processIdentifier() throws -> pid_t {
    let text = try String(contentsOf: home.file("pid"), encoding: .utf8)
    return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  // MARK: The screen

  /// Waits until the console is there and says that nothing is on air.
  func waitUntilReady() async throws {
    try await terminal.wait("READY", within: .seconds(10)) { $0.contains("READY") && $0.contains(" quit") }
  }

  /// Goes live as an operator does.
  func goLive() async throws {
    try await terminal.press("b", until: "Go live?")
    try await terminal.press("Enter")
  }

  /// Answers a question a moment after it came: what is typed with the key that asked is no answer.
  func answerYes() async throws {
    try await Task.sleep(for: .milliseconds(600))
    try await terminal.press("y")
  }

  /// Waits until the first row says that it is live and the second that all is well.
  func waitUntilLive(within limit: Duration = .seconds(15)) async throws {
    try await terminal.wait("LIVE and GOOD", within: limit) { $0.contains("LIVE  00:") && $0.contains("GOOD") }
  }

  /// Waits until the log file says something.
  func waitForLog(_ text: String, within limit: Duration = .seconds(10)) async throws {
    try await eventually("“\(text)” in the log", within: limit) { log.contains(text) }
  }

  /// Goes on for some seconds of air time.
  func stayOnAir(seconds: Int) async throws {
    let start = try await airTime()
    try await eventually("\(seconds) s more on air", within: .seconds(seconds * 3 + 5)) {
      try await airTime() >= start + seconds
    }
  }

  private func airTime() async throws -> Int {
    let screen = try await terminal.screen()
    guard let match = screen.firstMatch(of: /LIVE  (\d\d):(\d\d):(\d\d)/) else { return 0 }
    return (Int(match.1) ?? 0) * 3600 + (Int(match.2) ?? 0) * 60 + (Int(match.3) ?? 0)
  }

  // MARK: The end

  /// Quits as an operator does, while live.
  func quit() async throws {
    try await terminal.press("q", until: "y Yes")
    try await answerYes()
  }

  /// Waits until the program has ended with `status`, and checks that the shell's terminal is as it was before.
  func expectEnd(_ status: Int, within limit: Duration = .seconds(10)) async throws {
    let screen = try await terminal.wait("the end", within: limit) { $0.contains(/ended=\d/) }
    #expect(screen.contains("ended=\(status)"), "\(screen)")
    try await expectSaneShell()
  }

  /// Checks that the terminal's settings are as before, the cursor is there and what is typed shows.
  func expectSaneShell() async throws {
    let after = home.file("after")
    try await eventually("the terminal's settings") { ((try? Data(contentsOf: after)) ?? Data()).count > 100 }
    let settings = try String(contentsOf: home.file("before"), encoding: .utf8)
    #expect(Set(settings.split(whereSeparator: \.isWhitespace)).isSuperset(of: ["echo", "isig", "icanon"]))
    let size = /rows \d+; columns \d+;/
    #expect(
      try String(contentsOf: after, encoding: .utf8).replacing(size, with: "") == settings.replacing(size, with: ""))
    for (fact, wanted) in [("cursor_flag", "1"), ("alternate_on", "0"), ("mouse_any_flag", "0")] {
      #expect(try await terminal.fact(fact) == wanted, "\(fact)")
    }
    try await terminal.run("echo to-be-seen-$((40 + 2))")
    try await terminal.wait(for: "echo to-be-seen-$((40 + 2))")
    try await terminal.wait(for: "\nto-be-seen-42")
  }
}

extension MediaProbe {
  /// The longest time between two packets of a track, in seconds.
  func longestGap(_ packets: [Packet]) -> Double {
    let times = packets.map(\.dts)
    return zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .infinity
  }

  /// Checks that there is a picture and a sound which decode without a complaint.
  func expectWhole() async throws {
    #expect(video?.codec == "h264" && audio?.codec == "aac")
    #expect(!videoPackets.isEmpty && !audioPackets.isEmpty)
    #expect(hasStrictlyMonotonicTimes)
    let errors = try await decodeErrors()
    #expect(errors.isEmpty, "\(errors)")
  }

  /// Checks that no track pauses for longer than 0.2 s.
  func expectNoBreak() {
    #expect(hasStrictlyMonotonicTimes)
    #expect(longestGap(videoPackets) < 0.2, "a gap of \(longestGap(videoPackets)) s in the picture")
    #expect(longestGap(audioPackets) < 0.2, "a gap of \(longestGap(audioPackets)) s in the sound")
  }
}
