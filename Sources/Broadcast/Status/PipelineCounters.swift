internal import Interface
internal import Media
internal import Metering
internal import Synchronization

/// What a pipeline's thread counts and the status reads: sums since the session began.
final class VideoCounters: Sendable {
  /// Pictures on their way out, whether somebody wants them encoded or not.
  let framesShown = Atomic<Int>(0)
  let framesEncoded = Atomic<Int>(0)
  let framesRepeated = Atomic<Int>(0)
  let droppedByCapture = Atomic<Int>(0)
  let damagedFrames = Atomic<Int>(0)
  let droppedByEncoder = Atomic<Int>(0)
  let bytes = Atomic<Int>(0)
  let encodeNanoseconds = Atomic<Int>(0)
  let source = Mutex(SourceFacts())
}

/// What a pipeline's thread counts and the status reads: sums since the session began.
final class AudioCounters: Sendable {
  /// `nil` until the meter has heard its first 100 ms.
  let levels = Mutex<Levels?>(nil)
  let bytes = Atomic<Int>(0)
  let overruns = Atomic<Int>(0)
  /// `nil` until time is bent.
  let driftPartsPerMillion = Mutex<Double?>(nil)
  let source = Mutex(SourceFacts())
}

/// A source in words; changes only when it is opened, lost or found again.
struct SourceFacts: Sendable {
  var description = ""
  var encoder = ""
  /// Channels that are read of a sound card.
  var inputs: Int?
  var state = BroadcastStatus.SourceState.opening
}

extension Atomic where Value == Int {
  /// Counts up; for statistics, where no order to other memory matters.
  func count(_ amount: Int = 1) { wrappingAdd(amount, ordering: .relaxed) }

  /// The sum as of some recent moment.
  var sum: Int { load(ordering: .relaxed) }
}
