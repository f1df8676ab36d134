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

  /// The host alone, in lower case and without brackets.
  package var host: String { Self.host(of: authority) }

  private static func host(of authority: String) -> String {
    if authority.hasPrefix("[") { return authority.dropFirst().prefix { $0 != "]" }.lowercased() }
    return authority.prefix { $0 != ":" }.lowercased()
  }

  /// Whether TLS protects what is sent.
  package var isEncrypted: Bool { scheme == "https" }

  /// Whether the host is this machine: `localhost`, `127.…`, `::1`.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// A text that was meant to be a URL, without what stands before `@` in its authority: it may be a password.
  package static func shown(_ text: String) -> String {
    let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
    let end = text[start...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? text.endIndex
    guard let at = text[start..<end].lastIndex(of: "@") else { return text }
    return String(text[..<start] + text[text.index(after: at)...])
  }

  /// Reads a URL; `nil` where it is none of a web service.
  package init?(_ text: String) {
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }), let separator = text.firstRange(of: "://")
    else { return nil }
    scheme = text[..<separator.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = text[separator.upperBound...].prefix { $0 != "#" }
    authority = String(rest.prefix { $0 != "/" && $0 != "?" })
    guard !authority.isEmpty, !authority.contains("@"), !Self.host(of: authority).isEmpty,
      authority.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { return nil }
    let tail = rest.dropFirst(authority.count)
    let path = tail.prefix { $0 != "?" }
    self.path = path.isEmpty ? "/" : String(path)
    query = String(tail.dropFirst(path.count + 1))
  }
}
