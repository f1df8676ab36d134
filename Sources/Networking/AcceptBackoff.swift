internal import Glibc
public import NIOCore

/// Lets a server that cannot accept, because the process or the system has no descriptors left (EMFILE, ENFILE;
/// accept(2)), try again after a pause.
///
/// The connection that waits keeps the listener readable. SwiftNIO's own `AcceptBackoffHandler` only delays the next
/// `read`, which a failed accept does not ask for: the loop would turn without end. This one stops reading meanwhile.
/// For the pipeline of a listening channel.
public final class AcceptBackoff: ChannelInboundHandler {
  /// A connection that was accepted.
  public typealias InboundIn = any Channel

  /// From one try to the next.
  static let length = TimeAmount.milliseconds(500)
  /// What fails again within this time is the same trouble, of which all is said.
  static let memory = TimeAmount.seconds(60)

  private let onTrouble: (_ reason: String) -> Void
  private var last: NIODeadline?

  /// - Parameter onTrouble: called on the channel's event loop when it begins, not at each try.
  public init(onTrouble: @escaping (_ reason: String) -> Void) { self.onTrouble = onTrouble }

  /// Pauses, and says so where it is new.
  public func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let failure = error as? IOError else { return context.fireErrorCaught(error) }
    let now = context.eventLoop.now
    let isNew = last.map { now - $0 > Self.memory } ?? true
    last = now
    if isNew { onTrouble(unsafe String(cString: strerror(failure.errnoCode))) }
    let channel = context.channel
    channel.setOption(.autoRead, value: false).whenFailure { _ in }
    context.eventLoop.scheduleTask(in: Self.length) { channel.setOption(.autoRead, value: true).whenFailure { _ in } }
  }
}
