internal import Media
internal import NIOCore
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

/// A connection over one of the roads.
enum Connection: Sendable {
  case direct(RTMPPublisher)
  case proxy(ProxyPublisher)
  case srt(SRTConnection)

  /// Sends a packet and suspends until the kernel has taken it.
  func send(
    _ packet: EncodedPacket, isolation: isolated (any Actor)? = #isolation
  ) async throws(OperatorFailure) {
    switch self {
    case .direct(let publisher):
      do { try await publisher.send(packet, isolation: isolation) } catch { throw OperatorFailure(error) }
    case .proxy(let publisher):
      do { try await publisher.send(packet, isolation: isolation) } catch { throw OperatorFailure(error) }
    case .srt(let connection): try await connection.send(packet, isolation: isolation)
    }
  }

  /// Counters and the kernel's view of it.
  func statistics() async -> TransportStatistics {
    switch self {
    case .direct(let publisher): await publisher.statistics()
    case .proxy(let publisher): await publisher.statistics()
    case .srt(let connection): connection.statistics
    }
  }

  /// Waits for its end and says why.
  func waitUntilClosed() async -> OperatorFailure {
    switch self {
    case .direct(let publisher): OperatorFailure(await publisher.waitUntilClosed())
    case .proxy(let publisher): OperatorFailure(await publisher.waitUntilClosed())
    case .srt(let connection): await connection.waitUntilClosed()
    }
  }

  /// Ends the stream in the protocol and closes.
  func close() async {
    switch self {
    case .direct(let publisher): await publisher.close()
    case .proxy(let publisher): await publisher.close()
    case .srt(let connection): await connection.close()
    }
  }

  /// Lets go of it for another one.
  func abandon() async {
    if case .srt(let connection) = self { await connection.abandon() } else { await close() }
  }

  /// What tells it from others.
  var identity: ObjectIdentifier {
    switch self {
    case .direct(let publisher): ObjectIdentifier(publisher)
    case .proxy(let publisher): ObjectIdentifier(publisher)
    case .srt(let connection): ObjectIdentifier(connection)
    }
  }

  /// What only SRT tells of a connection.
  var details: SRTStatistics? { if case .srt(let connection) = self { connection.details } else { nil } }

  /// What a proxy says of its own end.
  var report: ProxyReport? {
    // One of the original's design says nothing that could be read.
    guard case .proxy(let publisher) = self, case .channel = publisher.endpoint.target else { return nil }
    return publisher.report
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
  mutating func succeeded(_ index: Int, _ connection: Connection) {
    preferred = index
    if case .proxy(let publisher) = connection, let session = publisher.session { self.session = session }
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
