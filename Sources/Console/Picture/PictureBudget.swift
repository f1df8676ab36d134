public import Media

/// Says when the next picture may be painted and how much of it may change, so that a terminal far away and the
/// broadcast itself keep their share of the line.
///
/// Over any time the bytes are at most those of that time and of two seconds more.
public struct PictureBudget: Equatable, Sendable {
  /// For a terminal on the same machine.
  public static let localBytesPerSecond = 200_000
  /// For a terminal behind SSH.
  public static let remoteBytesPerSecond = 20_000
  /// More pictures in a second than these are never painted, so no more need be made.
  public static let picturesPerSecond = 10.0
  private static let shortest = 1 / picturesPerSecond
  /// One picture each two seconds at least.
  private static let longest = 2.0

  /// What pictures may take; 0 for none.
  public var bytesPerSecond: Int
  /// Nothing is painted while the broadcast needs the line.
  public var isCongested = false

  private var credit: Double
  private var last: MediaTime?
  private var bytesPerCell = 32.0
  private var wanted = 0

  /// Makes a budget that nothing was taken from yet.
  public init(bytesPerSecond: Int) {
    self.bytesPerSecond = bytesPerSecond
    credit = Double(bytesPerSecond) * Self.longest
  }

  /// The budget for the terminal that `SSH_CONNECTION` tells of, which is empty or unset for a local one.
  public init(sshConnection: String?) {
    let isLocal = sshConnection?.isEmpty ?? true
    self.init(bytesPerSecond: isLocal ? Self.localBytesPerSecond : Self.remoteBytesPerSecond)
  }

  /// When the next picture is due: soon if it can be paid at once, later if it has to be saved for.
  ///
  /// `nil` while none may be painted at all.
  public func nextPaint(after now: MediaTime) -> MediaTime? {
    guard bytesPerSecond > 0, !isCongested else { return nil }
    guard let last else { return now }
    // What was put off comes again, so saving begins with the last picture's wish.
    let missing = Double(wanted) * bytesPerCell - credit
    let seconds = min(max(missing / Double(bytesPerSecond), Self.shortest), Self.longest)
    return last + .nanoseconds(Int64(seconds * 1e9))
  }

  /// How many cells may change in a picture that is painted now; 0 for none.
  public func affordableCells(at now: MediaTime) -> Int {
    guard bytesPerSecond > 0, !isCongested else { return 0 }
    return max(0, Int(credit(at: now) / bytesPerCell))
  }

  /// Takes account of a paint.
  /// - Parameters:
  ///   - bytes: what the terminal was sent.
  ///   - changed: cells of the picture that it changed.
  ///   - wanted: cells that should have changed.
  public mutating func record(bytes: Int, changed: Int, wanted: Int, at now: MediaTime) {
    credit = credit(at: now) - Double(bytes)
    last = now
    self.wanted = wanted
    // Small changes cost more per cell for the cursor's ways, so they say little about large ones.
    guard changed >= 16 else { return }
    bytesPerCell += (min(max(Double(bytes) / Double(changed), 4), 64) - bytesPerCell) / 4
  }

  private func credit(at now: MediaTime) -> Double {
    let elapsed = last.map { max(0, (now - $0).inSeconds) } ?? 0
    return min(credit + elapsed * Double(bytesPerSecond), Double(bytesPerSecond) * Self.longest)
  }
}
