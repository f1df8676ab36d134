internal import Interface
internal import Media

/// Frames lost in the last ten seconds, by where they were lost.
struct LossWindow: Equatable, Sendable {
  /// Where a frame is lost.
  enum Place: CaseIterable { case capture, encoder, network }

  private struct Counters: Equatable, Sendable {
    var time: Int64
    var encoded: Int
    var lost: [Int]
  }

  private var samples: [Counters] = []

  /// Part of the frames that should have been sent, 0…1.
  func share(_ place: Place) -> Double {
    guard let first = samples.first, let last = samples.last else { return 0 }
    let lost = zip(last.lost, first.lost).map { max(0, $0 - $1) }
    // What the network refuses had been encoded; the other two never got there.
    let wanted = max(0, last.encoded - first.encoded) + lost[0] + lost[1]
    return wanted > 0 ? min(1, Double(lost[Self.index(place)]) / Double(wanted)) : 0
  }

  /// Takes up a status, at most one for each half second.
  mutating func add(_ status: BroadcastStatus) {
    let video = status.video
    let now = Counters(
      time: status.time.nanoseconds, encoded: video.framesEncoded,
      lost: [video.droppedByCapture, video.droppedByEncoder, video.droppedByNetwork])
    if let last = samples.last, now.time < last.time || now.encoded < last.encoded { samples = [] }
    if samples.count > 1, now.time - samples[samples.count - 2].time < 500_000_000 { samples.removeLast() }
    samples.append(now)
    samples.removeAll { now.time - $0.time > 10_000_000_000 }
  }

  private static func index(_ place: Place) -> Int {
    switch place {
    case .capture: 0
    case .encoder: 1
    case .network: 2
    }
  }
}
