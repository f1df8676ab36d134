internal import CNcurses

/// Pairs of colours, given out as cells need them.
///
/// ncurses knows a bounded number of pairs and paints every cell again whose pair changes; so a pair is never changed:
/// when all are taken, all are given back at once and the screen is drawn anew.
struct ColorPairs {
  /// More than a picture of 200 by 60 cells needs; each costs about 80 bytes.
  private static let most = 16_384

  private let palette: ColorPalette
  private var pairs: [UInt64: Int32] = [:]
  private var limit = 0
  private var hasStandardColors = false

  init(colors: TerminalTraits.Colors) { palette = ColorPalette(colors: colors) }

  /// Starts colours in ncurses, unless there are none.
  mutating func start() {
    guard palette.colors != .mono, has_colors(), start_color() == OK else { return }
    hasStandardColors = use_default_colors() == OK
    limit = Self.most
  }

  /// Gives all pairs back; everything on the screen has to be drawn again.
  mutating func reset() {
    pairs.removeAll(keepingCapacity: true)
    reset_color_pairs()
  }

  /// The pair for two colours; `nil` when none is left.
  mutating func pair(foreground: CellColor, background: CellColor) -> Int32? {
    guard limit > 0, foreground != .standard || background != .standard else { return 0 }
    let front = code(foreground, standard: 7)
    let back = code(background, standard: 0)
    let key = UInt64(UInt32(bitPattern: front)) << 32 | UInt64(UInt32(bitPattern: back))
    if let known = pairs[key] { return known }
    let next = Int32(pairs.count + 1)
    guard next < limit, init_extended_pair(next, front, back) == OK else { return nil }
    pairs[key] = next
    return next
  }

  private func code(_ color: CellColor, standard: Int32) -> Int32 {
    color == .standard ? (hasStandardColors ? -1 : standard) : palette.code(color)
  }
}
