import Logging
import Media
import Settings
import Synchronization

@testable import Pipeline

/// A driver that a test holds: whoever opens its device waits until it is let go.
final class HeldDriver: Sendable {
  private let state = Mutex((opens: 0, isFree: false))
  private let free = ConditionSignal()

  /// How often a thread came to open the device.
  var opens: Int { state.withLock { $0.opens } }

  func open() {
    state.withLock { $0.opens += 1 }
    free.wait()
    free.signal()
  }

  func release() { free.signal() }
}

/// A source whose device is behind a held driver.
struct HangingSource: Source, ~Copyable {
  let driver: HeldDriver
  let pending: PendingOpenings
  let stage: CountingStage

  var traits: SourceTraits {
    func failure(_ text: String) -> OperatorFailure { OperatorFailure(text, .inputOutput) }
    return SourceTraits(
      name: "camera", medium: .picture, openTimeout: .milliseconds(50), hanging: failure("it does not open"),
      mute: failure("it gives nothing"), gone: failure("it stopped"))
  }

  func open() -> ThreadedOpening<Int>? {
    pending.attempt(at: "camera") { [driver] in
      .start(name: "camera-open") {
        driver.open()
        return 1
      }
    }
  }

  mutating func begin(_ opening: ThreadedOpening<Int>) throws -> String? { try opening.take().map { "camera \($0)" } }

  mutating func step() -> Bool {
    stage.count { $0.pictures += 1 }
    sleepThread(until: .now() + .milliseconds(1))
    return true
  }

  mutating func close() {}

  mutating func hold() { stage.count { $0.held += 1 } }
}

/// A stage that counts, and ends its source when a test says so.
final class CountingStage: SourceStage, Sendable {
  struct Counts {
    var (pictures, held) = (0, 0)
    var isStandingIn = false
    var isOver = false
    var facts = SourceFacts()
  }

  private let state = Mutex(Counts())

  var counts: Counts { state.withLock { $0 } }
  func count(_ change: (inout Counts) -> Void) { state.withLock { change(&$0) } }

  var isOver: Bool { counts.isOver }
  func isRunning() -> Bool { true }
  func standIn() { count { $0.isStandingIn = true } }
  func report(_ change: (inout SourceFacts) -> Void) { count { change(&$0.facts) } }

  /// Drives a source on a thread of its own.
  func run(_ make: @escaping @Sendable () -> HangingSource) throws {
    try DetachedThread.start(name: "loop") { [self] in
      var loop = SourceLoop(make(), on: self, mayGiveUp: false, logger: Logger(label: "loop"))
      try? loop.run()
    }
  }
}
