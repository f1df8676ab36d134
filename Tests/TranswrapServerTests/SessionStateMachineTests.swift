import Media
import Networking
import RTMP
import Testing
import Transwrap

@testable import TranswrapServer

typealias Machine = SessionStateMachine

let passing = RTMPError.connection(.connectionLost(reason: "reset", at: "ingest:443"))
let refusal = RTMPError.connection(.closedByServer(.publish, at: "ingest:443"))
let bitrate = ServerEvent.Notice(code: "bitrate", message: "too much")

extension SessionStateMachine.Effect {
  static func connecting(_ attempt: Int) -> Self { .tell(.state(.init(.connecting, attempt: attempt))) }
  static func waiting(_ attempt: Int, _ error: RTMPError) -> Self {
    .tell(.state(.init(.waiting, attempt: attempt, reason: error.description)))
  }
  static func retry(_ attempt: Int) -> Self {
    .scheduleRetry(Backoff.delay(beforeAttempt: attempt, jitter: 0))
  }
  static var live: Self { .tell(.state(.init(.live))) }
  static var over: Self { .tell(.state(.init(.ended))) }

  /// An error's code, for errors whose words do not matter.
  var errorCode: String? { if case .tell(.error(let notice)) = self { notice.code } else { nil } }
}

@Suite("A session: events and effects")
struct SessionStateMachineTests {
  func at(_ seconds: Double) -> MediaTime { MediaTime(nanoseconds: Int64(seconds * 1e9)) }

  func machine(
    takesOver: Bool = true, takeover: Takeover = Takeover(isRequested: false, wallSeconds: 0),
    timeout: Duration = .seconds(300), resumes: Bool = true
  ) -> SessionStateMachine {
    SessionStateMachine(takeover: takesOver ? takeover : nil, timeout: timeout, resumes: resumes)
  }

  /// Gives a machine events, and demands these effects of each.
  func expect(
    _ machine: inout SessionStateMachine, _ steps: [(Double, Machine.Event, [Machine.Effect])],
    at location: SourceLocation = #_sourceLocation
  ) {
    for (time, event, effects) in steps {
      #expect(
        machine.handle(event, at: at(time), jitter: 0) == effects, "\(event) at \(time)", sourceLocation: location)
    }
  }

  /// A session that has been live since second one.
  func live(takesOver: Bool = true, timeout: Duration = .seconds(300), resumes: Bool = true)
    -> SessionStateMachine
  {
    var machine = machine(takesOver: takesOver, timeout: timeout, resumes: resumes)
    expect(
      &machine,
      [
        (0, .mediaBegan, [.connecting(1), .connect(priority: nil)]), (1, .connected, [.beginSending, .live]),
      ])
    return machine
  }

  @Test("a client that says it is done gets its end in the protocol, and whatever comes later changes nothing")
  func finished() {
    var machine = live()
    expect(
      &machine,
      [
        (60, .clientFinished, [.over, .closeClient(.normal), .unpublish, .dispose]), (60.1, .lost(passing), []),
        (61, .clientLost, []), (61, .clientReturned, []), (62, .clientOverdue, []), (63, .retryDue, []),
        (64, .end(.refused, bitrate), []), (65, .drain, []), (66, .mediaBegan, []), (67, .connected, []),
        (68, .connectFailed(passing), []),
      ])
    #expect(machine.ingest == .ended && machine.reconnects == 0)
  }

  @Test("media begins once")
  func oneBeginning() {
    var machine = live()
    expect(&machine, [(2, .mediaBegan, []), (2, .connected, [.unpublish]), (2, .connectFailed(passing), [])])
    #expect(machine.ingest == .live)
  }

  @Test(
    "a first connection that is refused ends the session",
    arguments: [
      refusal, .connection(.closedByServer(.createStream, at: "ingest:443")),
      .publishRefused(code: "NetStream.Publish.BadName", description: "", at: "ingest:443"),
    ])
  func firstRefused(error: RTMPError) {
    var machine = machine()
    _ = machine.handle(.mediaBegan, at: at(0), jitter: 0)
    let effects = machine.handle(.connectFailed(error), at: at(1), jitter: 0)
    #expect(effects.first?.errorCode == "ingest-refused")
    #expect(effects.dropFirst() == [.closeClient(.failed), .dispose])
  }

  @Test("a first connection that fails for reasons that may pass is tried three times")
  func firstFails() {
    var machine = machine()
    expect(
      &machine,
      [
        (0, .mediaBegan, [.connecting(1), .connect(priority: nil)]),
        (1, .connectFailed(passing), [.waiting(2, passing), .retry(2)]),
        (1.2, .retryDue, [.connecting(2), .connect(priority: nil)]),
        (2, .connectFailed(passing), [.waiting(3, passing), .retry(3)]),
        (2.1, .retryDue, [.connecting(3), .connect(priority: nil)]),
      ])
    let effects = machine.handle(.connectFailed(passing), at: at(3), jitter: 0)
    #expect(effects.first?.errorCode == "ingest-failed")
    #expect(effects.dropFirst() == [.closeClient(.failed), .dispose])
  }

  @Test("a first connection that is lost before 5 s was a refusal; one that is lost then is tried again")
  func lostAtOnce() {
    var machine = live()
    let effects = machine.handle(.lost(passing), at: at(5.9), jitter: 0)
    #expect(effects.first == .abandonIngest && effects.dropFirst().first?.errorCode == "ingest-refused")
    #expect(effects.dropFirst(2) == [.closeClient(.failed), .dispose])
    machine = live()
    expect(&machine, [(6, .lost(passing), [.abandonIngest, .waiting(1, passing), .retry(1)])])
  }

  @Test("a lost client is waited for, and returns to a connection that is still there")
  func clientReturns() {
    var machine = live()
    expect(
      &machine,
      [
        (10, .clientLost, [.awaitClient]), (11, .clientLost, []), (12, .clientReturned, []),
        (30, .clientOverdue, []), (31, .clientFinished, [.over, .closeClient(.normal), .unpublish, .dispose]),
      ])
  }

  @Test("one that does not come back in time ends its session; nobody is left to be told")
  func overdue() {
    var machine = live()
    expect(&machine, [(10, .clientLost, [.awaitClient]), (30, .clientOverdue, [.unpublish, .dispose])])
    #expect(machine.client == .gone)
  }

  @Test("while nobody sends, a lost ingest is not tried again: somebody may go on elsewhere")
  func lostWithoutClient() {
    var machine = live()
    expect(&machine, [(10, .clientLost, [.awaitClient]), (15, .lost(passing), [.abandonIngest, .dispose])])
  }

  @Test("a client that leaves before its media began, or that cannot come back, leaves nothing behind")
  func clientLostForGood() {
    var early = machine()
    expect(&early, [(0, .clientLost, [.over, .closeClient(.normal), .dispose])])
    var nameless = live(resumes: false)
    expect(&nameless, [(9, .clientLost, [.over, .closeClient(.normal), .unpublish, .dispose])])
  }

  @Test("a client that is done, or lost, while the ingest connection is being made")
  func whileConnecting() {
    var done = machine()
    _ = done.handle(.mediaBegan, at: at(0), jitter: 0)
    expect(&done, [(1, .clientFinished, [.over, .closeClient(.normal), .dispose]), (2, .connected, [])])
    var lost = machine()
    _ = lost.handle(.mediaBegan, at: at(0), jitter: 0)
    expect(
      &lost,
      [
        (1, .clientLost, [.awaitClient]), (2, .connected, [.beginSending, .live]), (3, .clientReturned, []),
        (21, .clientOverdue, []),
      ])
    #expect(lost.ingest == .live && lost.client == .present)
  }

  @Test("a broken limit ends it at any point, with the reason")
  func limits() {
    var early = machine()
    expect(&early, [(0, .end(.refused, bitrate), [.tell(.error(bitrate)), .closeClient(.refused), .dispose])])
    var later = live()
    expect(
      &later, [(9, .end(.busy, bitrate), [.tell(.error(bitrate)), .closeClient(.busy), .unpublish, .dispose])])
    var away = live()
    expect(&away, [(9, .clientLost, [.awaitClient]), (10, .end(.restart, bitrate), [.unpublish, .dispose])])
  }

  @Test("draining sends the client elsewhere; a stream that can be taken over is kept until then, another is let go")
  func drain() {
    var kept = live()
    expect(
      &kept,
      [
        (10, .drain, [.closeClient(.restart)]), (10.1, .clientLost, [.awaitClient]),
        (12, .lost(refusal), [.abandonIngest, .dispose]),
      ])
    var freed = live(takesOver: false)
    expect(
      &freed,
      [
        (10, .drain, [.closeClient(.restart)]),
        (10.1, .clientLost, [.over, .closeClient(.normal), .unpublish, .dispose]),
      ])
  }

  @Test("a client that takes moves is told to go on elsewhere, and kept until it does; its stream too")
  func drainByMove() {
    let move = Machine.Effect.tell(.move(.init(code: "draining", message: "the proxy is about to end")))
    var moved = live()
    expect(
      &moved,
      [
        (10, .drainByMove, [move, .awaitMove]), (12, .clientLost, [.awaitClient]), (12.1, .moveOverdue, []),
        (12.5, .lost(refusal), [.abandonIngest, .dispose]),
      ])
    // Viewers may see the next one before the client has let go of this one.
    var overtaken = live()
    expect(
      &overtaken,
      [
        (3, .drainByMove, [move, .awaitMove]),
        (4, .lost(refusal), [.abandonIngest, .over, .closeClient(.normal), .dispose]),
      ])
    var finished = live()
    expect(
      &finished,
      [
        (10, .drainByMove, [move, .awaitMove]),
        (12, .clientFinished, [.over, .closeClient(.normal), .unpublish, .dispose]),
      ])
    var staying = live()
    expect(
      &staying,
      [
        (10, .drainByMove, [move, .awaitMove]), (16, .moveOverdue, [move, .awaitMove]),
        (22, .moveOverdue, [.closeClient(.restart)]), (22.1, .clientLost, [.awaitClient]),
      ])
    var freed = live(takesOver: false)
    expect(&freed, [(10, .drainByMove, [.closeClient(.restart)])])
  }

  @Test("draining while the client is away")
  func drainWithoutClient() {
    var kept = live()
    expect(
      &kept,
      [(9, .clientLost, [.awaitClient]), (10, .drain, []), (29, .clientOverdue, [.unpublish, .dispose])])
    var freed = live(takesOver: false)
    expect(&freed, [(9, .clientLost, [.awaitClient]), (10, .drain, [.unpublish, .dispose])])
  }

  @Test("any events in any order: disposed once and last, what was opened is closed, nothing follows the end")
  func anyOrder() {
    var random = SystemRandomNumberGenerator()
    let events: [Machine.Event] = [
      .mediaBegan, .connected, .connected, .connectFailed(passing), .connectFailed(refusal), .lost(passing), .retryDue,
      .retryDue, .clientFinished, .clientLost, .clientReturned, .clientOverdue, .end(.refused, bitrate), .drain,
      .drainByMove, .moveOverdue,
    ]
    for _ in 0..<5000 {
      var machine = machine(takesOver: Bool.random(using: &random), resumes: Bool.random(using: &random))
      var (now, isOpen, disposals) = (0.0, false, 0)
      for _ in 0..<60 {
        now += Double.random(in: 0...8, using: &random)
        let event = events.randomElement(using: &random) ?? .drain
        let effects = machine.handle(event, at: at(now), jitter: .random(in: 0...1, using: &random))
        #expect(disposals == 0 || effects.isEmpty)
        for effect in effects {
          switch effect {
          case .beginSending:
            #expect(!isOpen)
            isOpen = true
          case .abandonIngest: isOpen = false
          case .unpublish: if event != .connected { isOpen = false }
          case .dispose: disposals += 1
          default: break
          }
        }
        #expect((machine.ingest == .ended) == (disposals == 1))
        if disposals > 0 { #expect(effects.isEmpty || effects.last == .dispose && !isOpen) }
        #expect(isOpen == (machine.ingest == .live))
      }
    }
  }
}
