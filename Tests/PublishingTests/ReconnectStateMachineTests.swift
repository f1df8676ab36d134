import Media
import Networking
import Settings
import TestSupport
import Testing

@testable import Publishing

@Suite("Being live: events and effects")
struct ReconnectStateMachineTests {
  @Test("a wanted stop closes the stream in the protocol")
  func wantedStop() {
    var machine = ReconnectStateMachine(policy: .attended)
    #expect(machine.handle(.start, at: at(0), jitter: 0) == [.connect])
    #expect(machine.state == .connecting(attempt: 1))
    #expect(machine.handle(.connected, at: at(1), jitter: 0) == [.beginSending])
    #expect(machine.state == .live(since: at(1)))
    #expect(machine.handle(.stop, at: at(60), jitter: 0) == [.disconnect])
    #expect(machine.handle(.lost(failure), at: at(60.1), jitter: 0).isEmpty)
    #expect(machine.handle(.closed, at: at(60.2), jitter: 0).isEmpty)
    #expect(machine.state == .ended(.stopped))
  }

  @Test("what a proxy is sent makes nobody live before its ingest has accepted it")
  func acceptedLater() {
    var machine = ReconnectStateMachine(policy: .attended)
    _ = machine.handle(.start, at: at(0), jitter: 0)
    #expect(machine.handle(.opened, at: at(1), jitter: 0) == [.beginSending])
    #expect(machine.state == .connecting(attempt: 1))
    #expect(machine.handle(.connected, at: at(2), jitter: 0).isEmpty)
    #expect(machine.state == .live(since: at(2)))

    var refused = ReconnectStateMachine(policy: .attended)
    for event in [.start, .opened] as [ReconnectStateMachine.Event] {
      _ = refused.handle(event, at: at(0), jitter: 0)
    }
    #expect(refused.handle(.lost(failure), at: at(1), jitter: 0) == [.abandon])
    #expect(refused.state == .ended(BroadcastOutcome(failure)))

    var box = ReconnectStateMachine(policy: .unattended)
    for event in [.start, .opened] as [ReconnectStateMachine.Event] { _ = box.handle(event, at: at(0), jitter: 0) }
    #expect(box.handle(.lost(failure), at: at(1), jitter: 0).first == .abandon)
    _ = box.handle(.retryDue, at: at(3), jitter: 0)
    #expect(box.handle(.lost(failure), at: at(3), jitter: 0).isEmpty, "late news of the connection before")
    #expect(box.handle(.opened, at: at(4), jitter: 0) == [.beginSending])
    #expect(box.handle(.stop, at: at(5), jitter: 0) == [.disconnect])
    #expect(box.reconnects == 0)
  }

  @Test("a request to reconnect does not wait for the time; a live connection is kept until the new one is there")
  func reconnectNow() {
    var machine = ReconnectStateMachine(policy: .unattended)
    _ = machine.handle(.start, at: at(0), jitter: 0)
    _ = machine.handle(.connectFailed(failure), at: at(1), jitter: 0)
    #expect(machine.handle(.reconnect, at: at(1.01), jitter: 0) == [.connect])
    #expect(machine.handle(.reconnect, at: at(1.02), jitter: 0).isEmpty, "it is connecting already")
    #expect(machine.handle(.retryDue, at: at(1.1), jitter: 0).isEmpty)
    _ = machine.handle(.connected, at: at(2), jitter: 0)
    let move = Move(number: 1, request: MoveRequest(.operator))
    #expect(machine.handle(.reconnect, at: at(9), jitter: 0) == [.connectBeside(move)])
    #expect(machine.state == .live(since: at(2)))
  }

  @Test("a change of the network cuts the time to the next attempt short, and touches no connection")
  func networkChanged() {
    var machine = ReconnectStateMachine(policy: .unattended)
    #expect(machine.handle(.networkChanged, at: at(0), jitter: 0).isEmpty)
    _ = machine.handle(.start, at: at(0), jitter: 0)
    #expect(machine.handle(.networkChanged, at: at(0.5), jitter: 0).isEmpty)
    for attempt in 1...8 {
      _ = machine.handle(.connectFailed(failure), at: at(1), jitter: 1)
      if attempt < 8 { _ = machine.handle(.retryDue, at: at(1), jitter: 0) }
    }
    guard case .waiting(attempt: 8, let due, _) = machine.state, due > at(8) else {
      Issue.record("\(machine.state)")
      return
    }
    #expect(machine.handle(.networkChanged, at: at(1.1), jitter: 0) == [.connect])
    #expect(machine.state == .connecting(attempt: 8))
    #expect(machine.handle(.retryDue, at: due, jitter: 0).isEmpty, "the time that was waited for is over")
    // What the network still lacks is tried again soon.
    #expect(machine.handle(.connectFailed(failure), at: at(2), jitter: 1) == [.scheduleRetry(at: at(2.5))])
    _ = machine.handle(.retryDue, at: at(2.5), jitter: 0)
    _ = machine.handle(.connected, at: at(3), jitter: 0)
    #expect(machine.handle(.networkChanged, at: at(4), jitter: 0).isEmpty)
    #expect(machine.state == .live(since: at(3)))
  }

  @Test("attempts that reach no server come quickly, and a terminal gives up only after three minutes of them")
  func withoutServer() {
    let nobody = PublishFailure(Explanation("refused"), .unavailable, isWithoutConnection: true)
    var machine = ReconnectStateMachine(policy: .attended)
    for event in [.start, .connected] as [ReconnectStateMachine.Event] {
      _ = machine.handle(event, at: at(0), jitter: 0)
    }
    _ = machine.handle(.lost(failure), at: at(100), jitter: 1)
    var (now, attempts) = (at(100.5), 0)
    while case .waiting(_, let due, _) = machine.state {
      now = due
      _ = machine.handle(.retryDue, at: now, jitter: 0)
      let effects = machine.handle(.connectFailed(nobody), at: now, jitter: 1)
      attempts += 1
      if now < at(280) { #expect(effects == [.scheduleRetry(at: now + .seconds(1))]) }
    }
    #expect(machine.state == .ended(BroadcastOutcome(nobody)))
    #expect(now > at(400) && attempts > 180)
  }

  @Test("at a terminal the first failure is the answer")
  func firstFailureAttended() {
    var machine = ReconnectStateMachine(policy: .attended)
    _ = machine.handle(.start, at: at(0), jitter: 0)
    #expect(machine.handle(.connectFailed(failure), at: at(1), jitter: 0).isEmpty)
    #expect(machine.state == .ended(BroadcastOutcome(failure)))
  }

  @Test("a box that nobody watches retries the first connection too, without end")
  func unattended() {
    var machine = ReconnectStateMachine(policy: .unattended)
    _ = machine.handle(.start, at: at(0), jitter: 0)
    var now = 0.0
    for _ in 1...500 {
      let effects = machine.handle(.connectFailed(failure), at: at(now), jitter: 1)
      guard case .scheduleRetry(let due)? = effects.first else {
        Issue.record("no retry was planned")
        return
      }
      #expect((due - at(now)) <= .seconds(15))
      now = due.seconds
      #expect(machine.handle(.retryDue, at: due, jitter: 1) == [.connect])
    }
    #expect(machine.handle(.connected, at: at(now), jitter: 0) == [.beginSending])
  }

  @Test("a lost connection is made again, and counts")
  func reconnect() {
    var machine = ReconnectStateMachine(policy: .attended)
    for event in [.start, .connected] as [ReconnectStateMachine.Event] {
      _ = machine.handle(event, at: at(0), jitter: 0)
    }
    let effects = machine.handle(.lost(failure), at: at(100), jitter: 1)
    #expect(effects == [.abandon, .scheduleRetry(at: at(100.25))])
    #expect(machine.handle(.retryDue, at: at(100.25), jitter: 0) == [.connect])
    #expect(machine.handle(.connected, at: at(101), jitter: 0) == [.beginSending])
    #expect(machine.reconnects == 1)
  }

  @Test("an ingest that says yes and hangs up soon, twice, has refused; a box that nobody watches tries on")
  func earlyLoss() {
    var attended = ReconnectStateMachine(policy: .attended)
    var unattended = ReconnectStateMachine(policy: .unattended)
    for event in [.start, .connected] as [ReconnectStateMachine.Event] {
      _ = attended.handle(event, at: at(0), jitter: 0)
      _ = unattended.handle(event, at: at(0), jitter: 0)
    }
    #expect(attended.handle(.lost(failure), at: at(2), jitter: 1) == [.abandon, .scheduleRetry(at: at(2.5))])
    #expect(!attended.hasBeenAccepted)
    #expect(attended.handle(.retryDue, at: at(2.5), jitter: 0) == [.connect])
    #expect(attended.handle(.connected, at: at(3), jitter: 0) == [.beginSending])
    #expect(attended.handle(.lost(failure), at: at(4), jitter: 0) == [.abandon])
    #expect(attended.state == .ended(.rejected(OperatorFailure(failure.asRefusal))))
    #expect(failure.asRefusal.kind == .refused)
    #expect(unattended.handle(.lost(failure), at: at(0.2), jitter: 1) == [.abandon, .scheduleRetry(at: at(0.7))])
  }

  @Test("a loss within the first seconds is made good where the next connection holds")
  func earlyLossOfTheNetwork() {
    var machine = ReconnectStateMachine(policy: .attended)
    for event in [.start, .connected] as [ReconnectStateMachine.Event] {
      _ = machine.handle(event, at: at(0), jitter: 0)
    }
    _ = machine.handle(.lost(failure), at: at(2), jitter: 0)
    _ = machine.handle(.retryDue, at: at(3), jitter: 0)
    _ = machine.handle(.connected, at: at(3), jitter: 0)
    #expect(machine.handle(.lost(failure), at: at(60), jitter: 1) == [.abandon, .scheduleRetry(at: at(60.25))])
    #expect(machine.hasBeenAccepted && machine.reconnects == 1)
  }

  @Test("a refusal in words within the first seconds is not tried again at a terminal")
  func earlyRefusal() {
    var machine = ReconnectStateMachine(policy: .attended)
    for event in [.start, .connected] as [ReconnectStateMachine.Event] {
      _ = machine.handle(event, at: at(0), jitter: 0)
    }
    let refusal = PublishFailure(Explanation("ingest.example:443 refused the stream"), .refused)
    #expect(machine.handle(.lost(refusal), at: at(2), jitter: 0) == [.abandon])
    #expect(machine.state == .ended(.rejected(OperatorFailure(refusal))))
  }

  @Test("a stream that the service shows was taken, however soon it ends")
  func acceptedByTheService() {
    var machine = ReconnectStateMachine(policy: .attended)
    _ = machine.handle(.start, at: at(0), jitter: 0)
    _ = machine.handle(.connected, at: at(1), jitter: 0)
    #expect(machine.handle(.accepted, at: at(2), jitter: 0).isEmpty)
    #expect(machine.state == .live(since: at(1)))
    _ = machine.handle(.lost(failure), at: at(3), jitter: 0)
    guard case .waiting(attempt: 1, _, failure) = machine.state else {
      Issue.record("\(machine.state)")
      return
    }
  }

  @Test("twenty-five attempts in a row are enough at a terminal; a good half minute begins the count anew")
  func givesUp() {
    var machine = ReconnectStateMachine(policy: .attended)
    for event in [.start, .connected] as [ReconnectStateMachine.Event] {
      _ = machine.handle(event, at: at(0), jitter: 0)
    }
    _ = machine.handle(.lost(failure), at: at(6), jitter: 0)
    for attempt in 1...24 {
      #expect(machine.handle(.retryDue, at: at(0), jitter: 0) == [.connect], "attempt \(attempt)")
      _ = machine.handle(.connectFailed(failure), at: at(0), jitter: 0)
    }
    _ = machine.handle(.retryDue, at: at(0), jitter: 0)
    var proven = machine
    _ = machine.handle(.connectFailed(failure), at: at(0), jitter: 0)
    #expect(machine.state == .ended(BroadcastOutcome(failure)))

    _ = proven.handle(.connected, at: at(0), jitter: 0)
    _ = proven.handle(.lost(failure), at: at(37), jitter: 0)
    guard case .waiting(1, _, _) = proven.state else {
      Issue.record("still counting: \(proven.state)")
      return
    }
  }

  @Test("a source that fails ends the session after the stream is closed")
  func sourceFails() {
    var machine = ReconnectStateMachine(policy: .attended)
    for event in [.start, .connected] as [ReconnectStateMachine.Event] {
      _ = machine.handle(event, at: at(0), jitter: 0)
    }
    #expect(machine.handle(.sourceFailed(sourceFailure), at: at(5), jitter: 0) == [.disconnect])
    _ = machine.handle(.closed, at: at(6), jitter: 0)
    #expect(machine.state == .ended(.failed(sourceFailure)))
  }

  @Test("before the service ends the stream another one is begun; what asks for it later is not heard")
  func renewal() {
    var machine = ReconnectStateMachine(policy: .attended)
    #expect(machine.handle(.renewalDue, at: at(0), jitter: 0).isEmpty)
    _ = machine.handle(.start, at: at(0), jitter: 0)
    _ = machine.handle(.connected, at: at(1), jitter: 0)
    #expect(machine.handle(.renewalDue, at: at(171_000), jitter: 0) == [.renew])
    #expect(machine.state == .connecting(attempt: 1))
    #expect(machine.handle(.renewalDue, at: at(171_001), jitter: 0).isEmpty)
    // The channel may still be taken for a moment.
    let busy = PublishFailure(Explanation("taken"), .refused)
    let effects = machine.handle(.connectFailed(busy), at: at(171_001), jitter: 0)
    guard case .waiting = machine.state, case .scheduleRetry? = effects.first else {
      Issue.record("\(machine.state) \(effects)")
      return
    }
    _ = machine.handle(.retryDue, at: at(171_002), jitter: 0)
    #expect(machine.handle(.connected, at: at(171_003), jitter: 0) == [.beginSending])
    #expect(machine.reconnects == 1)
  }

  @Test("an ingest that takes no second connection of a stream gets another one after the first is gone")
  func oneConnection() {
    var machine = ReconnectStateMachine(policy: .attended)
    machine.takesSecondConnection = false
    _ = machine.handle(.start, at: at(0), jitter: 0)
    _ = machine.handle(.connected, at: at(1), jitter: 0)
    #expect(machine.handle(.reconnect, at: at(9), jitter: 0) == [.abandon, .connect])
    #expect(machine.handle(.connected, at: at(10), jitter: 0) == [.beginSending])
    #expect((machine.reconnects, machine.moves) == (1, 0))
  }
}
