internal import CLinux
internal import Media
package import NIOCore
package import Packets

/// What a sender counts of one connection; for its event loop.
package struct SendMeter {
  private var statistics = TransportStatistics()
  private var latencies = LatencyWindow()
  private var inFlight = MediaInFlight()

  /// Nothing sent yet.
  package init() {}

  /// Bytes of the dialogue were handed to the kernel.
  package mutating func sent(bytes: Int) { statistics.bytesSent += UInt64(bytes) }

  /// Packets of so many bytes wait for the kernel.
  package mutating func waits(bytes: Int) { statistics.pendingBytes += bytes }

  /// Packets that waited were handed to the kernel, `last` at the end of them.
  package mutating func sent(_ packets: Int, bytes: Int, last: EncodedPacket) {
    statistics.pendingBytes -= bytes
    statistics.bytesSent += UInt64(bytes)
    statistics.packetsSent += packets
    statistics.lastDecodeTime = last.decodeTime
    // Sound waits for its frame of 1024 samples by nature; the picture shows what this program adds.
    if last.isVideo { latencies.add(MediaTime.now() - last.captureTime) }
    inFlight.sent(last.decodeTime, bytes: statistics.bytesSent)
  }

  /// The peer acknowledged so many bytes in all.
  package mutating func acknowledged(_ bytes: UInt64) {
    statistics.bytesAcknowledged = bytes
    inFlight.acknowledged(bytes)
  }

  /// The peer's acknowledgements contradict themselves: nothing is known by them.
  package mutating func distrustAcknowledgements() {
    statistics.bytesAcknowledged = nil
    inFlight.forgetAcknowledgements()
  }

  /// The counters with what the kernel says of `channel` now; on its event loop.
  package func snapshot(_ channel: any Channel) -> EventLoopFuture<TransportStatistics> {
    var current = statistics
    current.captureToSocket = latencies.median
    current.mediaInFlight = inFlight.duration
    let (known, queued) = (current, TCPSocket.sendQueue(of: channel))
    return TCPSocket.information(of: channel).map { info in
      var complete = known
      complete.set(info, queuedBytes: queued)
      return complete
    }.flatMapErrorThrowing { _ in known }
  }
}
