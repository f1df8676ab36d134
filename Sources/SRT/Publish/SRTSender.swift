internal import Media
internal import NIOCore
internal import Networking
internal import Packets

/// The work of one connection's thread: hands bytes to the library, keeps the figures, notices the end.
struct SRTSender: ~Copyable {
  /// While something waits for room.
  private static let look: Duration = .milliseconds(10)
  /// Between two looks at the library's counters.
  private static let period: Duration = .milliseconds(100)
  /// Kept of the time for closing, for the library's own part of it.
  private static let farewell: Duration = .milliseconds(100)

  private let socket: SRTSocket
  private let link: SRTLink
  private let at: String
  private let stall: Duration
  private let idle: Duration
  /// Above this, sending waits: what is too old for the receiver would be thrown away in the middle of a picture, while
  /// the packet queue behind this lets go of whole groups of pictures.
  private let longestBuffer: Duration
  /// How long the receiver holds what it has before it gives it on.
  private let latency: Duration
  private var watch: StallWatch
  private var statistics = SRTStatistics()
  private var latencies = LatencyWindow()
  private var current: SRTLink.Job?
  private var nextLook = MediaTime.zero

  /// Takes over a connection.
  init(_ socket: consuming SRTSocket, _ call: SRTCall, _ link: SRTLink) {
    latency = call.endpoint.agreedLatency(with: socket.latency)
    longestBuffer = latency * 3 / 4
    self.socket = socket
    self.link = link
    at = call.endpoint.authority
    stall = call.deadlines.stall
    idle = call.idle
    watch = StallWatch(limit: call.deadlines.stall, period: Self.period)
  }

  /// Sends until the connection is over or is to be closed, and tells the link so.
  consuming func run() {
    var failure: SRTError?
    while failure == nil {
      link.wait(atMost: current == nil ? Self.period : Self.look)
      if let closeBy = link.closeBy {
        drain(until: closeBy - Self.farewell)
        break
      }
      if !sendWhatWaits() { failure = whyBroken() }
      if failure == nil { failure = look(at: .now()) }
    }
    measure()
    let (link, last) = (link, current)
    // The socket is closed first, so that whoever waits for the end finds it done.
    Self.close(socket)
    link.end(failure ?? .closed, last)
  }

  private static func close(_ socket: consuming SRTSocket) {}

  /// Hands over what the library has room for; false where the connection is over.
  private mutating func sendWhatWaits() -> Bool {
    while true {
      guard var job = current ?? link.nextJob() else { return true }
      current = job
      while job.bytes.readableBytes > 0 {
        guard socket.buffer.time < longestBuffer else { return true }
        let count = min(SRTSocket.payloadBytes, job.bytes.readableBytes)
        let sending = unsafe job.bytes.withUnsafeReadableBytes { bytes in
          unsafe socket.send(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
        switch sending {
        case .taken:
          job.bytes.moveReaderIndex(forwardBy: count)
          statistics.bytesSent += UInt64(count)
          current = job
        case .full: return true
        case .broken: return false
        }
      }
      statistics.packetsSent += 1
      statistics.lastDecodeTime = job.packet.decodeTime
      // Sound waits for its frame of 1024 samples by nature; the picture shows what this program adds.
      if job.packet.isVideo { latencies.add(.now() - job.packet.captureTime) }
      current = nil
      job.isTaken()
    }
  }

  /// Looks at the connection now and then.
  private mutating func look(at now: MediaTime) -> SRTError? {
    guard now >= nextLook else { return nil }
    nextLook = now + Self.period
    let droppedBefore = statistics.packetsDropped
    measure()
    // What is thrown away for its age was waited for in vain.
    let isWaiting = statistics.bufferedBytes > 0 || statistics.packetsDropped > droppedBefore
    watch.look(acknowledged: statistics.bytesAcknowledged, isWaiting: isWaiting, at: now)
    guard socket.state == .connected else { return whyBroken() }
    return watch.isStalled(at: now) ? .stalled(stall, at: at) : nil
  }

  private func whyBroken() -> SRTError {
    // The library gives up by itself when the peer says nothing for the idle time.
    watch.idleTime(at: .now()) >= idle * 3 / 4
      ? .stalled(idle, at: at) : .connectionLost(reason: "closed by the peer", at: at)
  }

  private mutating func measure() {
    socket.measure(into: &statistics)
    statistics.captureToSocket = latencies.median
    link.show(statistics)
  }

  /// Lets what the library has go out, and the receiver give on what it holds, as far as the time reaches: a receiver
  /// that is told of the end throws the rest away.
  private func drain(until deadline: MediaTime) {
    guard statistics.packetsSent > 0 else { return }
    var held = MediaTime.now() + latency
    while socket.state == .connected, .now() < min(held, deadline) {
      let now = MediaTime.now()
      if socket.buffer.bytes > 0 { held = now + latency }
      sleepThread(until: min(now + Self.look, deadline))
    }
  }
}
