package import Media

/// What a broadcast may cost at most and at least.
package struct RateLimits: Sendable, Equatable {
  /// The video bitrate that the operator wants.
  package var requested: Bitrate
  /// The least that is worth being watched.
  package var minimum: Bitrate
  /// The sound's bitrate, which is never touched.
  package var sound: Bitrate
  /// From a picture's capture to its acknowledgement, at most.
  package var delay: Duration
  /// What the encoder holds back of it.
  package var encoderDelay: Duration
  /// From one picture to the next.
  package var frameInterval: Duration
  /// Whether the encoder takes another bitrate while it runs; else each change costs a keyframe.
  package var changesLive: Bool

  /// Makes limits.
  package init(
    requested: Bitrate, minimum: Bitrate, sound: Bitrate, delay: Duration, encoderDelay: Duration,
    frameInterval: Duration, changesLive: Bool = true
  ) {
    self.requested = requested
    self.minimum = min(minimum, requested)
    self.sound = sound
    self.delay = delay
    self.encoderDelay = encoderDelay
    self.frameInterval = frameInterval
    self.changesLive = changesLive
  }
}
