package import Interface
internal import Media
package import Metering
package import Synchronization

/// What a pipeline's thread counts and the status reads: sums since the session began.
package final class VideoCounters: Sendable {
  /// Pictures on their way out, whether somebody wants them encoded or not.
  package let framesShown = Atomic<Int>(0)
  /// Pictures that were encoded.
  package let framesEncoded = Atomic<Int>(0)
  /// Pictures that the encoder holds back.
  package let framesHeld = Atomic<Int>(0)
  /// Slots that showed the picture before once more.
  package let framesRepeated = Atomic<Int>(0)
  /// Slots that showed the picture before once more because the network was too slow for a new one.
  package let framesHeldBack = Atomic<Int>(0)
  /// Frames that the driver or the capture lost.
  package let droppedByCapture = Atomic<Int>(0)
  /// Frames that arrived damaged.
  package let damagedFrames = Atomic<Int>(0)
  /// Slots left empty because encoding took too long.
  package let droppedByEncoder = Atomic<Int>(0)
  /// What the encoder made.
  package let bytes = Atomic<Int>(0)
  /// What converting and encoding took.
  package let encodeNanoseconds = Atomic<Int>(0)
  /// Where it comes from.
  package let source = Mutex(SourceFacts())
}

/// What a pipeline's thread counts and the status reads: sums since the session began.
package final class AudioCounters: Sendable {
  /// `nil` until the meter has heard its first 100 ms.
  package let levels = Mutex<Levels?>(nil)
  /// What the encoder made.
  package let bytes = Atomic<Int>(0)
  /// Overruns that the driver reported.
  package let overruns = Atomic<Int>(0)
  /// `nil` until time is bent.
  package let driftPartsPerMillion = Mutex<Double?>(nil)
  /// Where it comes from.
  package let source = Mutex(SourceFacts())
}

/// Whether a source gives anything.
package typealias SourceState = BroadcastStatus.SourceState

/// A source in words; changes only when it is opened, lost or found again.
package struct SourceFacts: Sendable {
  /// Its name, or why there is none.
  package var description = ""
  /// What encodes it.
  package var encoder = ""
  /// Channels that are read of a sound card.
  package var inputs: Int?
  /// Whether it gives anything.
  package var state = SourceState.opening
}

extension Atomic where Value == Int {
  /// Counts up; for statistics, where no order to other memory matters.
  func count(_ amount: Int = 1) { wrappingAdd(amount, ordering: .relaxed) }

  /// The sum as of some recent moment.
  package var sum: Int { load(ordering: .relaxed) }
}
