import Console
import Interface
import Media

/// The console on a broadcast to Amazon IVS that only looks like one: to see what no test says, how it feels.
enum DemoConsole {
  /// Shows it until it is quit; what is asked of the broadcaster is said in its events.
  static func run(_ terminal: inout Terminal, _ broadcast: BroadcastStatus) {
    var status = broadcast
    var reducer = Reducer(
      state: ConsoleState(size: terminal.resize(), settings: ConsoleSettings(traits: terminal.traits)))
    while !terminal.isGone {
      _ = reducer.handle(.resize(terminal.resize()))
      status.time = status.time + .milliseconds(100)
      status.transport.bytesSent += 32_500
      status.transport.bytesAcknowledgedByTransport = status.transport.bytesSent
      _ = reducer.handle(.status(status))
      _ = terminal.draw(ConsoleView.screen(reducer.state))
      terminal.wait(for: .milliseconds(100))
      while let key = terminal.nextKey() {
        for effect in reducer.handle(.key(key)) {
          switch effect {
          case .quit: return
          case .request(let number, let intent):
            let id = status.events.count + 1
            status.events.append(BroadcastEvent(id: id, clock: "14:31:00", severity: .info, text: "\(intent)"))
            _ = reducer.handle(.answered(number, .success(.done)))
          default: break
          }
        }
      }
    }
  }
}
