internal import FoundationEssentials
internal import Settings
internal import Transwrap

extension TokenFile {
  /// One token.
  struct Entry: Equatable, Sendable {
    /// SHA-256 of the token in hexadecimal, in lower case.
    var hash: String
    /// What people call it.
    var name: String
    /// For which channels it is; `*` for all.
    var channels: [String]
    /// When it ends, in seconds since 1970; `nil` for never.
    var expires: Int64?

    init(hash: String, name: String, channels: [String], expires: Int64?) {
      self.hash = hash
      self.name = Self.plain(name)
      self.channels = channels
      self.expires = expires
    }

    /// Whoever shows the token; its name may be another one's, too.
    var holder: Holder {
      Holder(identity: .token(hash: hash), name: name.isEmpty ? "token:\(hash.prefix(12))" : name)
    }

    /// Whether its end has come.
    func isOver(at today: Int64) -> Bool { expires.map { $0 <= today } ?? false }

    /// Whether it is for a channel.
    func isFor(_ channel: String) -> Bool { channels.contains(channel) || channels.contains("*") }
  }
}

extension TokenFile.Entry {
  /// Reads an entry of a tokens file.
  init(_ item: YAMLNode, _ path: String) throws(OperatorFailure) {
    func wrong(_ line: Int, _ what: String) -> OperatorFailure {
      OperatorFailure("\(path):\(line): \(what)", .configuration)
    }
    guard case .mapping(let pairs) = item.content else { throw wrong(item.line, "a token has sha256 and channels") }
    self.init(hash: "", name: "", channels: [], expires: nil)
    for (key, value) in pairs {
      switch key.text {
      case "sha256":
        guard let text = value.text?.lowercased(), text.utf8.count == 64, text.allSatisfy(\.isHexDigit) else {
          throw wrong(value.line, "sha256: 64 hexadecimal digits are wanted")
        }
        hash = text
      case "name":
        guard let text = value.text else { throw wrong(value.line, "name: a text is wanted") }
        name = Self.plain(text)
      case "channels":
        guard case .sequence(let nodes) = value.content else { throw wrong(value.line, "channels: a list is wanted") }
        for node in nodes {
          guard let text = node.text, text == "*" || PublishRequest.isName(text) else {
            throw wrong(node.line, "channels: names are wanted, or '*' for all")
          }
          channels.append(text)
        }
      case "expires":
        guard let text = value.text, let date = try? Date(text, strategy: .iso8601),
          let seconds = Int64(exactly: date.timeIntervalSince1970.rounded(.down))
        else { throw wrong(value.line, "expires: a time such as 2027-01-31T00:00:00Z is wanted") }
        expires = seconds
      default:
        throw wrong(key.line, "unknown '\(key.shownName)': a token has sha256, name, channels and expires")
      }
    }
    guard !hash.isEmpty, !channels.isEmpty else { throw wrong(item.line, "a token has sha256 and channels") }
  }

  /// The entry as it stands in the file.
  var text: String {
    let names = channels.map(Self.quoted).joined(separator: ", ")
    let end = expires.map { "  expires: '\(Date(timeIntervalSince1970: Double($0)).formatted(.iso8601))'\n" }
    return "- sha256: \(hash)\n  name: \(Self.quoted(name))\n  channels: [\(names)]\n\(end ?? "")"
  }

  /// Names go into logs and onto terminals.
  private static func plain(_ name: String) -> String {
    let scalars = name.unicodeScalars.filter { $0.properties.generalCategory != .control }
    return String(String.UnicodeScalarView(scalars))
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
