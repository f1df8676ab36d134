internal import Interface
internal import Media

/// What the bitrate graph shows: 400 columns in each of its three scales.
struct BitrateHistory: Equatable, Sendable {
  /// The widest graph.
  static let capacity = 400

  /// One column of the graph, in kbit/s.
  struct Column: Equatable, Sendable {
    var target = 0.0
    var sent = 0.0
    var acknowledged = 0.0
  }

  /// The columns of one scale: those that are over, and the one that grows.
  struct Ring: Equatable, Sendable {
    private(set) var columns: [Column] = []
    private var index: Int64?
    private var current = Column()
    private let length: Int64

    init(length: Int64) { self.length = length }

    /// Columns for display, oldest first, at most so many; the one that still grows only when it has lasted a while.
    func last(_ count: Int) -> [Column] { Array(columns.suffix(count)) }

    /// Spreads what went out between two times over the columns that they touch.
    mutating func add(sentBits: Double, acknowledgedBits: Double, target: Int, from start: Int64, to end: Int64) {
      guard end > start else { return }
      if let index, start / length - index > Int64(BitrateHistory.capacity) || start / length < index {
        self = Ring(length: length)
      }
      var time = start
      while time < end {
        let column = time / length
        let stop = min(end, (column + 1) * length)
        if index == nil { index = column }
        while let open = index, open < column {
          close()
          index = open + 1
        }
        let share = Double(stop - time) / Double(end - start)
        // Bits per nanosecond of the whole column are gigabits per second.
        current.sent += sentBits * share / Double(length) * 1e6
        current.acknowledged += acknowledgedBits * share / Double(length) * 1e6
        current.target = max(current.target, Double(target))
        time = stop
        if stop == (column + 1) * length {
          close()
          index = column + 1
        }
      }
    }

    private mutating func close() {
      columns.append(current)
      if columns.count > BitrateHistory.capacity { columns.removeFirst(columns.count - BitrateHistory.capacity) }
      current = Column()
    }
  }

  private struct Counters: Equatable, Sendable {
    var time: Int64
    var sent: Int
    var acknowledged: Int
  }

  private var seconds = Ring(length: GraphScale.second.nanoseconds)
  private var tenSeconds = Ring(length: GraphScale.tenSeconds.nanoseconds)
  private var minutes = Ring(length: GraphScale.minute.nanoseconds)
  private var last: Counters?

  /// The last columns of a scale, oldest first.
  func columns(_ scale: GraphScale, count: Int) -> [Column] {
    switch scale {
    case .second: seconds.last(count)
    case .tenSeconds: tenSeconds.last(count)
    case .minute: minutes.last(count)
    }
  }

  /// Takes up what has changed since the status before.
  mutating func add(_ status: BroadcastStatus) {
    let transport = status.transport
    let now = Counters(
      time: status.time.nanoseconds, sent: transport.bytesSent,
      acknowledged: max(transport.bytesAcknowledgedByTransport ?? 0, transport.bytesAcknowledged ?? 0))
    defer { last = now }
    guard let last, now.time > last.time else { return }
    // A counter that went back began anew with another connection.
    let sent = now.sent >= last.sent ? now.sent - last.sent : now.sent
    let acknowledged =
      now.acknowledged >= last.acknowledged ? now.acknowledged - last.acknowledged : now.acknowledged
    let target = status.phase == .live ? status.video.targetKilobitsPerSecond : 0
    // After a long pause only the end of it can still be shown.
    let span = Int64(Self.capacity) * GraphScale.minute.nanoseconds
    let start = max(last.time, now.time - span)
    add(Double(sent) * 8, Double(acknowledged) * 8, target, from: start, to: now.time)
  }

  private mutating func add(_ sent: Double, _ acknowledged: Double, _ target: Int, from start: Int64, to end: Int64) {
    seconds.add(sentBits: sent, acknowledgedBits: acknowledged, target: target, from: start, to: end)
    tenSeconds.add(sentBits: sent, acknowledgedBits: acknowledged, target: target, from: start, to: end)
    minutes.add(sentBits: sent, acknowledgedBits: acknowledged, target: target, from: start, to: end)
  }
}
