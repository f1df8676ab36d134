internal import Codec
internal import Logging
internal import Media
internal import NIOCore
internal import Synchronization

/// The end of the audio pipeline: 48 kHz stereo in, AAC packets out.
///
/// Owned by the audio thread.
final class AudioStage {
  private var encoder: AACEncoder
  private let context: SessionContext
  /// The number of the next sample frame since the origin.
  private(set) var next: Int64 = 0
  private(set) var clock: PipelineClock
  private let silence = [Float](repeating: 0, count: 2 * 4800)

  /// Opens the encoder and says so; `source` is what the status shows of where the sound comes from.
  init(bitrate: Bitrate, source: String, context: SessionContext) throws {
    self.context = context
    encoder = try AACEncoder(bitrate: bitrate)
    clock = PipelineClock(context.origin)
    show(source: source)
    context.onReady(.audio(encoder.description))
  }

  /// Tells the status and the log where the sound comes from.
  func show(source: String) {
    context.audio.source.withLock { $0.description = source }
    context.logger.info("sound from \(source)")
  }

  /// Says that there is sound; false while the session's origin is not settled, and the sound is let go.
  func isRunning() -> Bool {
    clock.arrive() != nil
  }

  /// Says that there is sound and waits for the picture.
  func waitForStart() throws {
    _ = try clock.arriveAndWait()
    mark(.running)
  }

  /// When sample frame `index` was or will be heard, on the CLOCK_MONOTONIC timeline.
  func due(_ index: Int64) -> MediaTime { (clock.origin ?? .now()) + (MediaTime(ticks: index, per: 48_000) - .zero) }

  /// Encodes interleaved stereo samples that follow what came before.
  func encode(_ samples: Span<Float>) throws {
    guard samples.count > 0 else { return }
    try encoder.encode(samples, startingAt: next, captureTime: due(next)) { packet in
      context.audio.bytes.count(packet.payload.readableBytes)
      context.packets.push(packet)
    }
    next += Int64(samples.count / 2)
  }

  /// Encodes `count` sample frames of digital silence.
  func encodeSilence(_ count: Int) throws {
    let silence = silence
    var rest = count
    while rest > 0 {
      let now = min(rest, silence.count / 2)
      try encode(silence.span.extracting(0..<(now * 2)))
      rest -= now
    }
  }

  /// Counts overruns that the driver reported.
  func countOverruns(_ count: Int) { context.audio.overruns.count(count) }

  /// Tells the status how much time is bent to follow the sound card.
  func showDrift(_ partsPerMillion: Double) {
    context.audio.driftPartsPerBillion.store(Int(partsPerMillion * 1000), ordering: .relaxed)
  }

  /// Tells the status how the source is.
  func mark(_ state: BroadcastStatus.SourceState) { context.audio.source.withLock { $0.state = state } }
}
