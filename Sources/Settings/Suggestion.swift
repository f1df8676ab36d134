/// The known word that an unknown one was probably meant to be.
public func suggestion(for word: String, among known: [String]) -> String? {
  let ranked = known.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) else {
    return known.first { !word.isEmpty && $0.hasPrefix(word) }
  }
  return best.word
}

/// Single-character edits that turn one word into another (Levenshtein).
private func distance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (index, character) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in right.indices {
      let substituted = diagonal + (character == right[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
    }
  }
  return row[right.count]
}
