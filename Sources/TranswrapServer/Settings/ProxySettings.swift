public import Media
internal import NIOCore
public import Networking
public import RTMP
internal import Settings

/// What one proxy is to be: checked and complete, with the channels' stream keys.
public struct ProxySettings: Sendable {
  /// A host and a port to listen on.
  public struct Address: Equatable, Sendable, CustomStringConvertible {
    /// A name or an address, without brackets.
    public var host: String
    /// Zero is any free one.
    public var port: Int

    /// `host:port`, with brackets where IPv6 needs them.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    /// Whether only this machine reaches it.
    var isLoopback: Bool {
      guard let address = try? SocketAddress(ipAddress: host, port: 0) else { return host == "localhost" }
      return address.ipAddress == "::1" || (address.protocol == .inet && host.hasPrefix("127."))
    }
  }

  /// The files that TLS needs.
  public struct TLSFiles: Equatable, Sendable {
    /// PEM with the certificate and those between it and the authority.
    public var certificate: String
    /// PEM with the private key.
    public var key: String
  }

  /// When a broken ingest connection is made again as a takeover (`?priority=N`).
  public enum Takeover: String, CaseIterable, Sendable {
    /// At Amazon IVS, which knows it.
    case auto
    case always
    case never
  }

  /// Where a channel goes.
  public struct Channel: Sendable {
    /// Where to publish.
    public var endpoint: IngestEndpoint
    /// The key that its clients never see.
    public var key: StreamKey
    /// How a broken connection is made again.
    public var takeover: Takeover
    /// Where the key was read; `nil` for the environment.
    public var keyFile: String?
  }

  /// Whose JSON Web Tokens are taken (RFC 7519).
  public struct JWT: Equatable, Sendable {
    /// `iss`, as it stands in the tokens.
    public var issuer: String
    /// File or https URL with the issuer's keys (RFC 7517).
    public var keys: String
    /// `aud`, or `client_id` where a token has no audience; `nil` for any.
    public var audience: String?
    /// The claim that names channels, as a list or as words; `*` is all of them.
    public var channelsClaim: String
  }

  /// What clients may make of the proxy.
  public struct Limits: Equatable, Sendable {
    /// Sessions at once.
    public var sessions = 500
    /// Of these, sessions that name their ingest themselves; `nil` for half of them where channels are named too, so
    /// that nobody without a token takes all places.
    public var originalSessions: Int?
    /// Sessions at once of one token.
    public var sessionsPerToken = 20
    /// Sessions, and connections without one, of one address; of IPv6, of one network of 64 bits.
    public var sessionsPerAddress = 100
    /// Pictures that are encoded anew at once.
    public var transcodes = 2
    /// What one session may send, over five seconds; frames of all kinds count.
    public var bitrate = Bitrate.kilobits(12_000)
    /// Frames a second, of all kinds, over five seconds.
    public var messages = 1000
    /// What all sessions may send, `nil` for no limit; new ones are refused above it.
    public var totalBitrate: Bitrate?
    /// Bytes in one WebSocket message.
    public var messageBytes = 4 << 20
    /// How long a client may send no media, whatever else it sends.
    public var idle: Duration = .seconds(15)
    /// How long TLS, request and first frame may take.
    public var handshake: Duration = .seconds(5)
    /// How long a session waits for a client that was lost.
    public var resume: Duration = .seconds(20)
    /// How long a broken ingest connection is tried again.
    public var reconnect: Duration = .seconds(300)
    /// Connections at once, with sessions or without: half as many more than sessions, for those who are on their way
    /// in or are told that there is no room; fewer where the system has not the descriptors.
    var connections: Int { min(sessions + max(128, sessions / 2), mostConnections) }
    var mostConnections = Int.max
  }

  /// How log lines look.
  public enum LogFormat: String, CaseIterable, Sendable { case text, json }

  /// Where clients connect.
  public var listen = Address(host: "127.0.0.1", port: 8080)
  /// `nil` for plain WebSockets.
  public var tls: TLSFiles?
  /// Whether plain WebSockets may be offered to other machines.
  public var isInsecure = false
  /// Whether clients come through a load balancer, which says their addresses in X-Forwarded-For.
  public var isBehindProxy = false
  /// Health and metrics; `nil` for none.
  public var adminListen: Address?
  /// The directory of the broadcaster page; `nil` for none.
  public var webDirectory: String?
  /// The file with hashed tokens.
  public var tokensFile: String?
  /// The text of such a file, from the environment: for containers without a volume.
  var tokensText: String?
  /// Whose signed tokens are taken; `nil` for nobody's.
  public var jwt: JWT?
  /// Whether clients of the original's design are let in, with their key in the path.
  public var hasOriginalURLs = false
  var allowList = AllowList([])
  /// The channels, by name.
  public var channels: [String: Channel] = [:]
  /// What clients may make of it.
  public var limits = Limits()
  /// How long sessions may take to end after SIGTERM.
  public var drain: Duration = .seconds(60)
  /// PEM file with the authorities to trust at ingests instead of the system's.
  public var ingestCAFile: String?
  /// How log lines look.
  public var logFormat = LogFormat.text
  /// The least important log lines that are shown.
  public var logLevel = "info"

  init() {}

  /// What to say of files with secrets that everybody can read; `nil` where there are none.
  public var exposure: Explanation? {
    ExposedFiles.warning(ExposedFiles.among([tls?.key] + channels.values.map(\.keyFile)).sorted())
  }

  /// Adapts to the descriptors that the program may have: each session has one at either end.
  /// - Returns: what the operator ought to know; `nil` where all fits.
  public mutating func fit(descriptors: Int) -> String? {
    // Files, logs, event loops, the admin port.
    let spare = 64
    let wanted = limits.connections + limits.sessions + spare
    guard wanted > descriptors else { return nil }
    limits.mostConnections = max(16, descriptors - spare - min(limits.sessions, (descriptors - spare) / 2))
    return "\(limits.sessions) sessions want \(wanted) descriptors, but there are \(descriptors): raise the limit "
      + "(LimitNOFILE= of the unit, ulimit -n), or lower `sessions`"
  }
}
