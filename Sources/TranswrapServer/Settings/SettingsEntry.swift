internal import Media
internal import Networking
internal import RTMP
internal import Settings

/// One line of a settings file: its name, and its value with readers for what it can be.
///
/// Every reader throws one line that says where it stands, what is wrong with it and what would be right.
struct SettingsEntry {
  let name: String
  private let node: YAMLNode
  private let path: String
  private let environment: [String: String]

  /// The lines of a whole text.
  static func all(
    in text: String, path: String, environment: [String: String]
  ) throws(OperatorFailure) -> [SettingsEntry] {
    guard let root = try YAMLDocument.read(text, path: path) else { return [] }
    return try SettingsEntry(name: "", node: root, path: path, environment: environment).entries()
  }

  private init(name: String, node: YAMLNode, path: String, environment: [String: String]) {
    self.name = name
    self.node = node
    self.path = path
    self.environment = environment
  }

  /// A failure about this line.
  func wrong(_ what: String) -> OperatorFailure {
    OperatorFailure("\(path):\(node.line): \(name.isEmpty ? "" : "\(name): ")\(what)", .configuration)
  }

  /// This line has a name that is not known.
  func unknown(_ known: [String]) -> OperatorFailure {
    let what = "\(path):\(node.line): unknown setting '\(YAMLNode.shown(name))'"
    guard let meant = suggestion(for: name, among: known) else {
      return OperatorFailure("\(what): the names here are \(known.joined(separator: ", "))", .configuration)
    }
    return OperatorFailure(what, "did you mean '\(meant)'?", .configuration)
  }

  /// The lines below this one.
  func entries() throws(OperatorFailure) -> [SettingsEntry] {
    if node.isNull { return [] }
    guard case .mapping(let pairs) = node.content else { throw wrong("expected lines of `name: value`") }
    var entries: [SettingsEntry] = []
    for (key, value) in pairs {
      guard let word = key.text else { throw wrong("expected a name in line \(key.line)") }
      entries.append(SettingsEntry(name: word, node: value, path: path, environment: environment))
    }
    return entries
  }

  /// The items of a list.
  func items() throws(OperatorFailure) -> [SettingsEntry] {
    guard case .sequence(let nodes) = node.content else { throw wrong("expected a list: [a, b]") }
    return nodes.map { SettingsEntry(name: name, node: $0, path: path, environment: environment) }
  }

  func text() throws(OperatorFailure) -> String {
    guard let text = node.text, !text.isEmpty else { throw wrong("expected one value") }
    return text
  }

  /// A path; `${CREDENTIALS_DIRECTORY}` in it is where systemd puts credentials.
  func filePath() throws(OperatorFailure) -> String {
    let text = try text()
    guard let variable = text.firstRange(of: "${CREDENTIALS_DIRECTORY}") else { return text }
    guard let directory = environment["CREDENTIALS_DIRECTORY"] else {
      throw wrong("CREDENTIALS_DIRECTORY is not set: systemd sets it for a unit with LoadCredential=")
    }
    return text.replacingCharacters(in: variable, with: directory)
  }

  func boolean() throws(OperatorFailure) -> Bool {
    switch try text() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw wrong("neither true nor false")
    }
  }

  func number(_ range: ClosedRange<Int>) throws(OperatorFailure) -> Int {
    guard let number = Int(try text()), range.contains(number) else {
      throw wrong("a number from \(range.lowerBound) to \(range.upperBound) is wanted")
    }
    return number
  }

  func bitrate() throws(OperatorFailure) -> Bitrate {
    guard let bitrate = Bitrate(parsing: try text()), bitrate.bitsPerSecond > 0 else {
      throw wrong("a bitrate such as 12000k is wanted")
    }
    return bitrate
  }

  func duration() throws(OperatorFailure) -> Duration {
    guard let duration = Duration(parsing: try text()), duration > .zero else {
      throw wrong("a duration such as 20s or 5m is wanted")
    }
    return duration
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type
  ) throws(OperatorFailure) -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: try text()) else {
      throw wrong("one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")) is wanted")
    }
    return choice
  }

  func address() throws(OperatorFailure) -> ProxySettings.Address {
    guard let address = ProxySettings.Address(parsing: try text()) else {
      throw wrong("HOST:PORT, such as 0.0.0.0:8443, is expected")
    }
    return address
  }
}

extension ProxySettings.Address {
  /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`; port zero is any free one.
  init?(parsing text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let (hostText, portText) = (text[..<colon], text[text.index(after: colon)...])
    guard let port = Int(portText), (0...65_535).contains(port), portText.allSatisfy(\.isNumber),
      let server = try? HostAndPort(parsing: "\(hostText):1")
    else { return nil }
    self.init(host: server.host, port: port)
  }
}

extension String {
  /// With `range` replaced.
  func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    "\(self[..<range.lowerBound])\(text)\(self[range.upperBound...])"
  }
}
