internal import Interface
internal import Media

/// What a level meter remembers: the highest peaks, and that something clipped.
struct PeakHold: Equatable, Sendable {
  private struct Held: Equatable, Sendable {
    var peak: Double
    var time: Int64
  }

  private var held: [Held] = []
  private var clippedSamples: Int?
  private var clipTime: Int64?

  /// The highest peak of a channel within the last 1.5 s, in dBFS.
  func peak(_ channel: Int) -> Double? { held.indices.contains(channel) ? held[channel].peak : nil }

  /// Whether samples were at full scale within the last 10 s and nobody has said that they know.
  var isClipped: Bool { clipTime != nil }

  /// Takes up a status.
  mutating func add(_ status: BroadcastStatus) {
    let now = status.time.nanoseconds
    guard let levels = status.audio.levels else { return }
    held = levels.channels.enumerated().map { index, channel in
      if held.indices.contains(index), held[index].peak > channel.peak, now >= held[index].time,
        now - held[index].time < 1_500_000_000
      {
        return held[index]
      }
      return Held(peak: channel.peak, time: now)
    }
    if let before = clippedSamples, levels.clippedSamples > before { clipTime = now }
    clippedSamples = levels.clippedSamples
    if let time = clipTime, now - time >= 10_000_000_000 || now < time { clipTime = nil }
  }

  /// Resets the clip indicator.
  mutating func acknowledge() { clipTime = nil }
}
