/// The known word that an unknown one was probably meant to be.
public func suggestion(for word: String, among known: [String]) -> String? {
  let ranked = known.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) else {
    return known.first { !word.isEmpty && $0.hasPrefix(word) }
  }
  return best.word
}

/// Single-character edits that turn one word into another, of which the swap of two neighbours is one (Damerau).
private func distance(_ left: String, _ right: String) -> Int {
  let (left, right) = (Array(left), Array(right))
  var before: [Int] = []
  var row = Array(0...right.count)
  for index in left.indices {
    var next = [index + 1]
    for column in right.indices {
      let substituted = row[column] + (left[index] == right[column] ? 0 : 1)
      var least = min(substituted, row[column + 1] + 1, next[column] + 1)
      if index > 0, column > 0, left[index] == right[column - 1], left[index - 1] == right[column] {
        least = min(least, before[column - 1] + 1)
      }
      next.append(least)
    }
    (before, row) = (row, next)
  }
  return row[right.count]
}
