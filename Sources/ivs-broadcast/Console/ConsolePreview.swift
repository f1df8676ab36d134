internal import Broadcast
internal import Console
internal import Media
internal import Pipeline

/// The picture in the console: how large, how often, and within how many bytes.
struct ConsolePreview {
  private let tap: PreviewTap
  private var renderer: PictureRenderer
  private var budget: PictureBudget
  private var region: ScreenSize?
  private var isMirrored = false
  private var lastPicture = MediaTime.zero
  private var awaitsPaint = false

  /// The broadcast needs the line: no pictures.
  var isCongested: Bool {
    get { budget.isCongested }
    set { budget.isCongested = newValue }
  }

  init(tap: PreviewTap, traits: TerminalTraits, sshConnection: String?) {
    self.tap = tap
    renderer = PictureRenderer(traits: traits)
    budget = PictureBudget(sshConnection: sshConnection)
  }

  /// Shows pictures of at most this many cells from now on, or none.
  mutating func show(_ region: ScreenSize?, isMirrored: Bool) {
    (self.region, self.isMirrored) = (region, isMirrored)
    renderer.reset()
    // Two by four samples make a cell.
    tap.watch(
      region.map { PictureSize(width: max(2, $0.columns * 2), height: max(2, $0.rows * 4)) },
      framesPerSecond: PictureBudget.picturesPerSecond)
  }

  /// When to look for a picture again.
  func due(after now: MediaTime) -> MediaTime? {
    guard region != nil, !awaitsPaint else { return nil }
    return budget.nextPaint(after: now)
  }

  /// The next picture in cells, if there is one and it can be afforded.
  mutating func next(at now: MediaTime) -> PictureCells? {
    guard let region, !awaitsPaint, let due = budget.nextPaint(after: lastPicture), now >= due else { return nil }
    let cells = budget.affordableCells(at: now)
    guard cells > 0, let picture = tap.take() else { return nil }
    lastPicture = now
    awaitsPaint = true
    return renderer.render(
      picture.pixels.span, width: picture.size.width, height: picture.size.height, within: region,
      isMirrored: isMirrored, changingAtMost: cells)
  }

  /// A screen was painted with so many bytes.
  mutating func painted(_ bytes: Int, at now: MediaTime) {
    guard awaitsPaint else { return }
    awaitsPaint = false
    budget.record(bytes: bytes, changed: renderer.change.changed, wanted: renderer.change.wanted, at: now)
  }
}
