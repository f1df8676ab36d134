internal import Media
internal import NIOCore
internal import Networking
internal import Synchronization

/// A host's addresses, looked up on a thread that may hang without holding up anybody.
final class HostAddresses: Sendable {
  /// The answer; empty where the name has none, `nil` while it is awaited.
  var answer: [SocketAddress]? { state.withLock { $0 } }

  private let state = Mutex<[SocketAddress]?>(nil)

  /// Begins the search; `onAnswer` is called on its thread.
  ///
  /// An address in the place of a name is there at once.
  /// - Throws: where there is no thread to look on.
  init(host: String, port: Int, onAnswer: @escaping @Sendable () -> Void) throws(NoThreadError) {
    if let address = try? SocketAddress(ipAddress: host, port: port) {
      state.withLock { $0 = [address] }
      return
    }
    try DetachedThread.start(name: "resolver") { [self] in
      let found = NameLookup.addresses(of: host, port: port, for: .udp)
      state.withLock { $0 = found }
      onAnswer()
    }
  }
}
