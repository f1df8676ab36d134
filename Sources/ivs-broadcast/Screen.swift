internal import ArgumentParser
internal import Broadcast
internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import Interface
internal import Logging
internal import Media
internal import Service
internal import Settings
internal import StatusCollection
internal import Synchronization

/// Standard error: log lines, and below them on a terminal the one living status line.
final class Screen: Sendable {
  private struct State {
    var statusIsShown = false
    var lastSummary: MediaTime?
  }

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let isJournal = Screen.standardErrorIsJournal
  private let hasColor: Bool
  private let writer = LineWriter(STDERR_FILENO, name: "standard-error", limit: 256)
  private let state = Mutex(State())
  private let summaries = Mutex<Logger?>(nil)

  init() { hasColor = isatty(STDERR_FILENO) == 1 && Screen.wantsColor }

  /// Whether a terminal is to have colours, as far as the environment says.
  static var wantsColor: Bool {
    let environment = ProcessInfo.processInfo.environment
    return (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  /// Runs a short command; a failure is said in one line and becomes the exit code.
  static func failing(_ body: () throws(OperatorFailure) -> Void) throws {
    do { try body() } catch {
      say(error)
      throw ExitCode(error.exitStatus.rawValue)
    }
  }

  /// Says a failure in one line.
  static func say(_ failure: OperatorFailure) {
    let screen = Screen()
    screen.fail(failure)
    screen.flush()
  }

  /// A logger that writes here, and adds to `events`.
  func logger(level: String, events: EventLog) -> Logger {
    let level = Logger.Level(rawValue: level) ?? .info
    @Sendable func lines() -> SinkLogHandler {
      SinkLogHandler(level: level) { [self] level, message, fields in
        log(level, Redaction.applied(to: LogLine.text(message, fields)).namingOptions)
      }
    }
    // How it goes each ten seconds is no event.
    summaries.withLock { summaries in summaries = Logger(label: "ivs-broadcast") { _ in lines() } }
    var logger = Logger(label: "ivs-broadcast") { _ in MultiplexLogHandler([lines(), events.handler()]) }
    // Whoever asks is told what came of an intent, whatever the log is to hold.
    logger.logLevel = min(level, .info)
    return logger
  }

  /// Shows a status: the living line on a terminal, a log line each ten seconds elsewhere.
  func show(_ status: BroadcastStatus) {
    if isTerminal {
      let line = StatusLine.text(status, columns: columns, hasColor: hasColor).namingOptions
      state.withLock { state in
        state.statusIsShown = true
        put("\r\u{1B}[K\(line)")
      }
    } else if status.phase == .live {
      let isDue = state.withLock { state in
        if let last = state.lastSummary, status.time - last < .seconds(10) { return false }
        state.lastSummary = status.time
        return true
      }
      guard isDue, let logger = summaries.withLock({ $0 }) else { return }
      let fields = StatusLine.fields(status).map { LogLine.field($0.name, $0.value) }
      logger.info("status \(fields.joined(separator: " "))")
    }
  }

  /// Takes the status line away.
  func clearStatus() {
    state.withLock { state in
      if state.statusIsShown { put("\r\u{1B}[K") }
      state.statusIsShown = false
    }
  }

  /// The one line that says why the program ends.
  func fail(_ failure: OperatorFailure) {
    line(
      (isJournal ? "<\(Logger.Level.error.syslogPriority)>" : "") + "ivs-broadcast: "
        + LogLine.text("\(failure)".namingOptions))
  }

  /// A line of text; the status line moves below it.
  func line(_ text: String) {
    state.withLock { state in
      put((state.statusIsShown ? "\r\u{1B}[K" : "") + text + "\n")
      state.statusIsShown = false
    }
  }

  private func log(_ level: Logger.Level, _ message: String) {
    if isJournal { return line("<\(level.syslogPriority)>\(message)") }
    let emphasis: Emphasis? = level >= .error ? .bad : level == .warning ? .warning : nil
    let word = hasColor ? emphasis?.applied(to: level.rawValue) ?? level.rawValue : level.rawValue
    // A log that travels says how far the local time is from UTC.
    let clock = isTerminal ? WallClock.now("%H:%M:%S") : WallClock.stamp
    line("\(clock) \(word) \(message)")
  }

  /// Whether systemd says that this very standard error is its journal's (systemd.exec(5), JOURNAL_STREAM).
  private static var standardErrorIsJournal: Bool {
    var (device, inode) = (UInt64(0), UInt64(0))
    guard let named = ProcessInfo.processInfo.environment["JOURNAL_STREAM"],
      unsafe clinux_descriptor_identity(STDERR_FILENO, &device, &inode) == 0
    else { return false }
    return named == "\(device):\(inode)"
  }

  /// Whether others may read what is written here: in the journal, or in a file that is not its owner's alone.
  var isShared: Bool {
    var facts = stat()
    guard !isJournal, unsafe fstat(STDERR_FILENO, &facts) == 0 else { return isJournal }
    return facts.st_mode & S_IFMT == S_IFREG && facts.st_mode & 0o044 != 0
  }

  private var columns: Int { Self.columns(of: STDERR_FILENO) }

  /// How wide a terminal is.
  static func columns(of descriptor: Int32) -> Int {
    var (columns, rows) = (Int32(0), Int32(0))
    guard unsafe clinux_terminal_size(descriptor, &columns, &rows) == 0, columns > 0 else { return 80 }
    return Int(columns)
  }

  /// Waits, but not long, until everything is written; before the process ends.
  func flush() { writer.flush() }

  private func put(_ text: String) { writer.write(text) }
}

extension Logger.Level {
  /// As systemd reads it from a line's `<N>`.
  fileprivate var syslogPriority: Int {
    switch self {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }
}
