/// How one audio sample is written, little-endian.
public enum SampleFormat: String, Hashable, Sendable, Codable {
  case s16, s32, f32

  /// Bytes of one sample of one channel.
  public var bytes: Int { self == .s16 ? 2 : 4 }
}

/// What interleaved audio bytes mean.
public struct AudioFormat: Hashable, Sendable, CustomStringConvertible {
  /// How a sample is written.
  public var sampleFormat: SampleFormat
  /// Sample frames per second.
  public var sampleRate: Int
  /// Samples in a sample frame, 1…64.
  public var channels: Int

  /// Makes a format.
  public init(sampleFormat: SampleFormat, sampleRate: Int, channels: Int) {
    self.sampleFormat = sampleFormat
    self.sampleRate = sampleRate
    self.channels = channels
  }

  /// What every encoder here is fed with: 48 kHz stereo, 32-bit float.
  public static let broadcast = AudioFormat(sampleFormat: .f32, sampleRate: 48_000, channels: 2)

  /// Bytes of one sample frame.
  public var bytesPerSampleFrame: Int { sampleFormat.bytes * channels }

  /// The time that `count` sample frames take.
  public func duration(ofSampleFrames count: Int) -> Duration {
    .nanoseconds(MediaTime(ticks: Int64(count), per: Int64(sampleRate)).nanoseconds)
  }

  /// The format as people read it: `48 kHz stereo s16`.
  public var description: String {
    let kilohertz = sampleRate % 1000 == 0 ? "\(sampleRate / 1000)" : "\(Double(sampleRate) / 1000)"
    let layout = channels == 1 ? "mono" : channels == 2 ? "stereo" : "\(channels) channels"
    return "\(kilohertz) kHz \(layout) \(sampleFormat.rawValue)"
  }
}
