/// How loud stereo sound is.
public struct Levels: Equatable, Sendable {
  /// What stands for silence, in dBFS.
  public static let floor = -120.0

  /// One channel over the last 100 ms, in dBFS.
  public struct Channel: Equatable, Sendable {
    /// Highest sample.
    public var peak = Levels.floor
    /// Root of the mean square.
    public var rms = Levels.floor
  }

  /// The left channel.
  public var left = Channel()
  /// The right channel.
  public var right = Channel()
  /// EBU R128 short-term loudness (3 s), in LUFS; `nil` before there are 3 s, and -120 for silence.
  public var shortTermLoudness: Double?
  /// Samples at full scale since the meter was made.
  public var clippedSamples = 0
  /// For how long no sample has been above -70 dBFS.
  public var silentSeconds = 0.0

  /// Silence.
  public init() {}
}
