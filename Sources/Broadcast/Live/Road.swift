internal import Logging
internal import Networking
internal import RTMP
internal import SRT
internal import Settings
internal import Transwrap

/// One way to an ingest: straight to it, or through a proxy.
enum Road: Sendable {
  case direct(IngestEndpoint, key: StreamKey)
  case proxy(ProxyEndpoint, ProxyCredential, through: HTTPTunnel?)
  case srt(SRTEndpoint, key: StreamKey, SRTPassphrase?)

  /// Where the connection goes, without anything secret.
  var description: String {
    switch self {
    case .direct(let endpoint, _): "\(endpoint)"
    case .proxy(let endpoint, _, _): "\(endpoint)"
    case .srt(let endpoint, _, _): "\(endpoint)"
    }
  }
}

/// The roads of a broadcast, and which of them is tried first.
struct Roads: Sendable {
  private let roads: [Road]
  /// The one that led to the ingest last.
  private var preferred = 0
  /// The session at the proxy, to go on with after a lost connection.
  private var session: SessionID?

  /// At least one, the preferred one first.
  init(_ roads: [Road]) { self.roads = roads }

  /// In the order of trying.
  var inOrder: [(index: Int, road: Road, session: SessionID?)] {
    roads.indices.map { offset in
      let index = (preferred + offset) % roads.count
      return (index, roads[index], session)
    }
  }

  /// A road led to the ingest.
  mutating func succeeded(_ index: Int, _ publisher: any Publisher) {
    preferred = index
    if let session = (publisher as? ProxyPublisher)?.session { self.session = session }
  }

  /// Where the preferred one goes.
  var description: String { roads.indices.contains(preferred) ? roads[preferred].description : "" }

  /// Whether another road may lead where this failure ended one: the network is to blame, not the ingest's no.
  static func isWorthAnother(_ failure: OperatorFailure) -> Bool {
    switch failure.exitStatus {
    case .noHost, .unavailable, .temporary, .protocol: true
    default: false
    }
  }
}

extension Road {
  /// The road over SRT to `endpoint`.
  static func srt(
    to endpoint: SRTEndpoint, key: StreamKey, passphrase: SRTPassphrase?, _ logger: Logger
  ) throws(OperatorFailure) -> Road {
    if passphrase == nil, !HostAndPort.isLoopback(endpoint.host) {
      logger.warning(
        "without a passphrase others on the way can see the stream: give the channel's with --passphrase-file",
        metadata: ["ingest": "\(endpoint)"])
    }
    // What cannot be carried is told before anything is connected, with a priority as it may have to have later.
    do { _ = try SRTStreamID(key: key.withPriority(1).value) } catch {
      throw OperatorFailure("\(error)", .configuration)
    }
    return .srt(endpoint, key: key, passphrase)
  }
}
