internal import CLinux
package import NIOCore

/// What this module asks of a TCP socket beyond the portable.
package enum TCPSocket {
  // Numbers from <linux/tcp.h>, which never change.
  private static let info = NIOBSDSocket.Option(rawValue: 11)
  /// Milliseconds that sent bytes may stay without an acknowledgement before the kernel gives up.
  package static let userTimeout = NIOBSDSocket.Option(rawValue: 18)
  /// Unsent bytes above which the socket is not writable.
  package static let notSentLowWaterMark = NIOBSDSocket.Option(rawValue: 25)

  /// Milliseconds after which at most the kernel sends again what nobody acknowledges (`TCP_RTO_MAX_MS`, Linux 6.15).
  private static let retransmissionLimit = NIOBSDSocket.Option(rawValue: 44)

  /// Has the stream go on soon after a network that carried nothing for a while.
  ///
  /// Else TCP waits ever longer, and may try again as long after the end as it lasted. Kernels that do not know the option
  /// stay as they are.
  package static func limitRetransmissionDelay(on channel: any Channel) {
    channel.setOption(.tcpOption(retransmissionLimit), value: 2000).whenFailure { _ in }
  }

  /// What the kernel says of the connection; fails where the channel is closed or no TCP socket.
  static func information(of channel: any Channel) -> EventLoopFuture<clinux_tcp_info> {
    guard let provider = channel as? any SocketOptionProvider else {
      return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }
    return provider.unsafeGetSocketOption(level: .tcp, name: info)
  }

  /// Bytes in the socket's send queue, sent without acknowledgement and not sent; `nil` without a socket.
  ///
  /// On the channel's event loop.
  static func sendQueue(of channel: any Channel) -> Int? {
    let answer = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
      clinux_send_queue($0)
    }
    return answer.flatMap { $0 < 0 ? nil : Int($0) }
  }

  /// Bytes that TCP has acknowledged in all.
  package static func bytesAcknowledged(on channel: any Channel) -> EventLoopFuture<UInt64> {
    information(of: channel).map(\.bytes_acked)
  }
}

extension TransportStatistics {
  /// Takes over what the kernel says (Linux: TCP_INFO and SIOCOUTQ).
  mutating func set(_ info: clinux_tcp_info, queuedBytes: Int?) {
    kernelUnsentBytes = Int(info.notsent_bytes)
    kernelQueueBytes = queuedBytes
    roundTripTime = info.rtt == 0 ? nil : .microseconds(Int64(info.rtt))
    roundTripTimeVariance = .microseconds(Int64(info.rttvar))
    minimumRoundTripTime = info.min_rtt == .max ? nil : .microseconds(Int64(info.min_rtt))
    retransmits = Int(info.total_retrans)
    transportBytesAcknowledged = info.bytes_acked
    transportBytesDelivered = info.bytes_acked &+ UInt64(info.sacked) &* UInt64(info.snd_mss)
  }
}
