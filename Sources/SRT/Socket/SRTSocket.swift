internal import CSRT
internal import Glibc
internal import Media
internal import NIOCore
internal import Networking

/// One SRT socket that calls and sends a live stream; no call on it waits.
///
/// For one thread; closed when it goes away.
struct SRTSocket: ~Copyable {
  /// Bytes of a full payload: seven packets of MPEG-TS (`SRT_LIVE_DEF_PLSIZE`).
  static let payloadBytes = 1316

  /// Where a connection is.
  enum State: Equatable {
    case connecting
    case connected
    /// Over, or never come about.
    case broken
  }

  /// What has been handed to the library and is still with it.
  struct Buffer: Equatable {
    /// Bytes of payload.
    var bytes = 0
    /// Between the oldest and the newest payload.
    var time: Duration = .zero
  }

  /// What became of a payload.
  enum Sending: Equatable {
    case taken
    /// The library's buffer is full.
    case full
    /// The connection is over.
    case broken
  }

  private let handle: SRTSOCKET

  /// Makes a socket.
  init() throws(SRTError) {
    try SRTLibrary.start()
    let made = srt_create_socket()
    guard made != SRT_INVALID_SOCK else { throw .library(reason: SRTLibrary.lastError) }
    handle = made
  }

  deinit { srt_close(handle) }

  /// Makes it ready to call.
  /// - Parameters:
  ///   - bitrate: of the whole stream; the library sends at most at twice what it is given or this, so that a keyframe
  ///     does not leave in one burst and overrun the narrowest queue on the way.
  ///   - idle: the peer may say nothing for this long.
  func configure(
    _ endpoint: SRTEndpoint, _ streamID: SRTStreamID, _ passphrase: SRTPassphrase?, bitrate: Bitrate, idle: Duration,
    connect: Duration
  ) throws(SRTError) {
    try set(SRTO_SNDSYN, Int32(0))
    try set(SRTO_RCVSYN, Int32(0))
    try set(SRTO_CONNTIMEO, Int32(clamping: max(1, connect.wholeMilliseconds)))
    try set(SRTO_PEERIDLETIMEO, Int32(clamping: max(1, idle.wholeMilliseconds)))
    try set(SRTO_PEERLATENCY, Int32(clamping: endpoint.latency.wholeMilliseconds))
    // Nothing is read: what a listener sends all the same fills no more than this.
    try set(SRTO_RCVBUF, Int32(64 * Self.payloadBytes))
    try set(SRTO_MAXBW, Int64(0))
    try set(SRTO_INPUTBW, Int64(0))
    try set(SRTO_MININPUTBW, Int64(max(bitrate.bitsPerSecond, 100_000) / 8))
    try set(SRTO_OHEADBW, Int32(100))
    try set(SRTO_STREAMID, streamID.value)
    if let passphrase { try set(SRTO_PASSPHRASE, passphrase.value) }
  }

  private func set<Value: BitwiseCopyable>(_ option: SRT_SOCKOPT, _ value: Value) throws(SRTError) {
    let result = unsafe withUnsafeBytes(of: value) { bytes in
      unsafe srt_setsockflag(handle, option, bytes.baseAddress, Int32(bytes.count))
    }
    guard result != SRT_ERROR else { throw .library(reason: SRTLibrary.lastError) }
  }

  private func set(_ option: SRT_SOCKOPT, _ text: String) throws(SRTError) {
    var text = text
    let result = text.withUTF8 { bytes in
      unsafe srt_setsockflag(handle, option, bytes.baseAddress, Int32(bytes.count))
    }
    guard result != SRT_ERROR else { throw .library(reason: SRTLibrary.lastError) }
  }

  /// Uses no other network interface; before ``connect(to:at:)``.
  ///
  /// The library has an option of its own for it, which distributions leave out when they build it.
  func keep(to interface: NetworkInterface, for address: SocketAddress) throws(SRTError) {
    let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
    let descriptor = Glibc.socket(family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .library(reason: IOError(errnoCode: errno, reason: "socket").reasonText) }
    do throws(ConnectionError) { try interface.bind(descriptor) } catch {
      close(descriptor)
      throw .interface(error)
    }
    // The library takes bound ones only. From here on it is the library's, which closes it.
    var any = sockaddr_storage()
    any.ss_family = sa_family_t(family)
    let isBound = unsafe withUnsafePointer(to: &any) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_storage>.size)) == 0
      }
    }
    guard isBound, srt_bind_acquire(handle, descriptor) != SRT_ERROR else {
      close(descriptor)
      throw .library(reason: SRTLibrary.lastError)
    }
  }

  /// Begins the handshake.
  /// - Parameter at: the peer, for errors.
  func connect(to address: SocketAddress, at: String) throws(SRTError) {
    let result = unsafe address.withSockAddr { pointer, count in unsafe srt_connect(handle, pointer, Int32(count)) }
    guard result != SRT_ERROR else { throw .unreachable(at: at, reason: SRTLibrary.lastError) }
  }

  /// Where the connection is.
  var state: State {
    switch srt_getsockstate(handle) {
    case SRTS_CONNECTED: .connected
    case SRTS_INIT, SRTS_OPENED, SRTS_CONNECTING: .connecting
    default: .broken
    }
  }

  /// Why the handshake ended; `nil` where nobody answered.
  var rejection: SRTRejection? {
    let reason = srt_getrejectreason(handle)
    return reason == Int32(SRT_REJ_UNKNOWN.rawValue) || reason == Int32(SRT_REJ_TIMEOUT.rawValue)
      ? nil : SRTRejection(code: reason)
  }

  /// The latency that both ends have agreed on.
  var latency: Duration {
    var milliseconds: Int32 = 0
    var count = Int32(MemoryLayout<Int32>.size)
    guard unsafe srt_getsockflag(handle, SRTO_PEERLATENCY, &milliseconds, &count) != SRT_ERROR else { return .zero }
    return .milliseconds(Int64(milliseconds))
  }

  /// What waits to be sent or acknowledged.
  var buffer: Buffer {
    var (payloads, bytes) = (0, 0)
    let milliseconds = unsafe srt_getsndbuffer(handle, &payloads, &bytes)
    return milliseconds < 0 ? Buffer() : Buffer(bytes: bytes, time: .milliseconds(Int64(milliseconds)))
  }

  /// Hands over one payload of at most ``payloadBytes``.
  func send(_ payload: UnsafeRawBufferPointer) -> Sending {
    let start = unsafe payload.baseAddress?.assumingMemoryBound(to: CChar.self)
    guard unsafe srt_sendmsg2(handle, start, Int32(payload.count), nil) == SRT_ERROR else { return .taken }
    return srt_getlasterror(nil) == Int32(SRT_EASYNCSND.rawValue) ? .full : .broken
  }

  /// Takes the library's counters over.
  func measure(into statistics: inout SRTStatistics) {
    // In this order: a payload that is thrown away in between is never taken for an acknowledged one.
    let buffer = buffer
    var figures = SRT_TRACEBSTATS()
    guard unsafe srt_bistats(handle, &figures, 0, 1) != SRT_ERROR else { return }
    statistics.bufferedBytes = buffer.bytes
    statistics.bufferedTime = buffer.time
    let outstanding = UInt64(buffer.bytes) + figures.byteSndDropTotal
    if statistics.bytesSent > outstanding {
      statistics.bytesAcknowledged = max(statistics.bytesAcknowledged, statistics.bytesSent - outstanding)
    }
    // Before the first acknowledgement there is only SRT's initial guess.
    if figures.pktRecvACKTotal > 0 { statistics.roundTripTime = .microseconds(Int64(figures.msRTT * 1000)) }
    statistics.retransmits = Int(figures.pktRetransTotal)
    statistics.packetsDropped = Int(figures.pktSndDropTotal)
    statistics.transportPacketsSent = Int(figures.pktSentUniqueTotal)
    if figures.mbpsBandwidth.isFinite, figures.mbpsBandwidth > 0, figures.mbpsBandwidth < 1e6 {
      statistics.estimatedBandwidth = Bitrate(bitsPerSecond: Int(figures.mbpsBandwidth * 1e6))
    }
  }
}
