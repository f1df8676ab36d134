internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import Metering
internal import NIOCore
internal import Packets
internal import Synchronization

/// The end of the sound's way: 48 kHz stereo in, levels and AAC packets out.
///
/// It stays when the source is another one.
/// Owned by the audio thread.
final class AudioStage: SourceStage {
  private var encoder: AACEncoder
  private let context: SessionContext
  private var meter: LevelMeter?
  private var amplifier = Amplifier()
  /// The number of the next sample frame since the origin.
  private(set) var next: Int64 = 0
  private(set) var clock: PipelineClock
  private let silence = [Float](repeating: 0, count: 2 * 4800)
  /// The request that the present source fulfils.
  private var generation = 0

  /// Opens the encoder and says so.
  init(bitrate: Bitrate, context: SessionContext) throws {
    self.context = context
    encoder = try AACEncoder(bitrate: bitrate)
    clock = PipelineClock(context.origin)
    meter = try? LevelMeter()
    context.onReady(.audio(encoder.description))
  }

  // MARK: Sources come and go

  /// A source begins that was requested as this generation.
  func begin(_ generation: Int) {
    self.generation = generation
    report { $0.inputs = nil }
  }

  /// Which inputs of a source are requested.
  var inputs: InputChoice { context.sound.inputs }

  var isOver: Bool { Task.isCancelled || context.microphone.generation != generation }

  func report(_ change: (inout SourceFacts) -> Void) { context.audio.source.withLock { change(&$0) } }

  func isRunning() -> Bool { clock.arrive() != nil }

  func standIn() { _ = isRunning() }

  /// When sample frame `index` was or will be heard, on the CLOCK_MONOTONIC timeline.
  func due(_ index: Int64) -> MediaTime { (clock.origin ?? .now()) + (MediaTime(ticks: index, per: 48_000) - .zero) }

  /// The sample frame that is heard at `time`, on the CLOCK_MONOTONIC timeline.
  func index(at time: MediaTime) -> Int64 { clock.sessionTime(time).ticks(per: 48_000) }

  /// Silence while no source is open.
  func hold() throws { if clock.origin != nil { try bridge() } }

  /// Silence up to now, but for a block that may still come.
  func bridge() throws { try fillSilence(missing(slack: .milliseconds(50))) }

  private func missing(slack: Duration) -> Int {
    Int(max(0, clock.sessionTime(.now() - slack).ticks(per: 48_000) - next))
  }

  // MARK: Sound

  /// Sends interleaved stereo samples on that follow what came before: amplified, measured, encoded if anybody wants it.
  func encode(_ samples: Span<Float>) throws {
    guard samples.count > 0 else { return }
    try amplifier.apply(context.sound, to: samples) { samples in
      if context.isSilenceWanted { meter?.forgetSilence() }
      if meter?.add(samples) ?? false, let levels = meter?.levels { context.audio.levels.withLock { $0 = levels } }
      if context.packets.isWanted {
        try encoder.encode(samples, startingAt: next, captureTime: due(next)) { packet in
          context.audio.bytes.count(packet.payload.readableBytes)
          context.packets.push(packet)
        }
      }
    }
    next += Int64(samples.count / 2)
  }

  /// Sends `count` sample frames of digital silence on.
  func encodeSilence(_ count: Int) throws {
    let silence = silence
    var rest = count
    while rest > 0 {
      let now = min(rest, silence.count / 2)
      try encode(silence.span.extracting(0..<(now * 2)))
      rest -= now
    }
  }

  /// Makes up for `count` missing sample frames with silence; what is longer than two seconds is left out.
  func fillSilence(_ count: Int) throws {
    if count > 2 * 48_000 { next += Int64(count) } else { try encodeSilence(count) }
  }

  /// Counts overruns that the driver reported.
  func countOverruns(_ count: Int) { context.audio.overruns.count(count) }

  /// Tells the status how much time is bent to follow the sound card.
  func showDrift(_ partsPerMillion: Double) {
    context.audio.driftPartsPerMillion.withLock { $0 = partsPerMillion }
  }
}
