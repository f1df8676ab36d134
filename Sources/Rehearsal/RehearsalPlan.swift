public import Media
internal import Settings

/// What is to be done to a link, and when.
///
/// `10s rate=1000k 20s; 45s stop 3s; 60s reset`. Pure.
public struct RehearsalPlan: Sendable, Equatable {
  /// What is done to the link.
  public enum Fault: Sendable, Equatable {
    /// It carries no more than that.
    case rate(Bitrate)
    /// It carries nothing; connections stay.
    case stop
    /// Connections are lost, and none can be made.
    case down
    /// Connections are lost.
    case reset
  }

  /// One thing that is done.
  public struct Step: Sendable, Equatable {
    /// When, counted from the stream's first bytes.
    public let start: Duration
    /// What.
    public let fault: Fault
    /// For how long; `nil` is until the end.
    public let length: Duration?

    func covers(_ time: Duration) -> Bool { time >= start && length.map { time < start + $0 } ?? true }
  }

  /// How the link is at one moment.
  public struct Link: Sendable, Equatable {
    /// What it carries; `nil` is whatever comes.
    public var rate: Bitrate?
    /// Whether it carries nothing.
    public var isStopped = false
    /// Whether there is none.
    public var isDown = false
  }

  /// More than anybody plays.
  public static let stepLimit = 100

  /// As they were given.
  public let steps: [Step]

  /// Reads a plan.
  public init(parsing text: String) throws(RehearsalPlanError) {
    let parts = text.split(separator: ";").map { $0.split(separator: " ") }.filter { !$0.isEmpty }
    guard !parts.isEmpty else { throw RehearsalPlanError(step: text, "is no plan") }
    guard parts.count <= Self.stepLimit else {
      throw RehearsalPlanError(step: "\(parts.count) steps", "are more than \(Self.stepLimit)")
    }
    var steps: [Step] = []
    for part in parts { steps.append(try Self.step(part)) }
    self.steps = steps
  }

  private static func step(_ words: [Substring]) throws(RehearsalPlanError) -> Step {
    func wrong(_ reason: String) -> RehearsalPlanError {
      RehearsalPlanError(step: words.joined(separator: " "), reason)
    }
    guard (2...3).contains(words.count) else { throw wrong("is not a time, a fault and how long it lasts") }
    guard let start = Duration(parsing: words[0]) else { throw wrong("does not begin with a time such as 10s") }
    let fault: Fault
    switch words[1] {
    case "stop": fault = .stop
    case "down": fault = .down
    case "reset": fault = .reset
    case let word where word.hasPrefix("rate="):
      guard let rate = Bitrate(parsing: word.dropFirst(5)), rate.bitsPerSecond > 0 else {
        throw wrong("has no bitrate such as rate=1000k")
      }
      fault = .rate(rate)
    default: throw wrong("has none of rate=RATE, stop, down and reset")
    }
    guard words.count == 3 else { return Step(start: start, fault: fault, length: nil) }
    guard fault != .reset else { throw wrong("gives a reset a length") }
    guard let length = Duration(parsing: words[2]), length > .zero else {
      throw wrong("does not end with a time such as 20s")
    }
    return Step(start: start, fault: fault, length: length)
  }

  /// How the link is so long after the stream's first bytes; of two rates the lower one counts.
  public func link(at time: Duration) -> Link {
    var link = Link()
    for step in steps where step.covers(time) {
      switch step.fault {
      case .rate(let rate): link.rate = min(rate, link.rate ?? rate)
      case .stop: link.isStopped = true
      case .down: link.isDown = true
      case .reset: break
      }
    }
    return link
  }

  /// What happens after `from` and not after `to`, in words, in its order.
  public func changes(after from: Duration, to: Duration) -> [Change] {
    let begins = steps.map { Change(time: $0.start, fault: $0.fault, isOver: false) }
    let ends = steps.compactMap { step in
      step.length.map { Change(time: step.start + $0, fault: step.fault, isOver: true) }
    }
    return (begins + ends).filter { $0.time > from && $0.time <= to }.sorted { $0.time < $1.time }
  }

  /// A step that begins or ends.
  public struct Change: Sendable, Equatable {
    /// Counted from the stream's first bytes.
    public let time: Duration
    /// What begins or ends.
    public let fault: Fault
    /// Whether it ends.
    public let isOver: Bool

    /// `the link carries 1000 kbit/s`.
    public var text: String {
      switch (fault, isOver) {
      case (.rate(let rate), false): "the link carries \(rate)"
      case (.rate(let rate), true): "the link carries more than \(rate) again"
      case (.stop, false): "the link carries nothing"
      case (.stop, true): "the link carries something again"
      case (.down, false): "the link is down"
      case (.down, true): "the link is up again"
      case (.reset, _): "the connection is reset"
      }
    }
  }
}

/// Why a text is no plan.
public struct RehearsalPlanError: Error, Equatable, CustomStringConvertible {
  /// `'10s rte=5' has none of …`.
  public let description: String

  init(step: String, _ reason: String) {
    description =
      "'\(ForeignText.cleaned(step, limit: 80))' \(reason); a plan is such as '10s rate=1000k 20s; 45s stop 3s; 60s reset'"
  }
}
