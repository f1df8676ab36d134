internal import Media

/// Whether pictures have to be let go because a stream is too far behind for what its ingest does not take.
///
/// A client that is not read has its media wait with itself, and a browser lets none of it go. Only what the ingest held up
/// counts: media that its own network brings late cannot be made up for here. Pure: times come from outside.
struct DelayBound {
  /// Further behind, pictures go; sound stays.
  static let limit = Duration.seconds(3)
  /// So near, they may begin again, at a keyframe.
  static let resumption = Duration.milliseconds(500)

  /// Where the ingest has taken everything for so long, what is still behind is the client's own.
  static let relief = Duration.seconds(5)

  /// How far the stream is behind.
  private(set) var behind = Duration.zero
  /// Whether pictures are let go.
  private(set) var isSkipping = false
  private var last: (end: MediaTime, now: MediaTime)?
  /// When the ingest last took nothing.
  private var heldAt: MediaTime?

  /// Takes the next packet, which ends at `end` of the media; answers whether it may go on.
  /// - Parameter held: how long of the time since the packet before the ingest took nothing.
  mutating func passes(_ packet: Kind, end: MediaTime, held: Duration, at now: MediaTime) -> Bool {
    if let last {
      let late = (now - last.now) - max(.zero, end - last.end)
      behind = max(.zero, behind + min(late, held))
    }
    last = (end, now)
    if held > .zero { heldAt = now }
    if let heldAt, now - heldAt > Self.relief { behind = .zero }
    if behind > Self.limit { isSkipping = true }
    if isSkipping, packet == .keyframe, behind < Self.resumption { isSkipping = false }
    return packet == .sound || !isSkipping
  }

  /// The client begins anew, or there is another connection: what was behind is gone.
  mutating func restart() { (behind, isSkipping, last) = (.zero, false, nil) }

  /// What a packet is to it.
  enum Kind { case keyframe, picture, sound }
}
