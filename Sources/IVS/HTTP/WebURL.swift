/// The parts of a web service's URL that matter for calling and signing: `https://HOST[:PORT]/PATH?QUERY`.
package struct WebURL: Equatable, Sendable {
  /// `http` or `https`.
  package let scheme: String
  /// Host with the port where one was given, as the header `Host` has it.
  package let authority: String
  /// As sent, with `/` at its beginning.
  package let path: String
  /// As sent, without `?`; may be empty.
  package let query: String

  /// The host alone, without brackets.
  package var host: String {
    if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
    return String(authority.prefix { $0 != ":" })
  }

  /// Reads a URL; `nil` where it is none of a web service.
  package init?(_ text: String) {
    guard let separator = text.firstRange(of: "://") else { return nil }
    scheme = text[..<separator.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = text[separator.upperBound...].prefix { $0 != "#" }
    authority = String(rest.prefix { $0 != "/" && $0 != "?" })
    guard !authority.isEmpty, !authority.contains("@"), !authority.contains(where: \.isWhitespace) else { return nil }
    let tail = rest.dropFirst(authority.count)
    let path = tail.prefix { $0 != "?" }
    self.path = path.isEmpty ? "/" : String(path)
    query = String(tail.dropFirst(path.count + 1))
  }
}
