internal import Media
internal import NIOCore
internal import Networking
internal import Packets

/// Carries packets from the queue to the connection, on the connection's own event loop.
///
/// Waking a thread for a packet costs more than sending it: here the encoder's thread wakes the event loop, and
/// nobody else is woken.
actor PacketPump {
  /// Why carrying ended.
  enum End: Sendable {
    /// The wanted time on air is over.
    case durationOver
    /// The queue is finished, or the task was cancelled.
    case queueOver
    /// The connection broke.
    case failed(PublishFailure)
  }

  private let loop: any EventLoop
  private let queue: PacketQueue
  private let duration: Duration?
  /// The decode time of the first picture that was ever sent: the duration is counted from there, over reconnects.
  private var first: MediaTime?
  /// What is zero on the connections' timeline: the first packet that was ever sent.
  private var origin: MediaTime?

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.executor.asUnownedSerialExecutor() }

  init(loop: any EventLoop, queue: PacketQueue, duration: Duration?) {
    self.loop = loop
    self.queue = queue
    self.duration = duration
  }

  /// Sends from the next IDR on, until the connection breaks, the wanted duration is over, or the task is cancelled.
  func run(to publisher: any Publisher) async -> End {
    while !Task.isCancelled, let packet = await queue.next() {
      if first == nil, packet.isVideo { first = packet.decodeTime }
      if let duration, let first, packet.decodeTime >= first + duration {
        // Sound runs ahead of the picture by up to a frame; the picture says when it is over.
        if packet.isVideo { return .durationOver }
        continue
      }
      let start = origin ?? packet.decodeTime
      origin = start
      do { try await publisher.send(packet.on(timelineFrom: start), isolation: self) } catch {
        return .failed(PublishFailure(any: error))
      }
    }
    return .queueOver
  }
}
