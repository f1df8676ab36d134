internal import Media
package import NIOCore
internal import NIOPosix
internal import Synchronization

/// Looks names up for connections that are made again and again: each time anew, and where the resolver fails or is slow,
/// as it said last.
///
/// A resolver that is away is no reason to stay away from a server that is not. Of each name there is one lookup at a
/// time, so that those which hang do not use up the threads.
package final class RecentNames: Sendable {
  /// Those of this process.
  static let shared = RecentNames()
  /// After this time what was known before is used.
  static let slow: Duration = .seconds(1)
  /// Names that are remembered.
  static let limit = 32

  private struct Key: Hashable {
    let host: String
    let port: Int
    let family: Int32
  }

  private struct Entry {
    var known: [SocketAddress] = []
    var waiting: [EventLoopPromise<[SocketAddress]>] = []
    var isLookingUp = false
  }

  private let entries = Mutex<[Key: Entry]>([:])
  private let lookup: @Sendable (String, Int, Int32) -> NameLookup.Answer

  /// How many names are remembered now.
  var count: Int { entries.withLock { $0.count } }

  /// - Parameter lookup: asks the resolver; blocks as long as that does.
  package init(
    lookup: @escaping @Sendable (String, Int, Int32) -> NameLookup.Answer = {
      NameLookup.ask(for: $0, port: $1, for: .tcp, family: $2)
    }
  ) { self.lookup = lookup }

  /// The addresses of a name; empty where it has none, or was never known and cannot be found now.
  /// - Parameter family: `AF_INET` or `AF_INET6`.
  package func addresses(
    of host: String, port: Int, family: Int32, on loop: any EventLoop
  ) -> EventLoopFuture<[SocketAddress]> {
    let (key, promise) = (Key(host: host, port: port, family: family), loop.makePromise(of: [SocketAddress].self))
    let (starts, known) = entries.withLock { entries -> (Bool, [SocketAddress]) in
      Self.makeRoom(in: &entries, for: key)
      let starts = !(entries[key]?.isLookingUp ?? false)
      entries[key, default: Entry()].waiting.append(promise)
      entries[key, default: Entry()].isLookingUp = true
      return (starts, entries[key]?.known ?? [])
    }
    if !known.isEmpty { loop.scheduleTask(in: TimeAmount(Self.slow)) { promise.succeed(known) } }
    if starts {
      NIOThreadPool.singleton.submit { [self] _ in finish(key, lookup(host, port, family)) }
    }
    return promise.futureResult
  }

  private func finish(_ key: Key, _ answer: NameLookup.Answer) {
    let (waiting, addresses) = entries.withLock { entries -> ([EventLoopPromise<[SocketAddress]>], [SocketAddress]) in
      var entry = entries[key] ?? Entry()
      switch answer {
      case .addresses(let found): entry.known = found
      case .noSuchName: entry.known = []
      case .failed: break
      }
      defer { entries[key] = entry }
      defer { (entry.waiting, entry.isLookingUp) = ([], false) }
      return (entry.waiting, entry.known)
    }
    for promise in waiting { promise.succeed(addresses) }
  }

  /// A name that is not being looked up gives way to another one.
  private static func makeRoom(in entries: inout [Key: Entry], for key: Key) {
    guard entries[key] == nil, entries.count >= limit, let idle = entries.first(where: { !$0.value.isLookingUp })
    else { return }
    entries[idle.key] = nil
  }
}
