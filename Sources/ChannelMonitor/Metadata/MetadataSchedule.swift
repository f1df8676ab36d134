package import Settings

/// Timed metadata that is sent by the clock of a broadcast, as a file says.
///
/// ```yaml
/// - at: 10s
///   text: '{"show": "opening"}'
/// - every: 30s
///   file: score.json
/// ```
///
/// JSON is YAML, so the file may be JSON too. A file beside it is read at each time that it is sent.
package struct MetadataSchedule: Equatable, Sendable {
  /// What is sent.
  enum Content: Equatable, Sendable {
    case text(String)
    case file(String)

    /// The text to send.
    func load() throws(OperatorFailure) -> String {
      switch self {
      case .text(let text): return text
      case .file(let path):
        let text: String
        do { text = try TextFile.read(path, limit: 16 << 10, isFile: true) } catch {
          throw OperatorFailure("\(error.line(path)): nothing of it was sent", .noInput)
        }
        let trimmed = text.last == "\n" ? String(text.dropLast()) : text
        if let problem = MetadataQueue.problem(trimmed) { throw OperatorFailure("\(path): \(problem)", .data) }
        return trimmed
      }
    }
  }

  private struct Entry: Equatable, Sendable {
    let first: Duration
    let distance: Duration?
    let content: Content
    var done = 0
  }

  private var entries: [Entry] = []

  /// Reads a schedule.
  /// - Throws: one line with `path:line` for what is wrong.
  package init(path: String) throws(OperatorFailure) {
    let text: String
    do { text = try TextFile.read(path, limit: 1 << 20, isFile: true) } catch {
      throw OperatorFailure(error.line(path), .noInput)
    }
    try self.init(text, path: path)
  }

  init(_ text: String, path: String) throws(OperatorFailure) {
    func wrong(_ line: Int, _ what: String) -> OperatorFailure {
      OperatorFailure("\(path):\(line): \(what)", .configuration)
    }
    let root = try YAMLDocument.read(text, path: path)
    guard let root, case .sequence(let items) = root.content else {
      throw wrong(root?.line ?? 1, "a schedule is a list of `at:` or `every:`, with `text:` or `file:`")
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    for item in items {
      guard case .mapping(let pairs) = item.content else {
        throw wrong(item.line, "an entry has `at:` or `every:`, and `text:` or `file:`")
      }
      var (time, content): ((Duration, Duration?)?, Content?)
      for (key, value) in pairs {
        guard let word = key.text, let text = value.text else { throw wrong(key.line, "a word and a text are wanted") }
        switch word {
        case "at", "every":
          guard time == nil else { throw wrong(key.line, "`at` and `every` exclude each other") }
          guard let duration = Duration(parsing: text), word == "at" || duration >= .seconds(1) else {
            throw wrong(key.line, "\(word): '\(text)' is not a duration such as 1s, 90s or 15m")
          }
          time = (duration, word == "every" ? duration : nil)
        case "text", "file":
          guard content == nil else { throw wrong(key.line, "`text` and `file` exclude each other") }
          if word == "text", let problem = MetadataQueue.problem(text) { throw wrong(key.line, "text: \(problem)") }
          content = word == "text" ? .text(text) : .file(text.hasPrefix("/") ? text : folder + text)
        default: throw wrong(key.line, "'\(word)' is not one of at, every, text, file")
        }
      }
      guard let time, let content else {
        throw wrong(item.line, "an entry has `at:` or `every:`, and `text:` or `file:`")
      }
      entries.append(Entry(first: time.0, distance: time.1, content: content))
    }
  }

  /// How long on air something is due that was not taken yet; `nil` where nothing is left.
  var next: Duration? {
    entries.compactMap { entry in
      guard entry.done > 0 else { return entry.first }
      return entry.distance.map { entry.first + $0 * entry.done }
    }.min()
  }

  /// What is due after so much time on air and was not taken yet; of what was missed only the last.
  mutating func due(after onAir: Duration) -> [Content] {
    var due: [Content] = []
    for index in entries.indices where onAir >= entries[index].first {
      let entry = entries[index]
      let count = entry.distance.map { 1 + Int((onAir - entry.first) / $0) } ?? 1
      guard count > entry.done else { continue }
      entries[index].done = count
      due.append(entry.content)
    }
    return due
  }
}
