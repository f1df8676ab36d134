internal import Media
internal import NIOCore
internal import Networking

/// What one connection needs to be made.
struct SRTCall: Sendable {
  let endpoint: SRTEndpoint
  let streamID: SRTStreamID
  let passphrase: SRTPassphrase?
  /// Of the whole stream.
  let bitrate: Bitrate
  let deadlines: SRTDeadlines
  /// The only network interface that is used.
  let interface: NetworkInterface?

  /// How often the library is asked how far a handshake has come; it has no other way to tell than to be asked.
  private static let look: Duration = .milliseconds(10)

  /// The peer may say nothing for this long; it speaks a hundred times a second while a stream comes.
  var idle: Duration { min(.seconds(5), deadlines.stall) }

  /// Connects to the first of the host's addresses that answers; on the connection's own thread.
  /// - Throws: ``SRTError/cancelled`` when the link is to be closed meanwhile.
  func connect(_ link: SRTLink) throws(SRTError) -> SRTSocket {
    let end = MediaTime.now() + deadlines.connect
    let addresses: HostAddresses
    do throws(NoThreadError) {
      addresses = try HostAddresses(host: endpoint.host, port: endpoint.port) { [link] in link.signal() }
    } catch { throw .noThread(error) }
    while addresses.answer == nil {
      guard link.closeBy == nil else { throw .cancelled }
      guard .now() < end else { throw .noAnswer(at: endpoint.authority, deadlines.connect) }
      link.wait(atMost: max(.milliseconds(1), end - .now()))
    }
    let found = addresses.answer ?? []
    guard !found.isEmpty else { throw .unknownHost(endpoint.host) }
    var failure = SRTError.noAnswer(at: endpoint.authority, deadlines.connect)
    for (index, address) in found.enumerated() {
      // An address that is silent leaves time for those after it.
      let share = (end - .now()) / (found.count - index)
      guard share > .zero else { break }
      do throws(SRTError) { return try connect(to: address, within: share, link) } catch {
        switch error {
        case .noAnswer: break
        case .unreachable, .interface: failure = error
        default: throw error
        }
      }
    }
    throw failure
  }

  private func connect(
    to address: SocketAddress, within limit: Duration, _ link: SRTLink
  ) throws(SRTError) -> SRTSocket {
    let socket = try SRTSocket()
    try socket.configure(endpoint, streamID, passphrase, bitrate: bitrate, idle: idle, connect: limit)
    if let interface { try socket.keep(to: interface, for: address) }
    try socket.connect(to: address, at: endpoint.authority)
    try waitForAnswer(socket, until: .now() + limit, limit, link)
    return socket
  }

  private func waitForAnswer(
    _ socket: borrowing SRTSocket, until end: MediaTime, _ limit: Duration, _ link: SRTLink
  ) throws(SRTError) {
    while true {
      switch socket.state {
      case .connected: return
      case .broken:
        guard let rejection = socket.rejection else { throw .noAnswer(at: endpoint.authority, limit) }
        throw .rejected(rejection, at: endpoint.authority, hasPassphrase: passphrase != nil)
      case .connecting:
        guard link.closeBy == nil else { throw .cancelled }
        guard .now() < end else { throw .noAnswer(at: endpoint.authority, limit) }
        link.wait(atMost: Self.look)
      }
    }
  }
}
