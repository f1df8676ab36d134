internal import Glibc
internal import Media
internal import Synchronization

/// Tells when the network may lead to a server again that it did not lead to: a link came up, an address or a default
/// route came.
///
/// On a thread of its own, until it goes away.
package final class NetworkWatch: Sendable {
  /// How often the thread looks whether it is still wanted.
  private static let look: Duration = .seconds(1)
  /// Datagrams that are taken in a row.
  private static let burst = 64

  private let isOver: SharedFlag

  /// Begins to watch.
  /// - Parameter onChange: called on the watch's thread, at most once a second.
  /// - Throws: where a sandbox allows no such socket, or the system gives no thread.
  package init(onChange: @escaping @Sendable () -> Void) throws(NetworkWatchError) {
    let isOver = SharedFlag()
    self.isOver = isOver
    // Made here, so that the caller hears of a sandbox; owned by the thread.
    let socket = try SocketHandover()
    do throws(NoThreadError) {
      try DetachedThread.start(name: "network") {
        guard let socket = socket.take() else { return }
        Self.run(socket, isOver, onChange)
      }
    } catch { throw NetworkWatchError(errno: EAGAIN) }
  }

  deinit { isOver.set() }

  private static func run(
    _ socket: consuming NetworkSocket, _ isOver: SharedFlag, _ onChange: @Sendable () -> Void
  ) {
    var (news, pacing) = (NetworkNews(), ChangePacing())
    while !isOver.isSet {
      let now = MediaTime.now()
      socket.wait(atMost: pacing.due.map { min(look, max(.zero, $0 - now)) } ?? look)
      guard take(socket, &news, &pacing) else { return }
      if pacing.isDue(at: .now()), !isOver.isSet { onChange() }
    }
  }

  /// Takes what the kernel has told; false where it will tell no more.
  private static func take(
    _ socket: borrowing NetworkSocket, _ news: inout NetworkNews, _ pacing: inout ChangePacing
  ) -> Bool {
    for _ in 0..<burst {
      switch socket.receive() {
      case .datagram(let bytes): if news.take(bytes) { pacing.noted(at: .now()) }
      case .overrun:
        news.forget()
        pacing.noted(at: .now())
      case .nothing: return true
      case .broken: return false
      }
    }
    return true
  }
}

/// Set once, for another thread.
private final class SharedFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  var isSet: Bool { flag.load(ordering: .relaxed) }
  func set() { flag.store(true, ordering: .relaxed) }
}

/// Hands a socket over to a thread.
private final class SocketHandover: Sendable {
  private let socket: Mutex<NetworkSocket?>

  init() throws(NetworkWatchError) { socket = Mutex(try NetworkSocket()) }

  func take() -> NetworkSocket? {
    socket.withLock { $0.take() }
  }
}
