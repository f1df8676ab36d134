internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import Media
internal import Service
internal import Settings
internal import Synchronization

/// Standard error: one line an event, for people or as JSON; never waits for who reads it.
final class ProxyLog: Sendable {
  private let writer = LineWriter(STDERR_FILENO, name: "standard-error", limit: 4096)
  private let json = Atomic<Bool>(false)

  /// Whether lines are JSON objects.
  var isJSON: Bool {
    get { json.load(ordering: .relaxed) }
    set { json.store(newValue, ordering: .relaxed) }
  }

  /// A logger that writes here.
  func logger(level: String) -> Logger {
    let level = Logger.Level(rawValue: level) ?? .info
    return Logger(label: "ivs-transwrap") { _ in
      SinkLogHandler(level: level) { [self] level, message, fields in
        write(
          level, Redaction.applied(to: message).namingOptions,
          fields.map { ($0.name, Redaction.applied(to: $0.value).namingOptions) })
      }
    }
  }

  /// The one line that says why the program ends.
  func fail(_ failure: OperatorFailure) { writer.write("ivs-transwrap: \(LogLine.text("\(failure)".namingOptions))\n") }

  /// Something that the program goes on after.
  func remark(_ text: String) { writer.write("ivs-transwrap: \(LogLine.text(text.namingOptions))\n") }

  /// Waits, but not long, until everything is written.
  func flush() { writer.flush() }

  private func write(_ level: Logger.Level, _ message: String, _ fields: [(name: String, value: String)]) {
    let clock = WallClock.utc("%Y-%m-%dT%H:%M:%SZ")
    guard isJSON else {
      return writer.write("\(clock) \(level.rawValue) \(LogLine.text(message, fields))\n")
    }
    let all = [("time", clock), ("level", level.rawValue), ("message", message)] + fields
    // Whoever reads JSON decodes what JSON escapes, and shows it on a terminal.
    let cleaned = all.map { ($0.0, ForeignText.cleaned($0.1, limit: ForeignText.lineLimit)) }
    let object = Dictionary(cleaned) { first, _ in first }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(object) else { return }
    writer.write(String(decoding: data, as: UTF8.self) + "\n")
  }
}
