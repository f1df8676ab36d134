package import Media
public import Networking
public import RTMP
public import SRT
package import Settings
public import Transwrap

/// Where a channel is: its ingest, or a proxy that leads there.
public enum ChannelAddress: Sendable, Equatable, CustomStringConvertible {
  case ingest(IngestEndpoint)
  case proxy(ProxyEndpoint)
  case srt(SRTEndpoint)

  /// Reads `rtmps://HOST:443/app`, `srt://HOST:9000`, `wss://HOST/v1/publish/CHANNEL`, `ws://HOST:3004/rtmps/h264/rtmps://HOST:443/app`.
  /// - Throws: what is wrong with it, in words; never with a secret.
  package init(parsing text: String) throws(OperatorFailure) {
    do {
      if SRTEndpoint.isMeant(by: text) {
        self = .srt(try SRTEndpoint(parsing: text))
      } else if ProxyEndpoint.isMeant(by: text) {
        self = .proxy(try ProxyEndpoint(parsing: text))
      } else {
        self = .ingest(try IngestEndpoint(parsing: text))
      }
    } catch IngestEndpointError.unknownScheme(let scheme) {
      // The ingest knows its own schemes alone; here more are taken.
      throw OperatorFailure(
        "'\(scheme)' is not supported for publishing",
        "give rtmps://, rtmp:// or srt://, or wss:// or ws:// for a proxy",
        .configuration)
    } catch { throw OperatorFailure(Explanation(of: error), .configuration) }
  }

  /// What is wrong with a URL, in words; `nil` where nothing is.
  public static func problem(_ text: String) -> String? {
    do throws(OperatorFailure) {
      _ = try ChannelAddress(parsing: text)
      return nil
    } catch { return error.description }
  }

  /// Where is connected to; what is known of it whatever is spoken there.
  package var endpoint: any PublishEndpoint {
    switch self {
    case .ingest(let endpoint): endpoint
    case .proxy(let endpoint): endpoint
    case .srt(let endpoint): endpoint
    }
  }

  /// The URL without anything secret.
  public var description: String { "\(endpoint)" }

  /// The host that is connected to.
  public var host: String { endpoint.host }

  /// Whether a token is shown there; else a stream key.
  public var wantsToken: Bool {
    if case .proxy(let endpoint) = self, case .channel = endpoint.target { true } else { false }
  }

  /// Whether it is a proxy.
  package var isProxy: Bool { if case .proxy = self { true } else { false } }

  /// Whether a passphrase may go with the stream key.
  public var takesPassphrase: Bool { if case .srt = self { true } else { false } }
}

/// The secrets that were found for a broadcast; nothing of them shows in a dump.
public struct ChannelSecrets: Sendable {
  /// For an ingest, or a proxy of the original's design.
  public var key: StreamKey?
  /// For a proxy.
  public var token: BearerToken?
  /// Asks somebody at a terminal for the key; `nil` where there is nobody.
  public var ask: (@Sendable (_ question: String) -> StreamKey?)?
  /// For an SRT ingest that wants one.
  public var passphrase: SRTPassphrase?

  /// Files of secrets that every user of this machine can read.
  public var exposedFiles: [String] = []

  /// What to say of those files; `nil` where there are none.
  package var exposure: Explanation? { ExposedFiles.warning(exposedFiles) }

  /// Makes them.
  public init(key: StreamKey? = nil, token: BearerToken? = nil, passphrase: SRTPassphrase? = nil) {
    self.key = key
    self.token = token
    self.passphrase = passphrase
  }
}
