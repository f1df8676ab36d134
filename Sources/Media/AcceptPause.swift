internal import Glibc
public import NIOCore

/// How a server behaves that cannot accept, because the process or the system has no descriptors left (EMFILE, ENFILE;
/// accept(2)): it tries again after a pause.
///
/// Without it the event loop would try without end, as the connection that waits keeps the listener readable.
public enum AcceptPause {
  /// From one try to the next.
  public static let length = TimeAmount.milliseconds(500)
  /// What fails again within this time is the same trouble, of which all is said.
  static let memory = TimeAmount.seconds(60)

  /// Makes the handler for the pipeline of a listening channel.
  /// - Parameter onTrouble: called on the channel's event loop when it begins, not at each try.
  public static func handler(onTrouble: @escaping @Sendable (_ reason: String) -> Void) -> AcceptBackoffHandler {
    var last: NIODeadline?
    return AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { error in
      let now = NIODeadline.now()
      let isNew = last.map { now - $0 > memory } ?? true
      last = now
      if isNew { onTrouble(unsafe String(cString: strerror(error.errnoCode))) }
      return length
    }
  }
}
