/// What a URL of an ingest must look like.
enum IngestAddress {
  /// A URL's parts, as far as the form has to know them.
  struct Parts: Equatable {
    var scheme: String
    var host: String
    var port: String?
    var path: String
  }

  static let schemes = ["rtmps", "rtmp", "srt", "wss", "ws"]

  static func parts(_ text: String) -> Parts? {
    guard let mark = text.firstRange(of: "://") else { return nil }
    let rest = text[mark.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let path = String(rest[authority.endIndex...])
    let scheme = text[..<mark.lowerBound].lowercased()
    if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
      let after = authority[authority.index(after: close)...]
      return Parts(
        scheme: scheme, host: String(authority[...close]),
        port: after.hasPrefix(":") ? String(after.dropFirst()) : nil, path: path)
    }
    let pieces = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return Parts(
      scheme: scheme, host: String(pieces.first ?? ""), port: pieces.count > 1 ? String(pieces[1]) : nil, path: path)
  }

  /// Why this cannot be an ingest, in a few words; `nil` if it can.
  static func problem(_ text: String) -> String? {
    guard let parts = parts(text) else {
      let isBeginning = schemes.contains { "\($0)://".hasPrefix(text.lowercased()) }
      return isBeginning ? "goes on with ://host/app" : "begins with rtmps://, rtmp:// or wss://"
    }
    guard schemes.contains(parts.scheme) else {
      let hint =
        suggestion(for: parts.scheme, among: schemes).map { "; meant \($0)://?" } ?? "; use rtmps://, rtmp:// or wss://"
      return "\(parts.scheme):// is no ingest\(hint)"
    }
    if text.contains(where: \.isWhitespace) { return "a URL has no spaces" }
    if parts.host.contains("@") || text.contains("@") { return "no user name or password in the URL" }
    if parts.host.isEmpty { return "the host is missing" }
    let isHost =
      parts.host.hasPrefix("[")
      || parts.host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) }
    if !isHost { return "\(parts.host) is no host name" }
    if let port = parts.port, UInt16(port).map({ $0 > 0 }) != true { return "the port is 1 to 65535" }
    if parts.path.contains("sk_") { return "the stream key goes into its own field" }
    if parts.scheme.hasPrefix("ws") {
      let isWhole = ["/v1/publish/", "/rtmps/"].contains { parts.path.hasPrefix($0) && parts.path != $0 }
      return isWhole ? nil : "goes on with /v1/publish/CHANNEL"
    }
    let components = parts.path.split(separator: "/")
    if parts.scheme.hasPrefix("rtmp"), components.isEmpty { return "the application is missing, such as /app" }
    return nil
  }
}
