public import Logging
public import Media
public import NIOCore
public import Networking
public import Packets

/// One connection over SRT in live mode, from its acceptance to its end.
///
/// Any task may use it. It is for one sender: bytes leave in the order of the calls to ``send(_:of:isolation:)``. When
/// it is done with, ``close()`` has to be called. The library is only ever called on a thread of the connection's own.
public final class SRTConnection: Sendable {
  /// Where the stream goes.
  public let endpoint: SRTEndpoint

  private let link: SRTLink
  private let deadlines: SRTDeadlines
  private let logger: Logger

  private init(_ endpoint: SRTEndpoint, _ link: SRTLink, _ deadlines: SRTDeadlines, _ logger: Logger) {
    self.endpoint = endpoint
    self.link = link
    self.deadlines = deadlines
    self.logger = logger
  }

  deinit { link.close(within: .zero) }

  /// Connects; returns when the server has let the stream in.
  ///
  /// Tries the host's addresses one after the other. Cancelling the task ends the attempt.
  /// - Parameters:
  ///   - passphrase: encrypts the stream; the stream id goes in the clear all the same.
  ///   - bitrate: of the whole stream.
  ///   - interface: the only network interface that is used; the host's name is looked up over whichever.
  public static func connect(
    to endpoint: SRTEndpoint, streamID: SRTStreamID, passphrase: SRTPassphrase?, bitrate: Bitrate,
    deadlines: SRTDeadlines = SRTDeadlines(), interface: NetworkInterface? = nil, logger: Logger
  ) async throws(SRTError) -> SRTConnection {
    let call = SRTCall(
      endpoint: endpoint, streamID: streamID, passphrase: passphrase, bitrate: bitrate, deadlines: deadlines,
      interface: interface)
    let link = SRTLink()
    do throws(NoThreadError) {
      try DetachedThread.start(name: "srt") {
        do throws(SRTError) {
          let socket = try call.connect(link)
          if socket.latency > endpoint.latency {
            logger.info(
              "the receiver wants a longer latency",
              metadata: ["endpoint": "\(endpoint)", "latency": "\(socket.latency.wholeMilliseconds) ms"])
          }
          let sender = SRTSender(socket, call, link)
          link.hasOpened()
          sender.run()
        } catch { link.end(error) }
      }
    } catch { throw .noThread(error) }
    let failure = await withTaskCancellationHandler {
      await link.waitUntilOpen()
    } onCancel: {
      link.close(within: .zero)
    }
    if let failure { throw failure }
    logger.debug("publishing", metadata: ["endpoint": "\(endpoint)"])
    return SRTConnection(endpoint, link, deadlines, logger)
  }

  /// Sends the MPEG-TS of one packet and suspends until SRT has taken it, so nothing piles up in this process.
  ///
  /// SRT takes nothing while three quarters of the latency wait for their acknowledgement. Cancelling the task does not
  /// free a caller that waits; ``close()`` does.
  /// - Throws: why the connection ended.
  public func send(
    _ bytes: ByteBuffer, of packet: EncodedPacket, isolation: isolated (any Actor)? = #isolation
  ) async throws(SRTError) {
    if let failure = await link.send(bytes, of: packet, isolation: isolation) { throw failure }
  }

  /// Counters and SRT's view of the connection; costs next to nothing.
  public var statistics: SRTStatistics { link.statistics }

  /// Waits for the end of the connection, whoever brings it about, and says why; `closed` after ``close()``,
  /// `cancelled` when the waiting task is cancelled.
  public func waitUntilClosed() async -> SRTError { await link.waitUntilEnded() }

  /// Closes; returns within the deadline, in any state.
  /// - Parameter delivers: lets what waits go out, and the receiver give on what it holds, as far as the deadline
  ///   reaches; not for one that makes place for a new connection with the same stream id.
  public func close(delivers: Bool = true) async {
    link.close(within: delivers ? deadlines.close : .zero)
    let (link, limit) = (link, deadlines.close)
    // Should the library hang, nobody waits for it.
    let guardian = Task {
      do { try await Task.sleep(for: limit) } catch { return }
      link.end(.closed)
    }
    _ = await link.waitUntilEnded()
    guardian.cancel()
    logger.debug("publisher closed", metadata: ["endpoint": "\(endpoint)"])
  }
}
