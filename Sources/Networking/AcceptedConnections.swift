internal import Media
package import NIOCore
internal import Synchronization

/// The connections of one server that anybody may connect to, admitted as a ``ConnectionLimit`` has it.
package final class AcceptedConnections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var connections: ConnectionLimit<ObjectIdentifier>
    var isOver = false
  }

  private let state: Mutex<State>

  /// - Parameter limit: how many may be there at one time, at least one.
  package init(limit: Int) { state = Mutex(State(connections: ConnectionLimit(limit: limit))) }

  /// Takes a connection in; false where all others belong here, and after the end.
  ///
  /// Of those that have not shown that they belong here the oldest may be closed for it.
  package func add(_ channel: any Channel) -> Bool {
    let id = ObjectIdentifier(channel)
    let (isIn, gone) = state.withLock { state -> (Bool, (any Channel)?) in
      guard !state.isOver else { return (false, nil) }
      let admission = state.connections.add(id)
      guard admission != .refused else { return (false, nil) }
      state.channels[id] = channel
      guard case .admittedInPlaceOf(let oldest) = admission else { return (true, nil) }
      return (true, state.channels.removeValue(forKey: oldest))
    }
    gone?.close(promise: nil)
    if isIn {
      channel.closeFuture.whenComplete { [self] _ in
        state.withLock { state in
          state.channels[id] = nil
          state.connections.remove(id)
        }
      }
    }
    return isIn
  }

  /// A connection has shown that it belongs here: it makes room for nobody.
  package func recognize(_ channel: any Channel) {
    state.withLock { $0.connections.recognize(ObjectIdentifier(channel)) }
  }

  /// Closes every connection that is there; others may come.
  package func closePresent() {
    for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
  }

  /// Closes every connection, and takes no more.
  package func closeAll() async {
    let channels = state.withLock { state in
      state.isOver = true
      return Array(state.channels.values)
    }
    for channel in channels { try? await channel.close() }
  }
}
