internal import Console
internal import FoundationEssentials
internal import Glibc
internal import Interface
internal import Media
internal import Synchronization

/// Reads the console's log on a thread of its own, since a home may hang.
///
/// Of queries that wait the newest wins.
final class LogReader: Sendable {
  /// Of a file that has grown beyond this only the end is read.
  private static let most = 16 << 20
  /// So many events are found at once.
  private static let pageLength = 200
  /// A line is no longer than this.
  private static let longest = 16 << 10

  private struct State {
    var waiting: LogQuery?
    var isReading = false
  }

  /// The one before, then the current one.
  private let paths: [String]
  private let answer: @Sendable (LogPage) -> Void
  private let state = Mutex(State())

  /// - Parameter answer: is called on the reader's thread.
  init(_ log: ConsoleLog, answer: @escaping @Sendable (LogPage) -> Void) {
    paths = [log.pathBefore, log.path]
    self.answer = answer
  }

  /// Asks for a part of the log; never waits.
  func read(_ query: LogQuery) {
    let isFirst = state.withLock { state in
      state.waiting = query
      defer { state.isReading = true }
      return !state.isReading
    }
    guard isFirst else { return }
    do throws(NoThreadError) {
      try DetachedThread.start(name: "log reader") { [self] in work() }
    } catch {
      state.withLock { $0 = State() }
      answer(LogPage(number: query.number, problem: "\(error)"))
    }
  }

  private func work() {
    while true {
      let query = state.withLock { state -> LogQuery? in
        defer { state.waiting = nil }
        state.isReading = state.waiting != nil
        return state.waiting
      }
      guard let query else { return }
      answer(page(query))
    }
  }

  private func page(_ query: LogQuery) -> LogPage {
    var found: [LogRecord] = []
    switch query.part {
    case .newer(let position):
      for file in position.file..<paths.count {
        let start = file == position.file ? position.offset : 0
        forEachLine(of: file, from: start) { record in
          if record.id > position, query.wants(record) { found.append(record) }
          return true
        }
      }
      return LogPage(number: query.number, records: found)
    case .newest, .older:
      var limit: LogPosition?
      if case .older(let position) = query.part { limit = position }
      for file in paths.indices.reversed() where file <= limit?.file ?? file {
        let isWhole = forEachLine(of: file, before: limit?.file == file ? limit?.offset : nil) { record in
          if query.wants(record) { found.append(record) }
          return found.count < Self.pageLength
        }
        if !isWhole { return LogPage(number: query.number, records: found.reversed()) }
      }
      return LogPage(number: query.number, records: found.reversed(), isFromStart: true)
    }
  }

  /// Goes through a file's lines from an offset to the end.
  private func forEachLine(of file: Int, from start: Int, _ body: (LogRecord) -> Bool) {
    let (bytes, base) = content(of: file, from: start)
    var index = bytes.startIndex
    while let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) {
      if let record = LogFormat.record(bytes[index..<end], at: LogPosition(file: file, offset: base + index)) {
        guard body(record) else { return }
      }
      index = end + 1
    }
  }

  /// Goes through a file's lines backwards; answers whether it came to the start.
  @discardableResult
  private func forEachLine(of file: Int, before limit: Int?, _ body: (LogRecord) -> Bool) -> Bool {
    let (bytes, base) = content(of: file, from: 0)
    var end = min(bytes.count, limit.map { max(0, $0 - base) } ?? bytes.count)
    while end > 0 {
      // What stands behind the last line feed is still being written.
      guard bytes[end - 1] == UInt8(ascii: "\n") else {
        end -= 1
        continue
      }
      let start = bytes[..<(end - 1)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      let line = bytes[start..<min(end - 1, start + Self.longest)]
      if let record = LogFormat.record(line, at: LogPosition(file: file, offset: base + start)), !body(record) {
        return false
      }
      end = start
    }
    return true
  }

  /// The bytes from an offset on, at most the last ``most``, and the offset of the first; none where there is no file.
  private func content(of file: Int, from start: Int) -> (bytes: [UInt8], base: Int) {
    let descriptor = unsafe open(paths[file], O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return ([], start) }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    let base = max(start, size - Self.most)
    guard size > base else { return ([], base) }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size - base) { buffer, count in
      while count < size - base {
        let got = unsafe pread(
          descriptor, buffer.baseAddress.map { unsafe $0 + count }, size - base - count, off_t(base + count))
        guard got > 0 else { return }
        count += got
      }
    }
    return (bytes, base)
  }
}

/// How the log's lines are written: `2026-11-27T17:05:46+01:00 notice live on local`.
enum LogFormat {
  private static let timeLength = 19

  /// A line for the file.
  static func line(_ level: String, _ text: String) -> String { "\(WallClock.stamp) \(level) \(text)\n" }

  /// What a line holds; `nil` for what is no event.
  static func record(_ line: ArraySlice<UInt8>, at position: LogPosition) -> LogRecord? {
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count > timeLength, let severity = severity(parts[1]) else { return nil }
    let time = parts[0].prefix(timeLength).map { $0 == UInt8(ascii: "T") ? UInt8(ascii: " ") : $0 }
    return LogRecord(
      id: position, time: String(decoding: time, as: UTF8.self),
      zone: String(decoding: parts[0].dropFirst(timeLength), as: UTF8.self), severity: severity,
      text: ForeignText.cleaned(String(decoding: parts[2], as: UTF8.self), limit: ForeignText.lineLimit))
  }

  private static func severity(_ word: ArraySlice<UInt8>) -> BroadcastEvent.Severity? {
    switch String(decoding: word, as: UTF8.self) {
    case "trace", "debug": .debug
    case "info": .info
    case "notice": .notice
    case "warning": .warning
    case "error", "critical": .error
    default: nil
    }
  }
}
