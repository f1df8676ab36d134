internal import Media

/// Gives pictures that come in the order of decoding the times when they are decoded, where a container tells only
/// when they are shown, or tells it in a way that does not fit.
///
/// How many pictures come before one that is shown earlier the parameter sets tell; where they do not, the first
/// pictures are waited for. Pure.
struct PictureOrder<Item> {
  /// A picture with its times.
  struct Placed {
    var item: Item
    var shown: MediaTime
    var decoded: MediaTime
  }

  /// Pictures, their bytes and their time, that are waited for at most.
  private static var waitingLimit: (pictures: Int, bytes: Int, span: Duration) {
    (8, 2 << 20, .milliseconds(500))
  }
  private static var deepest: Int { 16 }
  /// Pictures this far from each other do not belong to one order.
  private static var jump: Duration { .seconds(1) }

  /// Pictures that are decoded before one that is shown earlier; `nil` until that is known.
  private var depth: Int?
  private var waiting: [(item: Item, shown: MediaTime)] = []
  private var waitingBytes = 0
  /// The newest times of showing, as many as the order is deep and one more, sorted.
  private var recent: [MediaTime] = []
  private var last: MediaTime?
  /// From one picture to the next; as measured, else a thirtieth of a second.
  private(set) var interval: Duration = FrameRate.thirty.interval

  /// Whether the first pictures are waited for.
  private var isLearning: Bool

  /// - Parameters:
  ///   - depth: what the parameter sets tell.
  ///   - measuresRate: whether ``measuredRate`` is wanted.
  init(depth: Int?, measuresRate: Bool = false) {
    self.depth = depth.map { min($0, Self.deepest) }
    isLearning = depth == nil || measuresRate
  }

  /// The rate of the pictures that were waited for; `nil` where there were none.
  private(set) var measuredRate: FrameRate?

  /// Takes the next picture and gives those that can go on.
  mutating func add(_ item: Item, shown: MediaTime, bytes: Int) -> [Placed] {
    if !isLearning { return [place(item, shown)] }
    waiting.append((item, shown))
    waitingBytes += bytes
    let span = (waiting.map(\.shown).max() ?? shown) - (waiting.map(\.shown).min() ?? shown)
    guard
      waiting.count >= Self.waitingLimit.pictures || waitingBytes >= Self.waitingLimit.bytes
        || span >= Self.waitingLimit.span
    else { return [] }
    return finish()
  }

  /// No more pictures come, or they are not waited for any longer.
  mutating func finish() -> [Placed] {
    if isLearning { learn() }
    let all = waiting
    (waiting, waitingBytes) = ([], 0)
    return all.map { place($0.item, $0.shown) }
  }

  private mutating func learn() {
    isLearning = false
    let times = waiting.map(\.shown)
    let seen = times.indices.map { index in
      times[..<index].count { $0 > times[index] && $0 - times[index] < Self.jump }
    }
    depth = min(Self.deepest, max(depth ?? 0, seen.max() ?? 0))
    guard let first = times.min(), let end = times.max(), times.count > 2, end > first, end - first < .seconds(2) else {
      return
    }
    interval = (end - first) / (times.count - 1)
    measuredRate = FrameRate(measured: 1 / interval.inSeconds)
  }

  private mutating func place(_ item: Item, _ shown: MediaTime) -> Placed {
    if let newest = recent.last, abs((shown - newest).wholeNanoseconds) >= Self.jump.wholeNanoseconds {
      // Another stream begins here; where it goes on is for the timeline to say.
      recent = []
      last = nil
    }
    var depth = depth ?? 0
    if let last, shown < last, depth < Self.deepest { depth += 1 }
    self.depth = depth
    recent.insert(shown, at: recent.firstIndex { $0 > shown } ?? recent.endIndex)
    if recent.count > depth + 1 { recent.removeFirst(recent.count - depth - 1) }
    let missing = depth + 1 - recent.count
    var decoded = (recent.first ?? shown) - interval * missing
    // Decoding never goes back; a picture that comes too late for its time is shown as soon as it can be.
    if let last, decoded < last { decoded = last }
    last = decoded
    return Placed(item: item, shown: max(shown, decoded), decoded: decoded)
  }
}
