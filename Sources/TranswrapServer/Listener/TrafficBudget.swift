internal import Media
internal import Transwrap

/// What one client may send: bytes and frames of whatever kind, over five seconds; pure.
///
/// Pings, texts and empty pieces of messages cost the proxy as much as media, so they count as much.
struct TrafficBudget: Sendable {
  /// A peak is allowed that the average of so long makes good for.
  private static let window: Duration = .seconds(5)

  private let limits: ProxySettings.Limits
  private var bytes: Bucket
  private var frames: Bucket
  private var last: MediaTime

  /// A client that begins may send as much as five seconds allow at once.
  init(_ limits: ProxySettings.Limits, at now: MediaTime) {
    self.limits = limits
    bytes = Bucket(perSecond: Double(limits.bitrate.bitsPerSecond) / 8, window: Self.window)
    frames = Bucket(perSecond: Double(limits.messages), window: Self.window)
    last = now
  }

  /// Takes what came, and says which limit it broke.
  mutating func spend(bytes count: Int, frames number: Int, at now: MediaTime) -> ServerEvent.Notice? {
    let passed = max(0, (now - last).inSeconds)
    last = now
    guard bytes.take(Double(count), after: passed) else {
      return .init(
        code: "bitrate", message: "the stream has more than \(limits.bitrate.kilobitsPerSecond) kbit/s: send less")
    }
    guard frames.take(Double(number), after: passed) else {
      return .init(
        code: "messages", message: "more than \(limits.messages) frames a second came: send larger ones, and fewer")
    }
    return nil
  }

  private struct Bucket {
    let perSecond: Double
    let size: Double
    var left: Double

    init(perSecond: Double, window: Duration) {
      self.perSecond = perSecond
      size = perSecond * window.inSeconds
      left = size
    }

    mutating func take(_ amount: Double, after seconds: Double) -> Bool {
      left = min(size, left + seconds * perSecond) - amount
      return left >= 0
    }
  }
}
