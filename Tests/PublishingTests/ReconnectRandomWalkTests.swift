import Media
import Networking
import Settings
import TestSupport
import Testing

@testable import Publishing

@Suite("The publish state machine, whatever happens")
struct ReconnectRandomWalkTests {
  @Test("a random walk: never more than two connections, sending only after connecting, the end is the end")
  func randomWalk() async {
    let events: [ReconnectStateMachine.Event] = [
      .start, .connected, .accepted, .connectFailed(failure), .lost(failure), .retryDue, .reconnect, .networkChanged,
      .stop, .sourceFailed(sourceFailure), .closed, .renewalDue, .move(MoveRequest(.server)), .moveDue,
    ]
    let news: [Move.Event] = [
      .opened, .connected, .failed(failure), .failed(PublishFailure(failure.explanation, .refused, mayBeBusy: true)),
      .lost(failure), .switched, .withdrawn, .overdue,
    ]
    await Fuzz("publish state machine", count: 5000).run { random in
      var machine = ReconnectStateMachine(policy: Bool.random(using: &random) ? .attended : .unattended)
      var connecting = false
      var live = false
      // The second connection: one at a time.
      var beside = false
      for step in 0..<60 {
        let before = (state: machine.state, accepted: machine.hasBeenAccepted, reconnects: machine.reconnects)
        // Half of the steps are what the effects ask for, so that the walk gets beyond the first connection.
        let natural: ReconnectStateMachine.Event? =
          switch machine.state {
          case .idle: .start
          case .connecting: .connected
          case .live: .lost(failure)
          case .waiting: .retryDue
          case .stopping: .closed
          case .ended: nil
          }
        // Now and then of a move that is over.
        let number = machine.lastMove - (Int.random(in: 0..<10, using: &random) == 0 ? 1 : 0)
        let drawn =
          machine.move != nil && Bool.random(using: &random)
          ? .beside(news.randomElement(using: &random) ?? .overdue, number: number)
          : events.randomElement(using: &random) ?? .start
        let event = Bool.random(using: &random) && machine.move == nil ? natural ?? drawn : drawn
        let adopted = machine.move?.stage == .adopted
        let effects = machine.handle(event, at: at(Double(step)), jitter: .random(in: 0...1, using: &random))
        if case .ended = before.state { #expect(effects.isEmpty && machine.state == before.state) }
        #expect(machine.hasBeenAccepted || !before.accepted, "what was accepted stays so")
        let isYes = event == .connected || event == .beside(.connected, number: number)
        #expect(machine.reconnects - before.reconnects <= (isYes ? 1 : 0))
        for effect in effects {
          switch effect {
          case .connect:
            #expect(!connecting && !live)
            connecting = true
          case .beginSending:
            #expect(connecting || beside)
            (connecting, beside, live) = (false, false, true)
          case .connectBeside:
            #expect(live && !beside)
            beside = true
          case .switchOver, .withdraw: #expect(live && beside)
          case .dismiss:
            #expect(beside || adopted)
            beside = false
          case .retire:
            #expect(live && beside)
            beside = false
          case .adopt:
            #expect(!live && beside)
            (connecting, beside) = (true, false)
          case .scheduleMove(let due): #expect(live && due > at(Double(step)))
          case .abandon:
            #expect(live)
            live = false
          case .renew:
            #expect(live && !connecting)
            (connecting, live) = (true, false)
          case .disconnect:
            #expect(connecting || live)
            (connecting, live) = (false, false)
          case .scheduleRetry(let due):
            #expect(due > at(Double(step)))
            connecting = false
          }
        }
        // A second connection that was not to be had is none any more.
        if machine.move == nil || machine.move?.stage == .adopted { beside = false }
        if case .live = machine.state { #expect(live) } else { #expect(!live || machine.sendsBeforeAcceptance) }
        #expect(machine.move == nil || !machine.isClosing)
        if case .ended = machine.state { connecting = false }
      }
    }
  }
}
