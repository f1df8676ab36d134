public import Logging
internal import Media
public import NIOCore
internal import NIOPosix
public import Networking

/// Whether a publisher may publish.
public enum IngestAuthorization: Equatable, Sendable {
  /// Yes.
  case accept
  /// No; `code` is one of RTMP's, such as `NetStream.Publish.BadName`.
  case refuse(code: String, description: String)
}

/// What an ingest allows.
public struct IngestLimits: Sendable, Equatable {
  /// Connections at one time; one more takes the place of the oldest that publishes nothing.
  public var connections: Int
  /// From the connection to an accepted `publish`.
  public var dialogue: Duration
  /// A publisher that sends nothing for this long is cut off; IVS allows 30 s.
  public var silence: Duration

  /// Makes limits.
  public init(connections: Int = 64, dialogue: Duration = .seconds(10), silence: Duration = .seconds(30)) {
    self.connections = connections
    self.dialogue = dialogue
    self.silence = silence
  }
}

/// An RTMP server for publishers, without playback.
public final class RTMPIngest: Sendable {
  /// The address that it listens on.
  public let host: String
  /// The port that it listens on, also where 0 was asked for.
  public let port: Int

  private let channel: any Channel
  private let registry: IngestRegistry

  /// Listens.
  /// - Parameters:
  ///   - port: 0 for any free one.
  ///   - authorize: asked for each `publish` whose name is free, on an event loop: it must not block.
  public static func listen(
    host: String = "127.0.0.1", port: Int, limits: IngestLimits = IngestLimits(), group: any EventLoopGroup,
    logger: Logger, authorize: @escaping @Sendable (_ app: String, _ key: StreamKey) -> IngestAuthorization
  ) async throws(RTMPError) -> RTMPIngest {
    let registry = IngestRegistry(limits: limits, logger: logger, authorize: authorize)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pause = AcceptBackoff { reason in
            logger.warning(
              "the ingest accepts no connections until file descriptors are free", metadata: ["reason": "\(reason)"])
          }
          try channel.pipeline.syncOperations.addHandler(pause)
        }
      }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        guard registry.add(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          var random = SystemRandomNumberGenerator()
          var nonce = ByteBuffer()
          while nonce.readableBytes < Handshake.nonceBytes { nonce.writeInteger(random.next()) }
          try channel.pipeline.syncOperations.addHandler(
            IngestHandler(registry: registry, nonce: nonce, logger: logger))
        }
      }
    do {
      let channel = try await bootstrap.bind(host: host, port: port).get()
      return RTMPIngest(host: host, port: channel.localAddress?.port ?? port, channel: channel, registry: registry)
    } catch {
      let reason = (error as? IOError)?.reasonText ?? ForeignText.cleaned("\(error)")
      throw .cannotListen(at: "\(host):\(port)", reason: reason)
    }
  }

  private init(host: String, port: Int, channel: any Channel, registry: IngestRegistry) {
    self.host = host
    self.port = port
    self.channel = channel
    self.registry = registry
  }

  /// Calls `handle` for each publication, all at the same time, until ``stop()`` or until the task is cancelled.
  ///
  /// A publication whose handler returns is disconnected. Call once.
  public func run(_ handle: @escaping @Sendable (Publication) async -> Void) async {
    await withDiscardingTaskGroup { group in
      for await publication in registry.publications {
        group.addTask {
          await handle(publication)
          publication.disconnect()
        }
      }
    }
  }

  /// Stops listening, closes every connection and ends ``run(_:)`` when its handlers have returned.
  public func stop() async {
    try? await channel.close()
    await registry.closeAll()
  }
}
