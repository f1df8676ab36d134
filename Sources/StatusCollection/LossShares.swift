internal import Media

/// The parts of the frames that are missing of those that were due between two looks at the counters, 0…1.
struct LossShares: Equatable {
  /// The counters at one moment.
  struct Counts {
    var time: MediaTime
    var encoded = 0
    var captureLoss = 0
    var encoderLoss = 0
    /// Frames that the queue to the network threw away.
    var networkLoss = 0
    /// Frames that it passed on.
    var networkPassed = 0
    /// Frames that showed the picture before once more, because the network was too slow for a new one.
    var heldBack = 0
  }

  private(set) var capture = 0.0
  private(set) var encoder = 0.0
  private(set) var network = 0.0

  init(from last: Counts, to now: Counts, framesPerSecond: Double) {
    let (capture, encoder) = (now.captureLoss - last.captureLoss, now.encoderLoss - last.encoderLoss)
    // What is counted at once may have been due long before.
    let due = max(
      framesPerSecond * (now.time - last.time).inSeconds, Double(now.encoded - last.encoded + capture + encoder))
    self.capture = Self.share(capture, of: due)
    self.encoder = Self.share(encoder, of: due)
    let (lost, held) = (now.networkLoss - last.networkLoss, now.heldBack - last.heldBack)
    // What is held back is counted before it is passed on.
    network = Self.share(lost + held, of: Double(lost + max(held, now.networkPassed - last.networkPassed)))
  }

  private static func share(_ lost: Int, of due: Double) -> Double {
    lost > 0 && due > 0 ? min(1, Double(lost) / due) : 0
  }
}
