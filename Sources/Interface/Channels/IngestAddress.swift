internal import Settings

/// What a URL of an ingest looks like, whatever the transport: what is wrong while it is typed.
///
/// What only one transport asks for, the engine says.
public enum IngestAddress {
  /// A URL's parts.
  public struct Parts {
    /// In small letters.
    public let scheme: String
    /// With brackets, where it is an IPv6 address.
    public let host: String
    /// As it was written.
    public let port: String?
    /// What follows host and port.
    public let path: String
  }

  private static let schemes = ["rtmps", "rtmp", "srt", "wss", "ws"]
  /// Those that one would choose.
  private static let schemesText = "rtmps://, rtmp://, srt://, wss:// or ws://"

  /// The parts of a URL; `nil` where it has no scheme.
  public static func parts(_ text: String) -> Parts? {
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
  public static func problem(_ text: String) -> String? {
    guard let parts = parts(text) else {
      let isBeginning = schemes.contains { "\($0)://".hasPrefix(text.lowercased()) }
      return isBeginning ? "The URL must continue with ://host/app" : "The URL must begin with \(schemesText)"
    }
    guard schemes.contains(parts.scheme) else {
      let hint =
        suggestion(for: parts.scheme, among: schemes).map { "; did you mean \($0)://?" } ?? "; use \(schemesText)"
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
      return isWhole ? nil : "The URL must continue with /v1/publish/CHANNEL"
    }
    return parts.scheme.hasPrefix("rtmp") ? problem(ofApplication: parts) : nil
  }

  /// An application, and at most its instance, which Amazon IVS has none of.
  private static func problem(ofApplication parts: Parts) -> String? {
    let components = parts.path.split(separator: "/")
    if components.isEmpty { return "the application is missing, such as /app" }
    let most = parts.host.lowercased().hasSuffix(".live-video.net") ? 1 : 2
    return components.count > most ? "goes on after /\(components[0]); the stream key goes into its own field" : nil
  }

  /// What is wrong with the URL of a playback; `nil` where nothing is.
  static func problem(ofPlayback text: String) -> String? {
    guard let parts = parts(text), ["http", "https"].contains(parts.scheme) else {
      return "The URL must begin with https:// or http://"
    }
    return parts.host.isEmpty ? "the host is missing" : nil
  }
}
