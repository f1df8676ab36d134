internal import Interface
internal import Logging
internal import Media
internal import Settings

/// The end of a track that a source gives to: the pictures' or the sound's.
protocol SourceStage: AnyObject {
  /// Whether the present source has to end: the task is cancelled, or another source is requested.
  var isOver: Bool { get }

  /// Says that there is media; false while the other track has none, and this one's is let go.
  func isRunning() -> Bool

  /// Goes on without a source: the other track need not wait for this one.
  func standIn()

  /// Changes what the status says of the source.
  func report(_ change: (inout SourceFacts) -> Void)
}

extension SourceStage {
  /// Whether both tracks have media, for a source that can wait for that; gives way for a moment where they have not.
  func hasStarted() -> Bool {
    if isRunning() { return true }
    sleepThread(until: .now() + .milliseconds(1))
    return false
  }
}

/// Drives one source until another is requested: opens it beside, streams, waits for its return, holds meanwhile.
///
/// The shell of ``SourceStateMachine``; owned by the track's thread.
struct SourceLoop<S: Source & ~Copyable, Stage: SourceStage>: ~Copyable {
  private var source: S
  private let stage: Stage
  private let logger: Logger
  private var machine: SourceStateMachine
  private var attempt: S.Opening?
  private var isOpenWanted = false

  init(_ source: consuming S, on stage: Stage, mayGiveUp: Bool, logger: Logger) {
    machine = SourceStateMachine(source.traits, mayGiveUp: mayGiveUp)
    self.source = source
    self.stage = stage
    self.logger = logger
  }

  /// Runs until another source is requested or the task is cancelled.
  /// - Throws: why it cannot go on: the source is given up or makes way, or what it gives to fails.
  mutating func run() throws {
    defer { attempt?.abandon() }
    try handle(.start)
    while !stage.isOver {
      if isOpenWanted, let asked = source.open() { (attempt, isOpenWanted) = (asked, false) }
      if let asked = attempt, asked.isAnswered {
        try take(asked)
      } else {
        try handle(.nothing)
        if !machine.isExpected { stage.standIn() }
        try source.hold()
        sleepThread(until: .now() + (machine.isExpected ? .milliseconds(2) : .milliseconds(20)))
      }
    }
  }

  private mutating func take(_ asked: S.Opening) throws {
    do {
      guard let name = try source.begin(asked) else { return sleepThread(until: .now() + .milliseconds(2)) }
      attempt = nil
      try handle(.opened(name))
    } catch {
      attempt = nil
      if source.yields(to: error) { throw error }
      return try handle(.refused(SourceFailure(error)))
    }
    try stream()
  }

  /// Streams while it is open and wanted; closes it either way.
  private mutating func stream() throws {
    defer { source.close() }
    while machine.isOpen, !stage.isOver {
      let event: SourceStateMachine.Event
      do { event = try source.step() ? .media : .nothing } catch let error as CancellationError {
        throw error
      } catch { event = .failed(SourceFailure(error)) }
      try handle(event)
    }
  }

  private mutating func handle(_ event: SourceStateMachine.Event) throws {
    for effect in machine.handle(event, at: .now()) {
      switch effect {
      case .open: isOpenWanted = true
      case .mark(let state): stage.report { $0.state = state }
      case .describe(let text): stage.report { $0.description = text }
      case .log(let level, let text, let reason):
        logger.log(level: level, "\(text)", metadata: reason.map { ["reason": "\($0)"] })
      case .giveUp(let failure): throw failure
      }
    }
  }
}
