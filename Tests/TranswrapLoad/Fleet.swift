import Foundation
import NIOCore
import NIOPosix

/// All sessions on one event loop.
final class Fleet {
  private let loop: any EventLoop
  private let period: TimeAmount
  private var clients: [Client] = []
  /// Those that send, the one that is due first at the front: all have the same period.
  private var queue = CircularBuffer<Client>()
  private var live = 0
  private var lateness: Int64 = 0
  private let steady: EventLoopPromise<Void>
  private let wanted: Int

  /// How often it is looked who is due.
  private static let tick = TimeAmount.milliseconds(2)

  init(on loop: any EventLoop, count: Int, clip: Clip) {
    self.loop = loop
    period = clip.period
    steady = loop.makePromise()
    wanted = count
    let box = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { _ in box.value.send() }
  }

  /// Fulfilled when all sessions are live.
  var isSteady: EventLoopFuture<Void> { steady.futureResult }

  /// A client for a session.
  func makeClient(path: String, host: String, token: String?, clip: Clip) -> Client {
    let client = Client(
      path: path, host: host, token: token, clip: clip,
      onOpen: { [self] client in
        // Whoever is due at once is so before all others, whoever is due after a period behind them.
        if client.due > .now() { queue.append(client) } else { queue.prepend(client) }
      },
      onLive: { [self] in
        live += 1
        if live == wanted { steady.succeed() }
      })
    clients.append(client)
    return client
  }

  private func send() {
    let now = NIODeadline.now()
    while let client = queue.first, client.due <= now {
      lateness = max(lateness, (now - client.due).nanoseconds)
      queue.removeFirst()
      if client.sendPiece() { queue.append(client) }
    }
  }

  /// Not all sessions will be live.
  func giveUp() { steady.fail(ChannelError.eof) }

  /// Forgets how late it was: what counts begins now.
  func beginMeasuring() { lateness = 0 }

  /// Ends all streams.
  func finish() { for client in clients { client.finish() } }

  /// What became of all of them, as JSON.
  func report() -> Summary {
    var summary = Summary()
    summary.sessions = clients.count
    for report in clients.map(\.report) {
      if report.isLive { summary.live += 1 }
      if let reason = report.earlyEnd { summary.endedEarly[reason, default: 0] += 1 }
      summary.bytesSent += report.bytesSent
      summary.blockedPieces += report.blockedPieces
      summary.maxCongestionMilliseconds = max(summary.maxCongestionMilliseconds, report.congestionMilliseconds)
      for (event, count) in report.events { summary.events[event, default: 0] += count }
    }
    summary.maxLateMilliseconds = Double(lateness) / 1e6
    return summary
  }

  struct Summary: Codable, Sendable {
    var sessions = 0
    /// Sessions whose ingest took the stream.
    var live = 0
    /// Why sessions ended before they were told to, and how many.
    var endedEarly: [String: Int] = [:]
    var events: [String: Int] = [:]
    var maxCongestionMilliseconds = 0.0
    var bytesSent = 0
    /// Pieces that came due while the kernel had not taken the ones before.
    var blockedPieces = 0
    /// How late this program was with a piece, at most: its own limit.
    var maxLateMilliseconds = 0.0
  }
}
