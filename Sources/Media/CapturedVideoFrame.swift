/// What comes with the bytes of one captured video frame.
public struct CapturedVideoFrame: Hashable, Sendable {
  /// When the driver captured it, on the CLOCK_MONOTONIC timeline.
  public var time: MediaTime
  /// The driver's running number; a gap says how many frames it had to drop.
  public var sequence: UInt32

  /// Makes the description of a frame.
  public init(time: MediaTime, sequence: UInt32) {
    self.time = time
    self.sequence = sequence
  }
}
