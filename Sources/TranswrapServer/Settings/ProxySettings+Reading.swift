internal import Media
internal import Networking
internal import RTMP
public import Settings
internal import Transwrap
internal import Web

extension ProxySettings {
  /// What is said for this run alone, as on a command line; it wins over the file.
  public struct Overrides: Sendable {
    /// `listen`.
    public var listen: String?
    /// `admin-listen`.
    public var adminListen: String?
    /// `original-urls`.
    public var hasOriginalURLs = false
    /// `insecure`.
    public var isInsecure = false
    /// `log-format`.
    public var logFormat: String?
    /// `log-level`.
    public var logLevel: String?

    /// Nothing said.
    public init() {}
  }

  private static let logLevels = ["trace", "debug", "info", "notice", "warning", "error"]

  /// Reads settings and the key files that they name.
  /// - Parameters:
  ///   - text: YAML.
  ///   - path: where it stands, for messages.
  ///   - environment: `TRANSWRAP_KEY_CHANNEL` may hold keys, `TRANSWRAP_TOKENS` a tokens file, `CREDENTIALS_DIRECTORY` be part of paths.
  /// - Throws: one line with `path:line` for what is wrong; never with a key.
  public init(
    _ text: String, path: String, overrides: Overrides = Overrides(), environment: [String: String]
  ) throws(OperatorFailure) {
    self.init()
    var (certificate, key) = (String?.none, String?.none)
    for entry in try SettingsEntry.all(in: text, path: path, environment: environment) {
      switch entry.name {
      case "listen": listen = try entry.address()
      case "tls-certificate": certificate = try entry.filePath()
      case "tls-key": key = try entry.filePath()
      case "insecure": isInsecure = try entry.boolean()
      case "behind-proxy": isBehindProxy = try entry.boolean()
      case "admin-listen": adminListen = try entry.address()
      case "web": webDirectory = try entry.filePath()
      case "tokens": tokensFile = try entry.filePath()
      case "jwt": jwt = try Self.readJWT(entry)
      case "original-urls": hasOriginalURLs = try entry.boolean()
      case "allow": allowList = try Self.readAllowList(entry)
      case "channels": channels = try Self.readChannels(entry, environment)
      case "limits": limits = try Self.readLimits(entry)
      case "drain": drain = try entry.duration()
      case "tls-ca-file": ingestCAFile = try entry.filePath()
      case "log-format": logFormat = try entry.choice(LogFormat.self)
      case "log-level":
        logLevel = try entry.text()
        guard Self.logLevels.contains(logLevel) else {
          throw entry.wrong("one of \(Self.logLevels.joined(separator: ", ")) is wanted")
        }
      default: throw entry.unknown(Self.names())
      }
    }
    guard (certificate == nil) == (key == nil) else {
      throw OperatorFailure("\(path): tls-certificate and tls-key go together", "give both", .configuration)
    }
    if let certificate, let key { tls = TLSFiles(certificate: certificate, key: key) }
    if tokensFile == nil, let text = environment["TRANSWRAP_TOKENS"], !text.isEmpty { tokensText = text }
    try take(overrides)
    try check(path)
  }

  private mutating func take(_ overrides: Overrides) throws(OperatorFailure) {
    func address(_ text: String?, _ setting: String) throws(OperatorFailure) -> Address? {
      guard let text else { return nil }
      guard let address = Address(parsing: text) else {
        throw OperatorFailure("`\(setting)`: '\(text)' is not HOST:PORT, such as 0.0.0.0:8443", .usage)
      }
      return address
    }
    listen = try address(overrides.listen, "listen") ?? listen
    adminListen = try address(overrides.adminListen, "admin-listen") ?? adminListen
    hasOriginalURLs = hasOriginalURLs || overrides.hasOriginalURLs
    isInsecure = isInsecure || overrides.isInsecure
    if let text = overrides.logFormat {
      guard let format = LogFormat(rawValue: text) else {
        throw OperatorFailure("`log-format`: '\(text)' is neither text nor json", .usage)
      }
      logFormat = format
    }
    if let level = overrides.logLevel {
      guard Self.logLevels.contains(level) else {
        throw OperatorFailure(
          "`log-level`: '\(level)' is not one of \(Self.logLevels.joined(separator: ", "))", .usage)
      }
      logLevel = level
    }
  }

  /// What is only wrong as a whole.
  private func check(_ path: String) throws(OperatorFailure) {
    guard tls != nil || listen.isLoopback || isInsecure else {
      throw OperatorFailure(
        "\(path): refusing to listen on \(listen) without TLS: clients would send their tokens unencrypted",
        "give tls-certificate and tls-key, or `insecure: true` behind a load balancer that terminates TLS",
        .configuration)
    }
    guard hasOriginalURLs || tokensFile != nil || tokensText != nil || jwt != nil else {
      throw OperatorFailure(
        "\(path): nobody could publish: give `tokens` (make one with `ivs-transwrap token add`), `jwt`, or"
          + " `original-urls: true`", .configuration)
    }
    guard hasOriginalURLs || !channels.isEmpty else {
      throw OperatorFailure("\(path): there are no channels", "give `channels`", .configuration)
    }
  }

  private static func readAllowList(_ entry: SettingsEntry) throws(OperatorFailure) -> AllowList {
    var rules: [HostRule] = []
    for item in try entry.items() {
      guard let rule = HostRule(parsing: try item.text()) else {
        throw item.wrong("a host is wanted, such as ingest.example.net, *.example.net or 10.0.0.7:1935")
      }
      rules.append(rule)
    }
    return AllowList(rules)
  }

  private static func readChannels(
    _ entry: SettingsEntry, _ environment: [String: String]
  ) throws(OperatorFailure) -> [String: Channel] {
    var channels: [String: Channel] = [:]
    for channel in try entry.entries() {
      guard PublishRequest.isName(channel.name) else {
        throw channel.wrong("a channel's name is 1 to 64 letters, digits, '-', '_' and '.'")
      }
      channels[channel.name] = try readChannel(channel, environment)
    }
    return channels
  }

  /// The channels' names alone; no key file is read.
  public static func channelNames(_ text: String, path: String) throws(OperatorFailure) -> [String] {
    for entry in try SettingsEntry.all(in: text, path: path, environment: [:]) where entry.name == "channels" {
      return try entry.entries().map(\.name)
    }
    return []
  }

  private static func readChannel(
    _ channel: SettingsEntry, _ environment: [String: String]
  ) throws(OperatorFailure) -> Channel {
    var (endpoint, key, takeover) = (IngestEndpoint?.none, StreamKey?.none, Takeover.auto)
    var keyFile: String?
    for entry in try channel.entries() {
      switch entry.name {
      case "ingest":
        do { endpoint = try IngestEndpoint(parsing: try entry.text()) } catch { throw entry.wrong("\(error)") }
      case "stream-key-file":
        key = try readKey(entry)
        keyFile = try entry.filePath()
      case "takeover": takeover = try entry.choice(Takeover.self)
      default: throw entry.unknown(["ingest", "stream-key-file", "takeover"])
      }
    }
    guard let endpoint else { throw channel.wrong("`ingest: rtmps://HOST:443/app` is missing") }
    let variable = "TRANSWRAP_KEY_" + String(channel.name.uppercased().map { "-.".contains($0) ? "_" : $0 })
    if key == nil, let text = environment[variable], !text.isEmpty {
      do { key = try StreamKey(text) } catch { throw OperatorFailure("\(variable): \(error)", .configuration) }
    }
    guard let key else {
      throw channel.wrong("there is no stream key: give stream-key-file, or \(variable) in the environment")
    }
    return Channel(endpoint: endpoint, key: key, takeover: takeover, keyFile: keyFile)
  }

  private static func readKey(_ entry: SettingsEntry) throws(OperatorFailure) -> StreamKey {
    let path = try entry.filePath()
    let line: String
    do { line = try TextFile.readLine(path, limit: 4096) } catch {
      // A key has neither '/' nor an extension: what stands here by mistake must not be repeated.
      guard path.contains("/") || path.contains(".") && !path.hasPrefix("sk_") else {
        throw entry.wrong(
          error == .missing ? "no such file; the key itself is not accepted here" : error.line("the file"))
      }
      throw entry.wrong(error.line(path))
    }
    do { return try StreamKey(line) } catch { throw entry.wrong("\(path.contains("/") ? "\(path): " : "")\(error)") }
  }

  private static func readJWT(_ entry: SettingsEntry) throws(OperatorFailure) -> JWT {
    var jwt = JWT(issuer: "", keys: "", audience: nil, channelsClaim: "cognito:groups")
    for line in try entry.entries() {
      switch line.name {
      case "issuer": jwt.issuer = try line.text()
      case "jwks": jwt.keys = try line.filePath()
      case "audience": jwt.audience = try line.text()
      case "channels-claim": jwt.channelsClaim = try line.text()
      default: throw line.unknown(Self.names(in: "jwt"))
      }
    }
    guard !jwt.issuer.isEmpty, !jwt.keys.isEmpty else { throw entry.wrong("issuer and jwks are required") }
    // User and password in a URL would be shown in logs.
    guard !jwt.keys.contains("://") || WebURL(jwt.keys)?.isEncrypted ?? false else {
      throw entry.wrong(
        jwt.keys.lowercased().hasPrefix("http://")
          ? "jwks: keys that come in the clear prove nothing: give an https URL or a file"
          : "jwks: an https URL without user and password is wanted, or a file")
    }
    return jwt
  }

  private static func readLimits(_ entry: SettingsEntry) throws(OperatorFailure) -> Limits {
    var limits = Limits()
    let most = 1 << 20
    for line in try entry.entries() {
      switch line.name {
      case "sessions": limits.sessions = try line.number(1...most)
      case "original-sessions": limits.originalSessions = try line.number(0...most)
      case "sessions-per-token": limits.sessionsPerToken = try line.number(1...most)
      case "sessions-per-address": limits.sessionsPerAddress = try line.number(1...most)
      case "transcodes": limits.transcodes = try line.number(0...1024)
      case "bitrate": limits.bitrate = try line.bitrate()
      case "messages": limits.messages = try line.number(1...most)
      case "total-bitrate": limits.totalBitrate = try line.bitrate()
      case "message-bytes": limits.messageBytes = try line.number(65_536...67_108_864)
      case "idle": limits.idle = try line.duration()
      case "handshake": limits.handshake = try line.duration()
      case "resume": limits.resume = try line.duration()
      case "reconnect": limits.reconnect = try line.duration()
      default:
        throw line.unknown(Self.names(in: "limits"))
      }
    }
    return limits
  }
}
