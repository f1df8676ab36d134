/// Text that is searched again and again, capitals or not; its letters are folded once.
struct FoldedText: Equatable, Sendable {
  private enum Content: Equatable, Sendable {
    /// Each byte is a character: nearly all names and addresses.
    case ascii([UInt8])
    case other(String)
  }

  private let content: Content

  /// Folds a text.
  init(_ text: String) {
    let folded = text.lowercased()
    content = folded.utf8.allSatisfy { $0 < 0x80 } ? .ascii(Array(folded.utf8)) : .other(folded)
  }

  /// Folds several texts; nothing is found that reaches from one into the next.
  init(_ texts: [String]) { self.init(texts.joined(separator: "\n")) }

  /// Whether another text is somewhere in it; an empty one always is.
  func contains(_ part: FoldedText) -> Bool {
    switch (content, part.content) {
    case (_, .ascii(let wanted)) where wanted.isEmpty: true
    case (.ascii(let bytes), .ascii(let wanted)): Self.contains(bytes.span, wanted.span)
    case (.ascii, .other): false
    case (.other(let text), .ascii(let wanted)): text.contains(String(decoding: wanted, as: UTF8.self))
    case (.other(let text), .other(let wanted)): text.contains(wanted)
    }
  }

  /// Whether it begins with another text.
  func begins(with part: FoldedText) -> Bool {
    switch (content, part.content) {
    case (.ascii(let bytes), .ascii(let wanted)): bytes.starts(with: wanted)
    case (.ascii, .other(let wanted)): wanted.isEmpty
    case (.other(let text), .ascii(let wanted)): text.hasPrefix(String(decoding: wanted, as: UTF8.self))
    case (.other(let text), .other(let wanted)): text.hasPrefix(wanted)
    }
  }

  private static func contains(_ bytes: borrowing Span<UInt8>, _ wanted: borrowing Span<UInt8>) -> Bool {
    let last = bytes.count - wanted.count
    guard last >= 0 else { return false }
    let first = wanted[0]
    var start = 0
    while start <= last {
      if bytes[start] == first {
        var offset = 1
        while offset < wanted.count, bytes[start + offset] == wanted[offset] { offset += 1 }
        if offset == wanted.count { return true }
      }
      start += 1
    }
    return false
  }
}
