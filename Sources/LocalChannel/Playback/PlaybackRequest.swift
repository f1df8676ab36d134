/// What a request to the player's server is for.
///
/// Pure. Without the secret there is nothing but refusals, and all that is not there looks alike.
enum PlaybackRequest: Equatable {
  /// The page that plays.
  case page
  /// What the page has to know of the stream.
  case facts
  /// A playlist or a segment.
  case file(name: String, mediaType: String)
  /// The page's address lacks its last slash.
  case pageWithoutSlash
  /// Only GET and HEAD are answered (405).
  case wrongMethod
  /// No Host field, or several (400).
  case noHost
  /// The Host field names another machine (421).
  case foreignHost
  /// Not here, or not for who does not know the secret (404).
  case nothing

  /// Reads a request.
  /// - Parameters:
  ///   - target: as the request line has it.
  ///   - hosts: the values of its Host fields.
  ///   - wantsHost: whether it has to have one: since HTTP/1.1 (RFC 9112 §3.2).
  init(method: String, target: String, hosts: [String], wantsHost: Bool, secret: PlaybackSecret) {
    guard hosts.count == 1 || (hosts.isEmpty && !wantsHost) else {
      self = .noHost
      return
    }
    if let host = hosts.first, !LoopbackHost.isNamed(by: host) {
      self = .foreignHost
      return
    }
    guard method == "GET" || method == "HEAD" else {
      self = .wrongMethod
      return
    }
    let path = target.prefix { $0 != "?" && $0 != "#" }
    let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0].isEmpty, secret.matches(parts[1]) else {
      self = .nothing
      return
    }
    guard parts.count == 3 else {
      self = .pageWithoutSlash
      return
    }
    switch parts[2] {
    case "": self = .page
    case "channel.json": self = .facts
    default:
      self = Self.mediaType(of: parts[2]).map { .file(name: String(parts[2]), mediaType: $0) } ?? .nothing
    }
  }

  /// Whether the secret was known.
  var isTrusted: Bool {
    switch self {
    case .page, .facts, .file, .pageWithoutSlash: true
    case .wrongMethod, .noHost, .foreignHost, .nothing: false
    }
  }

  /// The type of a name that the HLS writer makes; `nil` for any other, so no path leaves the directory.
  private static func mediaType(of name: Substring) -> String? {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
    guard isPlain, name.utf8.count <= 64, !name.hasPrefix(".") else { return nil }
    if name.hasSuffix(".m3u8") { return "application/vnd.apple.mpegurl" }
    if name.hasSuffix(".mp4") || name.hasSuffix(".m4s") { return "video/mp4" }
    return nil
  }
}
