/// Text from elsewhere (a server, a proxy, a device, a file, a child), made fit for a terminal, a log and a status.
///
/// Applied where such text comes in, and once more by every log handler: nothing that somebody else chose can move a
/// cursor, begin a line, reverse the writing, hide characters or take room without end.
public enum ForeignText {
  /// Unicode scalars of one piece of text, where nothing else is said.
  public static let limit = 200
  /// The same for the message of a log line, and for each of its values.
  public static let lineLimit = 2000
  /// Combining marks on one character; scripts need no more.
  private static let markLimit = 4

  /// `text` on one line, at most `limit` Unicode scalars long, with `…` at the end where it was cut.
  ///
  /// Line breaks and tabs become one space each run, other control characters `\x1b`; what is invisible or changes the
  /// direction of writing is left out; what is no character is U+FFFD.
  /// - Parameter secret: replaced by `<stream key>` should it be echoed.
  public static func cleaned(
    _ text: some StringProtocol, limit: Int = Self.limit, hiding secret: String? = nil
  ) -> String {
    let text = hide(secret, in: String(text))
    if isPlain(text, limit) { return text }
    return hide(secret, in: made(of: text.unicodeScalars, limit))
  }

  /// The same of bytes that ought to be UTF-8; those that are not become U+FFFD.
  public static func cleaned(bytes: some Collection<UInt8>, limit: Int = Self.limit) -> String {
    // No scalar has more than four bytes; what is invisible may fill the rest.
    cleaned(String(decoding: bytes.prefix(8 * limit), as: UTF8.self), limit: limit)
  }

  private static func hide(_ secret: String?, in text: String) -> String {
    guard let secret, !secret.isEmpty, text.contains(secret) else { return text }
    return text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "<stream key>")
  }

  private static func isPlain(_ text: String, _ limit: Int) -> Bool {
    text.utf8.count <= limit && text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
  }

  private static func made(of scalars: String.UnicodeScalarView, _ limit: Int) -> String {
    var (result, count, marks, isBreaking) = (String.UnicodeScalarView(), 0, 0, false)
    func isMark(_ scalar: Unicode.Scalar) -> Bool {
      let category = scalar.properties.generalCategory
      return category == .nonspacingMark || category == .enclosingMark
    }
    for scalar in scalars {
      let shown: String.UnicodeScalarView
      switch kind(of: scalar) {
      case .invisible: continue
      case .lineBreak:
        isBreaking = true
        continue
      case .control: shown = escape(scalar)
      case .unknown: shown = "\u{fffd}".unicodeScalars
      case .visible: shown = String.UnicodeScalarView([scalar])
      }
      marks = isMark(scalar) ? marks + 1 : 0
      guard marks <= markLimit else { continue }
      let isSpaced = isBreaking && !result.isEmpty
      isBreaking = false
      count += shown.count + (isSpaced ? 1 : 0)
      guard count <= limit else {
        while result.count >= limit, !result.isEmpty { result.removeLast() }
        return String(result) + (limit > 0 ? "…" : "")
      }
      if isSpaced { result.append(" ") }
      result.append(contentsOf: shown)
    }
    return String(result)
  }

  private enum Kind { case visible, lineBreak, control, invisible, unknown }

  private static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch scalar.value {
    case 0x09...0x0d, 0x85, 0x2028, 0x2029: return .lineBreak
    case 0x00...0x1f, 0x7f...0x9f: return .control
    case 0x20...0x7e, 0xfffd: return .visible
    default: break
    }
    let properties = scalar.properties
    // Zero-width and bidirectional marks, joiners, tags, fillers, variation selectors.
    if properties.generalCategory == .format || properties.isDefaultIgnorableCodePoint { return .invisible }
    switch properties.generalCategory {
    case .surrogate, .privateUse, .unassigned: return .unknown
    default: return .visible
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    let digits = String(scalar.value, radix: 16)
    return ("\\x" + (digits.count < 2 ? "0" : "") + digits).unicodeScalars
  }
}
