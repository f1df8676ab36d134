/// Decides which cells of a picture are drawn anew: those that differ visibly from what is shown, the worst first.
///
/// Compared is always with what is shown, never with the picture before, so that slow changes come through and noise
/// does not.
struct PictureChanges {
  /// A difference of 8 of 255 between the means of a half, or of 32 in one sample, is visible; both make this score.
  ///
  /// A mean hides the noise of a camera, a single sample shows an edge that moves.
  private static let visible = 16

  private var shown: [UInt8] = []
  /// How often a cell was put off.
  private var delays: [UInt8] = []
  private var scores: [UInt8] = []
  /// Cells that differ visibly.
  private(set) var wanted = 0
  /// Indices of the cells to draw anew.
  private(set) var cells: [Int] = []

  /// Forgets what is shown: every cell differs.
  mutating func reset() { shown = [] }

  /// Compares samples with what is shown, and takes over those of at most `limit` cells.
  mutating func compare(_ samples: [UInt8], limit: Int) {
    let count = samples.count / PictureSamples.bytesPerCell
    cells.removeAll(keepingCapacity: true)
    let isNew = shown.count != samples.count
    if isNew {
      shown = Array(repeating: 0, count: samples.count)
      delays = Array(repeating: 0, count: count)
    }
    if scores.count != count { scores = Array(repeating: 0, count: count) }
    wanted = 0
    var histogram = [Int](repeating: 0, count: 256)
    for cell in 0..<count {
      var score = Self.difference(samples.span, shown.span, at: cell * PictureSamples.bytesPerCell)
      if isNew || delays[cell] == .max { score = max(score, Self.visible) }
      score = score < Self.visible ? 0 : min(255, score + 4 * Int(delays[cell]))
      scores[cell] = UInt8(truncatingIfNeeded: score)
      if score > 0 {
        wanted += 1
        histogram[score] += 1
      }
    }
    choose(Self.leastScore(histogram, limit: limit), limit, isNew: isNew)
    for cell in cells {
      let range = (cell * PictureSamples.bytesPerCell)..<((cell + 1) * PictureSamples.bytesPerCell)
      for index in range { shown[index] = samples[index] }
    }
  }

  private mutating func choose(_ least: Int, _ limit: Int, isNew: Bool) {
    // Cells of the least score may be too many: those above it come first.
    var spare = limit - scores.reduce(0) { $0 + (Int($1) > least ? 1 : 0) }
    for cell in scores.indices where scores[cell] > 0 {
      var isChosen = Int(scores[cell]) > least
      if !isChosen, Int(scores[cell]) == least, spare > 0 {
        spare -= 1
        isChosen = true
      }
      if isChosen {
        cells.append(cell)
        delays[cell] = 0
      } else if isNew {
        // Never drawn yet: it must come even if it is as black as what is assumed to be shown.
        delays[cell] = .max
      } else if delays[cell] < 63 {
        delays[cell] += 1
      }
    }
  }

  private static func leastScore(_ histogram: [Int], limit: Int) -> Int {
    var sum = 0
    for score in stride(from: 255, to: 0, by: -1) {
      sum += histogram[score]
      if sum >= limit { return score }
    }
    return 1
  }

  private static func difference(_ left: Span<UInt8>, _ right: Span<UInt8>, at start: Int) -> Int {
    var (means, most) = (0, 0)
    for half in 0..<2 {
      var (red, green, blue) = (0, 0, 0)
      let first = start + half * PictureSamples.bytesPerCell / 2
      for index in stride(from: first, to: first + PictureSamples.bytesPerCell / 2, by: 3) {
        let differences = (
          Int(left[index]) - Int(right[index]), Int(left[index + 1]) - Int(right[index + 1]),
          Int(left[index + 2]) - Int(right[index + 2])
        )
        red += differences.0
        green += differences.1
        blue += differences.2
        most = max(most, abs(differences.0), abs(differences.1), abs(differences.2))
      }
      // Of twelve numbers: four samples of three channels.
      means = max(means, (abs(red) + abs(green) + abs(blue)) / 12)
    }
    return min(255, max(means * visible / 8, most * visible / 32))
  }
}
