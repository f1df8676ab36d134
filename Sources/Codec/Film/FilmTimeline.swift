internal import Media

/// Puts the packets of a film on one timeline that begins at zero and only goes on, whatever their stamps say.
///
/// A film's own times are taken as long as they are possible. Where a track goes back, or nothing at all comes for
/// longer than a hole may last, its clock has jumped: what follows is put right behind what came before, and the other
/// track, which jumps a little earlier or later in the file, by the same amount, so that both stay together. Packets
/// without times are counted. Depends on nothing but the packets in the file's order: whoever reads the same file gets
/// the same times, and the same ``length``. Pure.
struct FilmTimeline {
  /// What a packet says, or is given.
  struct Stamps: Equatable {
    /// When it is shown; `nil` where only the decoder can say.
    var presentation: MediaTime?
    /// When it is decoded.
    var decode: MediaTime?
    /// How long it is shown; zero where that is not said.
    var duration: Duration
  }

  private struct Track {
    /// What is added to its stamps.
    var offset: Duration
    /// The newest decode time that was given out, and how long that packet lasts.
    var last: MediaTime
    var duration: Duration
    /// Packets in a row that came no later than the one before.
    var stuck = 0
  }

  /// A track that goes back by more than this has jumped.
  private static let longestStepBack: Duration = .seconds(1)
  /// A stated start that is further than this from the first packet is none; nor is a time to be shown that is further
  /// from the time to be decoded.
  private static let longestLead: Duration = .seconds(10)
  /// So many packets in a row may have the time of the one before; then they are counted.
  private static let stuckLimit = 8
  /// Stamps are taken for true up to 36 years from zero; what lies beyond counts as that.
  private static let bounds = MediaTime(nanoseconds: -1 << 60)...MediaTime(nanoseconds: 1 << 60)

  private let start: MediaTime?
  private let longestHole: Duration
  private var tracks: [Track?]
  /// What is added to the stamps of the track that came last through a jump.
  private var offset: Duration?
  private var end = MediaTime.zero
  /// Jumps that were bridged.
  private(set) var jumps = 0

  /// - Parameters:
  ///   - start: the stamp that is zero, as the header says; `nil` where it does not.
  ///   - longestHole: nothing comes for longer than this only where a clock jumped.
  ///   - tracks: how many tracks there are.
  init(start: MediaTime?, longestHole: Duration, tracks: Int) {
    self.start = start
    self.longestHole = longestHole
    self.tracks = Array(repeating: nil, count: tracks)
  }

  /// How long what came so far is shown and heard.
  var length: Duration { end - .zero }

  /// Gives a packet its times.
  /// - Parameters:
  ///   - track: its track's number.
  ///   - interval: how long a packet of the track lasts that does not say so.
  mutating func place(_ stamps: Stamps, of track: Int, interval: Duration) -> Stamps {
    let isTrue = stamps.duration > .zero && stamps.duration <= longestHole
    let duration = isTrue ? stamps.duration : interval
    let known = tracks[track]
    guard let stated = (stamps.decode ?? stamps.presentation).map(Self.bounded) else {
      return count(track, duration, isStuck: false)
    }
    let shown = stamps.presentation.map(Self.bounded).flatMap { Self.isNear($0, stated) ? $0 : nil }
    let added = choose(stated, shown ?? stated, known)
    var stuck = 0
    if let known, stated + added <= known.last {
      stuck = known.stuck + 1
      if stuck > Self.stuckLimit { return count(track, duration, isStuck: true) }
    }
    let decode = stated + added
    tracks[track] = Track(
      offset: added, last: max(decode, known?.last ?? decode), duration: duration, stuck: stuck)
    let presentation = shown.map { $0 + added }
    end = max(end, (presentation ?? decode) + duration)
    return Stamps(presentation: presentation, decode: decode, duration: duration)
  }

  /// What has to be added to a packet's stamps.
  private mutating func choose(_ stated: MediaTime, _ shown: MediaTime, _ known: Track?) -> Duration {
    guard let newest = offset else {
      let first: Duration
      if let start = start.map(Self.bounded), Self.isNear(start, stated) {
        first = .zero - (start - .zero)
      } else {
        first = .zero - (shown - .zero)
      }
      offset = first
      return first
    }
    if let known, isPossible(stated + known.offset, after: known.last) { return known.offset }
    if isPossible(stated + newest, after: known?.last ?? .zero) { return newest }
    jumps += 1
    let added = end - shown
    offset = added
    return added
  }

  private func isPossible(_ time: MediaTime, after last: MediaTime) -> Bool {
    last - time <= Self.longestStepBack && time - end <= longestHole
  }

  /// A packet without a time follows the one before.
  private mutating func count(_ track: Int, _ duration: Duration, isStuck: Bool) -> Stamps {
    let known = tracks[track]
    let decode = known.map { $0.last + $0.duration } ?? end
    tracks[track] = Track(
      offset: known?.offset ?? offset ?? .zero, last: decode, duration: duration,
      stuck: isStuck ? Self.stuckLimit + 1 : 0)
    end = max(end, decode + duration)
    return Stamps(presentation: nil, decode: decode, duration: duration)
  }

  private static func isNear(_ time: MediaTime, _ other: MediaTime) -> Bool {
    (.zero - longestLead...longestLead).contains(time - other)
  }

  private static func bounded(_ time: MediaTime) -> MediaTime { min(max(time, bounds.lowerBound), bounds.upperBound) }
}
