internal import Glibc
internal import Logging
internal import Media
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Networking

/// The HTTP server of the local channel: the page, the playlist and its segments, on loopback only.
final class PlaybackServer: Sendable {
  /// What clients may take.
  struct Limits: Sendable {
    /// Connections at one time; one more takes the place of the oldest that has not shown the secret.
    var connections = 48
    /// From the connection to its first whole request.
    var request = TimeAmount.seconds(5)
    /// From an answer to the next whole request.
    var idle = TimeAmount.seconds(15)
    /// For 64 KiB of an answer.
    var progress = TimeAmount.seconds(5)
  }

  private let channel: any Channel
  private let clients: AcceptedConnections
  /// The port that it listens on.
  let port: Int

  /// Starts listening on `port` of 127.0.0.1.
  /// - Parameter isPortFixed: whether a taken port is an error; else any free one serves.
  static func start(
    _ content: PlaybackContent, port: Int, isPortFixed: Bool = false, limits: Limits = Limits(),
    group: any EventLoopGroup, logger: Logger
  ) async throws -> PlaybackServer {
    let clients = AcceptedConnections(limit: limits.connections)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            AcceptBackoff { reason in
              logger.warning(
                "the player accepts no connections until file descriptors are free", metadata: ["reason": "\(reason)"])
            })
        }
      }
      .childChannelInitializer { channel in
        guard clients.add(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(PlaybackHandler(content, limits, clients))
        }
      }
    let channel: any Channel
    do {
      channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
    } catch {
      guard !isPortFixed, (error as? IOError)?.errnoCode == EADDRINUSE else { throw error }
      channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
      logger.notice("port \(port) is in use by another program; the player uses another port this time")
    }
    return PlaybackServer(channel, clients, port: channel.localAddress?.port ?? port)
  }

  private init(_ channel: any Channel, _ clients: AcceptedConnections, port: Int) {
    (self.channel, self.clients, self.port) = (channel, clients, port)
  }

  /// Stops listening and closes every connection.
  func stop() async {
    try? await channel.close()
    await clients.closeAll()
  }
}
