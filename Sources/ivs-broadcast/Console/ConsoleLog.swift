internal import Glibc
internal import Logging
internal import Media
internal import Service
internal import Settings
internal import StatusCollection
internal import Synchronization

/// The console's log: a file, since the terminal is taken, and the events on the screen.
final class ConsoleLog: Sendable {
  /// Where the log is.
  let path: String
  private let writer: LineWriter

  /// Where the log before this one was put.
  let pathBefore: String

  /// A log that is longer is put aside, in place of the one before.
  private static let limit: Int64 = 5_000_000

  /// Opens `ivs-broadcast.log` in `directory`, which is made where it is missing; only the owner can read it.
  init(directory: String) {
    path = "\(directory)/ivs-broadcast.log"
    pathBefore = path + ".1"
    makeDirectory(directory)
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      // A home that cannot be written to is no reason not to broadcast; the events are on the screen.
      writer = LineWriter(unsafe open("/dev/null", O_WRONLY | O_CLOEXEC), name: "log", limit: 256)
      return
    }
    if lseek(descriptor, 0, SEEK_END) > Self.limit {
      _ = unsafe rename(path, pathBefore)
      close(descriptor)
      let fresh = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      writer = LineWriter(fresh, name: "log", limit: 256)
    } else {
      writer = LineWriter(descriptor, name: "log", limit: 256)
    }
  }

  /// A logger whose lines go to the file and to `events`.
  func logger(level: String, events: EventLog) -> Logger {
    let level = Logger.Level(rawValue: level) ?? .info
    var logger = Logger(label: "ivs-broadcast") { [writer] _ in
      let file = SinkLogHandler(level: level) { level, message, fields in
        let line = Redaction.applied(to: LogLine.text(message, fields))
        writer.write(LogFormat.line(level.rawValue, line))
      }
      return MultiplexLogHandler([file, events.handler()])
    }
    // The operator is told what came of an intent, whatever the file is to hold.
    logger.logLevel = min(level, .info)
    return logger
  }

  /// Writes what is no event of the broadcast, but of its console.
  func write(_ level: String, _ line: String) { writer.write(LogFormat.line(level, line)) }

  /// Writes what a driver or a library printed: to the file alone, since it is no event of the broadcast.
  func writeForeign(_ line: String) { writer.write(LogFormat.line("notice", "library: \(line)")) }

  /// Waits, but not long, until all is written.
  func flush() { writer.flush() }
}

/// Makes a directory and those above it; what cannot be made shows when it is used.
private func makeDirectory(_ path: String) {
  var made = ""
  for part in path.split(separator: "/") {
    made += "/" + part
    _ = unsafe mkdir(made, 0o700)
  }
}
