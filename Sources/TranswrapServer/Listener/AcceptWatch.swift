internal import Logging
internal import Media
internal import NIOCore

/// Says that connections cannot be taken for want of descriptors, once in a while; the listener itself waits a second
/// then, and tries again.
final class AcceptWatch: ChannelInboundHandler {
  typealias InboundIn = any Channel

  private static let silence: Duration = .seconds(60)

  private let logger: Logger
  private var said: MediaTime?

  init(_ logger: Logger) { self.logger = logger }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let now = MediaTime.now()
    if said.map({ now - $0 >= Self.silence }) ?? true {
      said = now
      logger.error(
        "no connection can be taken: raise the limit of descriptors (LimitNOFILE= of the unit, ulimit -n)",
        metadata: ["reason": "\(error)"])
    }
    context.fireErrorCaught(error)
  }
}
