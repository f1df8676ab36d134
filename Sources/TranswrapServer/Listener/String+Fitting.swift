extension String {
  /// As much of it from its beginning as has at most so many bytes: a control frame has 125 (RFC 6455 §5.5).
  func fitting(bytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var (text, count) = ("", 0)
    for character in self {
      count += character.utf8.count
      guard count <= limit else { break }
      text.append(character)
    }
    return text
  }
}
