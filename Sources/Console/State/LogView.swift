public import Interface

/// Where an event stands in the log; what happened later is greater.
public struct LogPosition: Comparable, Hashable, Sendable {
  /// 0 for the file that was put aside, 1 for the current one.
  public var file: Int
  /// Bytes before it.
  public var offset: Int

  /// A place in one of the files.
  public init(file: Int, offset: Int) { (self.file, self.offset) = (file, offset) }

  /// Whether it was written earlier.
  public static func < (one: LogPosition, other: LogPosition) -> Bool {
    (one.file, one.offset) < (other.file, other.offset)
  }
}

/// An event as the log has it.
public struct LogRecord: Equatable, Sendable, Identifiable {
  /// Where it stands.
  public var id: LogPosition
  /// When it was, in the local time of then: `2026-11-27 17:05:46`.
  public var time: String
  /// How far that time was ahead of UTC: `+01:00`.
  public var zone: String
  /// How much it matters.
  public var severity: BroadcastEvent.Severity
  /// One line.
  public var text: String

  /// Makes a record.
  public init(id: LogPosition, time: String, zone: String, severity: BroadcastEvent.Severity, text: String) {
    (self.id, self.time, self.zone, self.severity, self.text) = (id, time, zone, severity, text)
  }
}

/// Which events of the log are wanted.
public struct LogQuery: Equatable, Sendable {
  /// Counted from the end, or from an event that is known.
  public enum Part: Equatable, Sendable {
    case newest
    case older(than: LogPosition)
    case newer(than: LogPosition)
  }

  /// Comes back with the answer.
  public var number: Int
  /// From where.
  public var part: Part
  /// Only events of this severity, or a worse one.
  public var severity: BroadcastEvent.Severity
  /// Only events with this in their time or text, capitals or not.
  public var text: String

  /// Whether an event is among those that are wanted.
  public func wants(_ record: LogRecord) -> Bool {
    record.severity >= severity && contains("\(record.time) \(record.text)", text)
  }
}

/// Events of the log, oldest first.
public struct LogPage: Equatable, Sendable {
  /// The query's.
  public var number: Int
  /// What was found.
  public var records: [LogRecord]
  /// Nothing older is wanted, or there.
  public var isFromStart: Bool
  /// Why nothing could be read.
  public var problem: String?

  /// Makes a page.
  public init(number: Int, records: [LogRecord] = [], isFromStart: Bool = false, problem: String? = nil) {
    (self.number, self.records, self.isFromStart, self.problem) = (number, records, isFromStart, problem)
  }
}

/// The log as far as it was read, while somebody looks at it.
struct LogView: Equatable, Sendable {
  /// No more are held; what is older is found by a filter.
  static let most = 20_000

  var filter = TextInput()
  var isFiltering = false
  private(set) var records: [LogRecord] = []
  /// The event under the cursor; `nil` follows the newest.
  var selection: LogPosition?
  private(set) var isFromStart = false
  private(set) var problem: String?
  /// The query that is not answered yet.
  private(set) var query: LogQuery?
  /// The cursor goes to the oldest event once that is there.
  var goesToTop = false

  /// Where the cursor is.
  var index: Int? {
    guard let selection else { return records.indices.last }
    return records.firstIndex { $0.id >= selection } ?? records.indices.last
  }

  /// Whether older ones can be asked for.
  var hasOlder: Bool { !isFromStart && problem == nil && records.count < Self.most }

  /// Asks; what was asked before counts no more.
  mutating func ask(_ query: LogQuery) {
    self.query = query
    if query.part == .newest { (records, isFromStart, selection) = ([], false, nil) }
  }

  /// Takes the answer to the last query.
  mutating func take(_ page: LogPage) {
    guard let asked = query, asked.number == page.number else { return }
    query = nil
    problem = page.problem
    switch asked.part {
    case .newest: (records, isFromStart) = (page.records, page.isFromStart)
    case .older: (records, isFromStart) = (page.records + records, page.isFromStart)
    case .newer: records += page.records
    }
    if records.count > Self.most { records.removeFirst(records.count - Self.most) }
  }
}
