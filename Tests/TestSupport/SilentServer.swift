internal import Foundation
internal import Synchronization

/// A server that accepts connections and never says a word, as a hung ingest, or hangs up at once.
public final class SilentServer: Sendable {
  /// The TCP port on 127.0.0.1.
  public let port: Int
  private let listener: Int32
  private let accepted = Mutex<[Int32]>([])

  /// Starts listening, on a free port where none is given.
  public init(port given: Int? = nil, hangsUp: Bool = false) throws {
    let port = try given ?? FreePort.find()
    let listener = try FreePort.listen(on: port)
    self.port = port
    self.listener = listener
    let thread = Thread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let self else { return }
        if hangsUp { close(connection) }
        self.accepted.withLock { $0.append(hangsUp ? -1 : connection) }
      }
    }
    thread.start()
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    accepted.withLock { for connection in $0 where connection >= 0 { close(connection) } }
  }

  /// How many clients have connected.
  public var connections: Int { accepted.withLock { $0.count } }
}
