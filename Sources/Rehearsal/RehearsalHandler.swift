internal import Media
internal import NIOCore
internal import NIOPosix

/// Carries what a client sends on to its other end, as much as the link lets through; on their event loop.
///
/// One piece is read at a time, so that what waits does so in the sender.
final class RehearsalHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let clock: RehearsalClock
  private let port: Int
  private let interval: TimeAmount
  private var shaper = LinkShaper()
  private var held = ByteBuffer()
  private var client: (any Channel)?
  private var target: (any Channel)?
  private var ticking: RepeatedTask?

  /// - Parameter port: where on this machine the other end is.
  init(_ clock: RehearsalClock, to port: Int, interval: TimeAmount) {
    (self.clock, self.port, self.interval) = (clock, port, interval)
  }

  func channelActive(context: ChannelHandlerContext) {
    let client = context.channel
    let box = NIOLoopBound(self, eventLoop: context.eventLoop)
    ClientBootstrap(group: context.eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ReturnHandler(to: client))
        }
      }
      .connect(host: "127.0.0.1", port: port)
      .whenComplete { result in
        switch result {
        case .success(let target): box.value.begin(client, to: target)
        case .failure: client.close(promise: nil)
        }
      }
  }

  private func begin(_ client: any Channel, to target: any Channel) {
    guard client.isActive else { return target.close(promise: nil) }
    (self.client, self.target) = (client, target)
    let box = NIOLoopBound(self, eventLoop: client.eventLoop)
    ticking = client.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in box.value.carry() }
    client.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    clock.begin()
    var piece = unwrapInboundIn(data)
    held.writeBuffer(&piece)
    carry()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if held.readableBytes == 0 { context.read() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    ticking?.cancel()
    target?.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func carry() {
    guard let client, let target, target.isWritable else { return }
    let allowance = shaper.allowance(clock.link(), at: .now()) ?? held.readableBytes
    guard held.readableBytes > 0, let piece = held.readSlice(length: min(allowance, held.readableBytes)) else { return }
    guard piece.readableBytes > 0 else { return }
    shaper.passed(piece.readableBytes)
    target.writeAndFlush(piece, promise: nil)
    held.discardReadBytes()
    if held.readableBytes == 0 { client.read() }
  }
}

/// Carries what the other end answers back to the client, at once.
final class ReturnHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let client: any Channel

  init(to client: any Channel) { self.client = client }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    client.writeAndFlush(unwrapInboundIn(data), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
