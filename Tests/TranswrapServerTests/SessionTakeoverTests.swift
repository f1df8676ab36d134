import Media
import Networking
import RTMP
import Testing
import Transwrap

@testable import TranswrapServer

extension SessionStateMachineTests {
  @Test("a lost connection is made again with rising priority, where the ingest knows takeovers")
  func takeover() {
    var machine = live()
    expect(
      &machine,
      [
        (100, .lost(passing), [.abandonIngest, .waiting(1, passing), .retry(1)]),
        (100.1, .retryDue, [.connecting(1), .connect(priority: 1)]),
        (101, .connectFailed(passing), [.waiting(2, passing), .retry(2)]),
        (101.2, .retryDue, [.connecting(2), .connect(priority: 1)]), (102, .connected, [.beginSending, .live]),
        (200, .lost(passing), [.abandonIngest, .waiting(1, passing), .retry(1)]),
        (200.1, .retryDue, [.connecting(1), .connect(priority: 2)]),
      ])
    #expect(machine.reconnects == 1)
  }

  @Test("who was taken over on purpose does not outbid the other again and again")
  func deliberateTakeover() {
    var machine = live()
    let ended = RTMPError.connection(.closedByServer(.publishing, at: "ingest:443"))
    expect(
      &machine,
      [
        (100, .lost(ended), [.abandonIngest, .waiting(1, ended), .retry(1)]),
        (100.1, .retryDue, [.connecting(1), .connect(priority: 1)]), (101, .connected, [.beginSending, .live]),
        (101.5, .lost(ended), [.abandonIngest, .waiting(2, ended), .retry(2)]),
        (102, .retryDue, [.connecting(2), .connect(priority: 1)]), (103, .connected, [.beginSending, .live]),
        (103.5, .lost(ended), [.abandonIngest, .waiting(3, ended), .retry(3)]),
        (105, .retryDue, [.connecting(3), .connect(priority: 1)]),
      ])
  }

  @Test("where it does not, no priority is ever given")
  func noTakeover() {
    var machine = live(takesOver: false)
    expect(
      &machine,
      [
        (100, .lost(passing), [.abandonIngest, .waiting(1, passing), .retry(1)]),
        (100.1, .retryDue, [.connecting(1), .connect(priority: nil)]), (102, .connected, [.beginSending, .live]),
      ])
  }

  @Test("a session that began elsewhere takes over at once, and goes on from that priority")
  func priorities() {
    let takeover = Takeover(isRequested: true, wallSeconds: 1_795_600_800)
    let first = 1_795_600_800 - 1_577_836_800
    var machine = machine(takeover: takeover)
    expect(
      &machine,
      [
        (0, .mediaBegan, [.connecting(1), .connect(priority: first)]),
        (1, .connected, [.beginSending, .live]),
        (100, .lost(passing), [.abandonIngest, .waiting(1, passing), .retry(1)]),
        (101, .retryDue, [.connecting(1), .connect(priority: first + 1)]),
        (102, .connectFailed(passing), [.waiting(2, passing), .retry(2)]),
        (103, .retryDue, [.connecting(2), .connect(priority: first + 1)]),
      ])
  }

  @Test("after being live a refusal is tried again too: the ingest may not yet know that the old connection is gone")
  func refusedLater() {
    var machine = live()
    expect(
      &machine,
      [
        (100, .lost(passing), [.abandonIngest, .waiting(1, passing), .retry(1)]),
        (100.1, .retryDue, [.connecting(1), .connect(priority: 1)]),
        (100.2, .connectFailed(refusal), [.waiting(2, refusal), .retry(2)]),
      ])
  }

  @Test("trying again has an end, counted from when the connection broke")
  func timeout() {
    var machine = live(timeout: .seconds(30))
    _ = machine.handle(.lost(passing), at: at(100), jitter: 0)
    _ = machine.handle(.retryDue, at: at(129), jitter: 0)
    expect(&machine, [(129.9, .connectFailed(passing), [.waiting(2, passing), .retry(2)])])
    _ = machine.handle(.retryDue, at: at(130), jitter: 0)
    let effects = machine.handle(.connectFailed(passing), at: at(130), jitter: 0)
    #expect(effects.first?.errorCode == "ingest-failed")
    #expect(effects.dropFirst() == [.closeClient(.failed), .dispose])
  }

  @Test("an ingest that says yes and hangs up at once again and again is asked ever more seldom, until time is up")
  func flapping() {
    var machine = live(timeout: .seconds(60))
    var (now, attempts) = (100.0, [Int]())
    while machine.ingest != .ended && attempts.count < 1000 {
      for effect in machine.handle(.lost(passing), at: at(now), jitter: 1) {
        if case .scheduleRetry(let delay) = effect { now += delay.inSeconds }
      }
      guard case .waiting(let attempt) = machine.ingest else { break }
      attempts.append(attempt)
      _ = machine.handle(.retryDue, at: at(now), jitter: 1)
      now += 0.2
      _ = machine.handle(.connected, at: at(now), jitter: 1)
      now += 0.1
    }
    #expect(machine.ingest == .ended)
    #expect(attempts == Array(1...attempts.count))
    #expect(attempts.count < 15)
  }

  @Test("once it holds again for 5 s, attempts and time begin anew")
  func stableAgain() {
    var machine = live(timeout: .seconds(60))
    expect(
      &machine,
      [
        (100, .lost(passing), [.abandonIngest, .waiting(1, passing), .retry(1)]),
        (101, .retryDue, [.connecting(1), .connect(priority: 1)]), (102, .connected, [.beginSending, .live]),
        (103, .lost(passing), [.abandonIngest, .waiting(2, passing), .retry(2)]),
        (104, .retryDue, [.connecting(2), .connect(priority: 2)]), (105, .connected, [.beginSending, .live]),
        (170, .lost(passing), [.abandonIngest, .waiting(1, passing), .retry(1)]),
      ])
  }
}
