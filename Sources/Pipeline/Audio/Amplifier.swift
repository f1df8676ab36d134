internal import Glibc

/// Applies gain and mute, over one block each time they change, so that nothing clicks.
struct Amplifier {
  private var factor: Float = 1
  private var buffer: [Float] = []

  /// Gives `body` the samples as `control` wants them; without gain and mute those are the caller's own.
  mutating func apply(_ control: SoundControl, to samples: Span<Float>, _ body: (Span<Float>) throws -> Void) rethrows {
    let wanted = control.isMuted ? 0 : Float(pow(10, control.gainDecibels / 20))
    guard wanted != 1 || factor != 1 else { return try body(samples) }
    let step = (wanted - factor) / Float(max(1, samples.count / 2))
    if buffer.count < samples.count { buffer = [Float](repeating: 0, count: samples.count) }
    let frames = samples.count / 2
    for frame in 0..<frames {
      let gain = frame == frames - 1 ? wanted : factor + step * Float(frame + 1)
      buffer[2 * frame] = max(-1, min(1, samples[2 * frame] * gain))
      buffer[2 * frame + 1] = max(-1, min(1, samples[2 * frame + 1] * gain))
    }
    factor = wanted
    try body(buffer.span.extracting(0..<samples.count))
  }
}
