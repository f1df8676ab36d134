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
    /// This connection broke.
    case failed(PublishFailure, of: any Publisher)
  }

  /// A connection that takes the place of the present one, and who is told of it.
  struct Successor: Sendable {
    let publisher: any Publisher
    /// The keyframe that it begins with is on its way.
    let switched: @Sendable () -> Void
    /// The connection before it gets nothing more.
    let drained: @Sendable () -> Void
  }

  private let loop: any EventLoop
  private let queue: PacketQueue
  private let duration: Duration?
  /// The decode time of the first picture that was ever sent: the duration is counted from there, over reconnects.
  private var first: MediaTime?
  /// What is zero on the connections' timeline: the first packet that was ever sent.
  private var origin: MediaTime?
  /// Where packets go; after a keyframe went to the successor that is it.
  private var current: (any Publisher)?
  /// The connection before it, while packets may still be its.
  private var before: (any Publisher)?
  private var successor: (connection: Successor, handover: Handover)?
  private var runs = 0

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.executor.asUnownedSerialExecutor() }

  init(loop: any EventLoop, queue: PacketQueue, duration: Duration?) {
    self.loop = loop
    self.queue = queue
    self.duration = duration
  }

  /// Sends from the next IDR on, until the connection breaks, the wanted duration is over, or the task is cancelled.
  func run(to publisher: any Publisher) async -> End {
    endHandover()
    current = publisher
    runs += 1
    let run = runs
    // A run that was cancelled may end after the next one has begun.
    defer { if run == runs { endHandover() } }
    while !Task.isCancelled, let packet = await queue.next() {
      // Of the connection before, where another run has begun meanwhile.
      guard run == runs, !Task.isCancelled else { return .queueOver }
      if first == nil, packet.isVideo { first = packet.decodeTime }
      if let duration, let first, packet.decodeTime >= first + duration {
        // Sound runs ahead of the picture by up to a frame; the picture says when it is over.
        if packet.isVideo { return .durationOver }
        continue
      }
      let start = origin ?? packet.decodeTime
      origin = start
      if let failure = await send(packet.on(timelineFrom: start), as: packet, run) { return failure }
    }
    return .queueOver
  }

  /// Has `connection` take over at the next keyframe; the packets before it go where they went.
  func switchOver(to connection: Successor) {
    endHandover()
    successor = (connection, Handover())
  }

  /// Takes the request to switch over back; false where the keyframe is on its way already.
  func withdraw() -> Bool {
    guard let handover = successor?.handover, handover.boundary == nil else { return false }
    successor = nil
    return true
  }

  /// Sends a packet over the connection that it belongs to.
  private func send(_ placed: EncodedPacket, as packet: EncodedPacket, _ run: Int) async -> End? {
    let side = side(of: packet)
    let isForBefore = side == .present && before != nil
    guard let connection = isForBefore ? before : current else { return .queueOver }
    do {
      try await connection.send(placed, isolation: self)
    } catch {
      // What a connection did not take that was let go of is none for the next one.
      guard run == runs, !Task.isCancelled else { return .queueOver }
      // Sound that the connection before did not take any more may as well go over this one.
      guard isForBefore, let current else { return .failed(PublishFailure(any: error), of: connection) }
      do { try await current.send(placed, isolation: self) } catch {
        return .failed(PublishFailure(any: error), of: current)
      }
    }
    return nil
  }

  /// Whose packet it is; with the one that the successor begins with, that becomes the present connection.
  private func side(of packet: EncodedPacket) -> Handover.Side {
    guard let connection = successor?.connection, var handover = successor?.handover else { return .next }
    let hadBegun = handover.boundary != nil
    let side = handover.side(of: packet)
    successor = (connection, handover)
    if !hadBegun, handover.boundary != nil {
      (before, current) = (current, connection.publisher)
      connection.switched()
    }
    if handover.isOver { endHandover() }
    return side
  }

  /// Nothing more goes to a connection before the present one.
  private func endHandover() {
    successor?.connection.drained()
    (successor, before) = (nil, nil)
  }
}
