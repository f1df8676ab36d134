import Media
import Networking
import Settings
import Testing

@testable import Publishing

private let busy = PublishFailure(Explanation("ingest.example:443 refused the stream"), .refused, mayBeBusy: true)
private let request = MoveRequest(.server, to: "rtmps://ingest.example:443/app", reason: "updates")

/// A machine with its time, so that a test reads as a list of events.
private struct Steps {
  var machine = ReconnectStateMachine(policy: .attended)

  /// Live since second 0.
  init() {
    take(.start, at: 0)
    take(.connected, at: 0)
  }

  @discardableResult
  mutating func take(_ event: ReconnectStateMachine.Event, at seconds: Double) -> [ReconnectStateMachine.Effect] {
    machine.handle(event, at: at(seconds), jitter: 1)
  }

  /// News of the second connection of the move that is under way.
  @discardableResult
  mutating func hear(_ event: Move.Event, at seconds: Double) -> [ReconnectStateMachine.Effect] {
    take(.beside(event, number: machine.lastMove), at: seconds)
  }
}

@Suite("Moving to another connection: events and effects")
struct MoveTests {
  @Test("the second connection is made first, gets the next keyframe, and the one before it is closed in the protocol")
  func moved() {
    var steps = Steps()
    #expect(steps.take(.move(request), at: 10) == [.connectBeside(Move(number: 1, request: request))])
    #expect(steps.machine.state == .live(since: at(0)), "packets go out all the time")
    #expect(steps.hear(.connected, at: 10.3) == [.switchOver])
    #expect(steps.hear(.switched, at: 10.4) == [.retire])
    #expect(steps.machine.state == .live(since: at(10.4)))
    #expect((steps.machine.moves, steps.machine.reconnects) == (1, 0))
    #expect(steps.hear(.overdue, at: 20).isEmpty, "late news")
  }

  @Test("the operator's request goes the same way; where the ingest has no room for two, the present one ends first")
  func operatorsWish() {
    var steps = Steps()
    let move = Move(number: 1, request: MoveRequest(.operator))
    #expect(steps.take(.reconnect, at: 10) == [.connectBeside(move)])
    #expect(steps.take(.reconnect, at: 10.1).isEmpty, "it is on its way")
    #expect(steps.hear(.failed(busy), at: 10.2) == [.abandon, .connect])
    #expect(steps.machine.state == .connecting(attempt: 1) && steps.machine.move == nil)
    #expect(steps.take(.connected, at: 11) == [.beginSending])
    #expect((steps.machine.moves, steps.machine.reconnects) == (0, 1))
  }

  @Test("a second connection that is not to be had changes nothing")
  func failed() {
    var steps = Steps()
    steps.take(.reconnect, at: 10)
    #expect(steps.hear(.failed(failure), at: 11).isEmpty)
    #expect(steps.machine.state == .live(since: at(0)) && steps.machine.move == nil)
    // Not even where the ingest has no room for two: it is the server that wanted it.
    steps.take(.move(request), at: 20)
    #expect(steps.hear(.failed(busy), at: 21).isEmpty)
    // One that hangs is given up in time.
    steps.take(.move(request), at: 30)
    #expect(steps.hear(.overdue, at: 40) == [.dismiss])
    #expect(steps.take(.beside(.connected, number: 3), at: 41).isEmpty, "nobody wants it any more")
    #expect(steps.machine.state == .live(since: at(0)))
  }

  @Test("the present connection is lost meanwhile: the second one is the ordinary attempt, and there is no third")
  func lostWhileConnecting() {
    var steps = Steps()
    steps.take(.move(request), at: 10)
    #expect(steps.take(.lost(failure), at: 10.2) == [.abandon, .adopt])
    #expect(steps.machine.state == .connecting(attempt: 1))
    #expect(steps.hear(.overdue, at: 20).isEmpty, "an ordinary attempt has its own time")
    #expect(steps.hear(.connected, at: 20.1) == [.beginSending])
    #expect((steps.machine.moves, steps.machine.reconnects) == (0, 1))

    steps.take(.move(request), at: 30)
    #expect(steps.take(.lost(failure), at: 30.2) == [.abandon, .adopt])
    #expect(steps.hear(.failed(failure), at: 31) == [.scheduleRetry(at: at(31.25))])
    #expect(steps.take(.retryDue, at: 31.5) == [.connect])
    #expect(steps.take(.connected, at: 32) == [.beginSending])
    #expect(steps.take(.move(request), at: 40) != [], "the next request is heard")
  }

  @Test("the present connection ends when the second one is there: the next keyframe goes over that at once")
  func endsWhileSwitching() {
    var steps = Steps()
    steps.take(.move(request), at: 10)
    steps.hear(.connected, at: 10.2)
    #expect(steps.take(.lost(failure), at: 10.3) == [.abandon, .beginSending])
    #expect(steps.machine.state == .live(since: at(10.3)))
    #expect((steps.machine.moves, steps.machine.reconnects) == (1, 0))
    #expect(steps.hear(.switched, at: 10.4).isEmpty)
    // One that takes nothing any more holds nothing up.
    steps.take(.reconnect, at: 20)
    steps.hear(.connected, at: 20.2)
    #expect(steps.hear(.overdue, at: 23.2) == [.abandon, .beginSending])
    #expect(steps.machine.moves == 2)
  }

  @Test("the second connection breaks before its keyframe: the present one stays, unless the keyframe was faster")
  func lostBeforeItsKeyframe() {
    var steps = Steps()
    steps.take(.move(request), at: 10)
    steps.hear(.connected, at: 10.2)
    #expect(steps.hear(.lost(failure), at: 10.3) == [.withdraw])
    #expect(steps.hear(.withdrawn, at: 10.3) == [.dismiss])
    #expect(steps.machine.state == .live(since: at(0)) && steps.machine.moves == 0)

    steps.take(.move(request), at: 20)
    steps.hear(.connected, at: 20.2)
    #expect(steps.hear(.lost(failure), at: 20.3) == [.withdraw])
    #expect(steps.hear(.switched, at: 20.3) == [.retire])
    #expect(steps.take(.lost(failure), at: 20.3) == [.abandon, .scheduleRetry(at: at(20.55))])

    var both = Steps()
    both.take(.move(request), at: 10)
    both.hear(.connected, at: 10.2)
    both.hear(.lost(failure), at: 10.3)
    #expect(both.take(.lost(failure), at: 10.4) == [.dismiss, .abandon, .scheduleRetry(at: at(10.65))])
  }

  @Test("a stop closes both")
  func stop() {
    var steps = Steps()
    steps.take(.move(request), at: 10)
    #expect(steps.take(.stop, at: 10.1) == [.dismiss, .disconnect])
    #expect(steps.hear(.connected, at: 10.2).isEmpty)
    steps.take(.closed, at: 10.3)
    #expect(steps.machine.state == .ended(.stopped))

    var switching = Steps()
    switching.take(.reconnect, at: 10)
    switching.hear(.connected, at: 10.1)
    let source = OperatorFailure("/dev/video0 is gone", .inputOutput)
    #expect(switching.take(.sourceFailed(source), at: 10.2) == [.dismiss, .disconnect])
  }

  @Test("a server that asks without end is followed once in five seconds, one move at a time")
  func limits() {
    var steps = Steps()
    steps.take(.move(request), at: 10)
    #expect(steps.take(.move(request), at: 10.1).isEmpty, "of the connection that is being left")
    steps.hear(.connected, at: 10.2)
    steps.hear(.switched, at: 10.3)
    #expect(steps.take(.move(request), at: 10.4) == [.scheduleMove(at: at(15))])
    for time in 11...14 { #expect(steps.take(.move(request), at: Double(time)).isEmpty) }
    #expect(steps.take(.moveDue, at: 15) == [.connectBeside(Move(number: 2, request: request))])
    steps.hear(.connected, at: 15.2)
    steps.hear(.switched, at: 15.3)
    // The operator need not wait, and what waits is settled by it.
    steps.take(.move(request), at: 15.4)
    #expect(steps.take(.reconnect, at: 15.5) == [.connectBeside(Move(number: 3, request: MoveRequest(.operator)))])
    steps.hear(.connected, at: 15.6)
    steps.hear(.switched, at: 15.7)
    #expect(steps.take(.moveDue, at: 20).isEmpty)
    // A request goes with the connection that it came over.
    steps.take(.move(request), at: 15.8)
    steps.take(.lost(failure), at: 16)
    steps.take(.retryDue, at: 17)
    steps.take(.connected, at: 18)
    #expect(steps.take(.moveDue, at: 20.5).isEmpty)
  }

  @Test("without a connection there is nothing to move")
  func elsewhere() {
    var machine = ReconnectStateMachine(policy: .attended)
    #expect(machine.handle(.move(request), at: at(0), jitter: 0).isEmpty)
    _ = machine.handle(.start, at: at(0), jitter: 0)
    #expect(machine.handle(.move(request), at: at(1), jitter: 0).isEmpty)
    #expect(machine.handle(.beside(.connected, number: 0), at: at(1), jitter: 0).isEmpty)
  }

  @Test("through a proxy the stream is sent before the ingest's yes, as it is the stream that brings that about")
  func opened() {
    var steps = Steps()
    steps.take(.move(MoveRequest(.proxy)), at: 10)
    #expect(steps.hear(.opened, at: 10.1) == [.switchOver])
    #expect(steps.hear(.connected, at: 10.2).isEmpty)
    #expect(steps.hear(.switched, at: 10.3) == [.retire])

    steps.take(.move(MoveRequest(.proxy)), at: 20)
    steps.take(.lost(failure), at: 20.1)
    #expect(steps.hear(.opened, at: 20.2) == [.beginSending])
    #expect(steps.machine.state == .connecting(attempt: 1))
    #expect(steps.hear(.connected, at: 20.3).isEmpty)
    #expect(steps.machine.state == .live(since: at(20.3)) && steps.machine.reconnects == 1)
  }
}
