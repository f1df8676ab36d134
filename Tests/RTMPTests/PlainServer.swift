import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A TCP server that records what it gets and, once per connection, answers with fixed bytes or hangs up.
final class PlainServer: Sendable {
  enum Manner: Sendable, Equatable {
    /// Takes everything, says nothing.
    case silent
    /// Answers the first bytes with these.
    case says(ByteBuffer)
    /// Closes at the first bytes.
    case hangsUp
    /// Accepts and never reads.
    case neverReads
    /// Answers the first bytes with these, the next after a while with those.
    case saysLater(ByteBuffer, after: Duration, ByteBuffer)
    /// Answers the first bytes with these, and ends once it has got so many.
    case endsAfter(bytes: Int, End, saying: ByteBuffer)
  }

  /// How a server ends a connection.
  enum End: Sendable, CaseIterable {
    /// Closes it, as a process that ends in order.
    case close
    /// Resets it, as a load balancer or a process that was killed.
    case reset
    /// Says no more, and would read on.
    case halfClose
  }

  let port: Int
  private let channel: any Channel
  private let received: Recorder

  private final class Recorder: Sendable {
    let bytes = Mutex(ByteBuffer())
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let manner: Manner
    private let recorder: Recorder
    private var hasAnswered = false
    private var (count, hasEnded) = (0, false)

    init(_ manner: Manner, _ recorder: Recorder) {
      self.manner = manner
      self.recorder = recorder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let bytes = unwrapInboundIn(data)
      recorder.bytes.withLock { _ = $0.writeImmutableBuffer(bytes) }
      count += bytes.readableBytes
      if case .endsAfter(let most, let way, _) = manner, count >= most, !hasEnded { end(way, context) }
      guard !hasAnswered else { return }
      hasAnswered = true
      switch manner {
      case .silent, .neverReads: break
      case .says(let answer): context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
      case .hangsUp: context.close(promise: nil)
      case .endsAfter(_, _, let answer): context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
      case .saysLater(let answer, let delay, let later):
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: TimeAmount(delay)) { channel.writeAndFlush(later, promise: nil) }
      }
    }

    private func end(_ way: End, _ context: ChannelHandlerContext) {
      hasEnded = true
      switch way {
      case .close: context.close(promise: nil)
      case .halfClose: context.close(mode: .output, promise: nil)
      case .reset:
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        guard let socket = context.channel as? any SocketOptionProvider else { return }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
          bound.value.close(promise: nil)
        }
      }
    }
  }

  init(_ manner: Manner) async throws {
    let recorder = Recorder()
    received = recorder
    channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelOption(.autoRead, value: manner != .neverReads)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Handler(manner, recorder))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  deinit { channel.close(promise: nil) }

  /// Everything received so far, over all connections.
  var bytes: ByteBuffer { received.bytes.withLock { $0 } }

  /// Whether `text` is somewhere in what was received.
  func hasReceived(_ text: String) -> Bool {
    Array(bytes.readableBytesView).firstRange(of: Array(text.utf8)) != nil
  }
}
