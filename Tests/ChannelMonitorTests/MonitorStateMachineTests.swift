import IVS
import Interface
import Media
import TestSupport
import Testing

@testable import ChannelMonitor

private func at(_ seconds: Double) -> MediaTime { MediaTime(nanoseconds: Int64(seconds * 1e9)) }

/// A machine with its clock, fed with events; what it says is kept.
private struct Rig {
  var machine: MonitorStateMachine
  /// When each question was asked, in seconds.
  var asked: [MonitorStateMachine.Question: [Double]] = [:]

  init(figures: Bool = false) throws {
    var channel = IVSChannel(arn: try #require(ChannelARN("arn:aws:ivs:us-west-2:123456789012:channel/A")))
    (channel.type, channel.latencyMode) = ("BASIC", "LOW")
    machine = MonitorStateMachine(channel: channel, wantsFigures: figures)
  }

  /// Takes an event; answers what is told.
  @discardableResult
  mutating func take(_ event: MonitorStateMachine.Event, at seconds: Double) -> [MonitorStateMachine.Notice] {
    machine.handle(event, at: at(seconds)).compactMap { effect in
      switch effect {
      case .ask(let question):
        asked[question, default: []].append(seconds)
        return nil
      case .tell(let notice): return notice
      }
    }
  }

  /// Lets time go by as the monitor does: to the next due time and no look in between; each question is answered at once.
  mutating func run(until end: Double, answer: (MonitorStateMachine.Question, Double) -> MonitorStateMachine.Event) {
    while let due = machine.nextDue, due < at(end) {
      let seconds = due.seconds
      for effect in machine.handle(.due, at: due) {
        guard case .ask(let question) = effect else { continue }
        asked[question, default: []].append(seconds)
        _ = machine.handle(answer(question, seconds), at: due)
      }
    }
  }

  func health(at seconds: Double = 0, wallSeconds: Double = 1000) -> ServiceHealth {
    machine.health(videoKilobits: 2500, framesPerSecond: 30, wallSeconds: wallSeconds, at: at(seconds))
  }
}

private func stream(_ health: String, id: String = "st-1", viewers: Int = 3) throws -> IVSStream {
  var stream = IVSStream(channelArn: try #require(ChannelARN("arn:aws:ivs:us-west-2:123456789012:channel/A")))
  (stream.state, stream.health, stream.streamId, stream.viewerCount) = ("LIVE", health, id, viewers)
  stream.startTime = Timestamp(seconds: 1000)
  return stream
}

private func session(_ names: [String], id: String = "st-1") -> IVSStreamSession {
  var session = IVSStreamSession()
  session.streamId = id
  session.truncatedEvents = names.enumerated().map {
    .init(name: $1, eventTime: Timestamp(seconds: 1000 + Double($0)))
  }
  return session
}

private let made = MonitorStateMachine.Event.connected(wallSeconds: 1000, hadPriority: false)
private let lost = MonitorStateMachine.Event.disconnected(isRequested: false)

@Suite("Following a stream at IVS: events and effects")
struct MonitorStateMachineTests {
  @Test("it is asked each five seconds until IVS shows the stream, then each fifteen")
  func pace() throws {
    var rig = try Rig()
    rig.take(made, at: 0)
    let live = try stream("HEALTHY")
    rig.run(until: 50) { question, seconds in
      question == .stream
        ? .answered(.stream(seconds >= 10 ? live : nil)) : .answered(.session(nil))
    }
    #expect(rig.asked[.stream] == [2, 7, 12, 27, 42])
    #expect(rig.asked[.session] == [13])
    #expect(rig.health().state == .live)
    #expect(rig.health().health == "HEALTHY")
    #expect(rig.health().viewers == 3)
    #expect(rig.health().channelType == "BASIC")
  }

  @Test("a question that is not answered yet is not asked again")
  func once() throws {
    var rig = try Rig()
    rig.take(made, at: 0)
    rig.take(.due, at: 2)
    rig.take(.due, at: 60)
    #expect(rig.asked == [.stream: [2]])
    #expect(rig.machine.nextDue == nil)
  }

  @Test("on air is said once for a stream, and its session is read then")
  func onAir() throws {
    var rig = try Rig()
    rig.take(made, at: 0)
    rig.take(.due, at: 2)
    #expect(rig.take(.answered(.stream(try stream("HEALTHY"))), at: 2) == [.onAir(streamID: "st-1", isNew: true)])
    rig.take(.due, at: 3)
    #expect(rig.asked[.session] == [3])
    let events = session(["Session Created", "Stream Start"])
    #expect(
      rig.take(.answered(.session(events)), at: 3) == [
        .event(name: "Session Created", code: nil), .event(name: "Stream Start", code: nil),
      ])
    #expect(rig.health().events.map(\.name) == ["Stream Start", "Session Created"])
    #expect(rig.take(.answered(.session(events)), at: 4) == [])
    #expect(rig.take(.answered(.stream(try stream("HEALTHY"))), at: 17) == [])
    #expect(rig.take(.answered(.stream(try stream("STARVING"))), at: 32) == [.health("STARVING")])
    #expect(
      rig.take(.answered(.stream(try stream("HEALTHY", id: "st-2"))), at: 47) == [
        .onAir(streamID: "st-2", isNew: true)
      ])
  }

  @Test("viewers that could not be counted are those of before")
  func viewers() throws {
    var rig = try Rig()
    rig.take(made, at: 0)
    rig.take(.answered(.stream(try stream("HEALTHY", viewers: 7))), at: 2)
    rig.take(.answered(.stream(try stream("HEALTHY", viewers: -1))), at: 17)
    #expect(rig.health().viewers == 7)
  }

  @Test("after a lost connection the session is read and the reason told; after a wanted end nothing is asked")
  func explanation() throws {
    var rig = try Rig()
    rig.take(made, at: 0)
    rig.take(.due, at: 2)
    rig.take(.answered(.stream(try stream("HEALTHY"))), at: 2)
    rig.take(lost, at: 20)
    // A connection that is back at once does not make the reason less interesting.
    rig.take(made, at: 20.5)
    #expect(rig.machine.lost?.streamID == "st-1")
    rig.take(.due, at: 21)
    #expect(rig.asked[.explanation] == [21])
    let notice = rig.take(
      .answered(.explanation(session(["Session Created", "Stream Start", "Stream Takeover"]))), at: 22)
    guard case .explained(let finding) = notice.last else {
      Issue.record("\(notice)")
      return
    }
    #expect(finding.cause == .takenOver)
    #expect(rig.health().explanation == finding.text)
    var ended = try Rig()
    ended.take(made, at: 0)
    ended.take(.disconnected(isRequested: true), at: 1)
    #expect(ended.machine.nextDue == nil)
    #expect(ended.take(.due, at: 100) == [] && ended.asked.isEmpty)
  }

  @Test("an explanation that cannot be had is asked for four times at most")
  func noExplanation() throws {
    var rig = try Rig()
    rig.take(made, at: 0)
    rig.take(lost, at: 10)
    rig.run(until: 300) { question, _ in .failed(question, .throttled(operation: "GetStreamSession")) }
    #expect(rig.asked == [.explanation: [11, 16, 21, 26]])
  }

  @Test("CloudWatch is asked each thirty seconds, and only where figures are wanted")
  func figures() throws {
    var rig = try Rig(figures: true)
    rig.take(made, at: 0)
    var figures = IngestMetrics()
    (figures.videoBitrate, figures.time) = (2_400_000, Timestamp(seconds: 990))
    rig.run(until: 80) { question, _ in question == .figures ? .answered(.figures(figures)) : .answered(.stream(nil)) }
    #expect(rig.asked[.figures] == [15, 45, 75])
    #expect(rig.health().received?.videoKilobits == 2400)
    #expect(rig.health().received?.ageSeconds == 10)
    rig.take(.figuresRequested(false), at: 90)
    #expect(rig.health().received == nil)
    rig.run(until: 500) { _, _ in .answered(.stream(nil)) }
    #expect(rig.asked[.figures] == [15, 45, 75])
    rig.take(.figuresRequested(true), at: 500)
    #expect(rig.asked[.figures] == [15, 45, 75, 500])
  }

  @Test("a stream that began before this connection is another broadcaster's, unless it was taken over")
  func foreign() throws {
    var rig = try Rig()
    rig.take(.connected(wallSeconds: 2000, hadPriority: false), at: 0)
    #expect(rig.take(.answered(.stream(try stream("HEALTHY"))), at: 2) == [.foreign])
    #expect(rig.take(.answered(.stream(try stream("HEALTHY"))), at: 7) == [])
    #expect(rig.health().state == .offline)
    var taking = try Rig()
    taking.take(.connected(wallSeconds: 2000, hadPriority: true), at: 0)
    #expect(taking.take(.answered(.stream(try stream("HEALTHY"))), at: 2) == [.onAir(streamID: "st-1", isNew: true)])
  }

  @Test("a connection that is made again is on air when IVS says so anew, and that is not notice for the same stream")
  func again() throws {
    var rig = try Rig()
    rig.take(made, at: 0)
    rig.take(.answered(.stream(try stream("HEALTHY"))), at: 2)
    rig.take(lost, at: 20)
    #expect(!rig.machine.isShown)
    rig.take(.connected(wallSeconds: 1021, hadPriority: true), at: 21)
    #expect(rig.health().state == .unknown)
    #expect(rig.take(.answered(.stream(try stream("HEALTHY"))), at: 23) == [])
    #expect(rig.machine.isShown)
  }

  @Test("what the policy does not allow is not asked again")
  func forbidden() throws {
    var rig = try Rig(figures: true)
    rig.take(made, at: 0)
    let error = IVSError.accessDenied(operation: "GetMetricData", credentials: "x", message: "")
    #expect(rig.take(.failed(.figures, error), at: 15).count == 1)
    rig.run(until: 300) { _, _ in .answered(.stream(nil)) }
    #expect(rig.asked[.figures] == nil)
  }

  @Test("what cannot be asked is not known, and that is said once")
  func failures() throws {
    var rig = try Rig()
    rig.take(made, at: 0)
    rig.take(.due, at: 2)
    rig.take(.answered(.stream(try stream("HEALTHY"))), at: 2)
    let error = IVSError.throttled(operation: "GetStream")
    #expect(rig.take(.failed(.stream, error), at: 17) == [.unknown("\(error)")])
    #expect(rig.take(.failed(.stream, error), at: 32) == [])
    // One answer that is missing does not take a stream off the air.
    #expect(rig.health().state == .live)
    #expect(rig.health().problem == "\(error)")
    rig.take(.due, at: 63)
    #expect(rig.health().state == .unknown)
    rig.take(.answered(.stream(try stream("HEALTHY"))), at: 64)
    #expect(rig.health().problem == nil)
  }

  @Test("a look at the health changes nothing")
  func query() throws {
    var rig = try Rig(figures: true)
    rig.take(made, at: 0)
    rig.take(.bitrateChanged, at: 3)
    let first = rig.health(at: 60)
    _ = rig.health(at: 10)
    #expect(rig.health(at: 60) == first)
  }

  @Test("a random walk: nothing is asked twice at once, and due times lie ahead")
  func randomWalk() async throws {
    let shown = try stream("HEALTHY")
    let other = try stream("STARVING", id: "st-2")
    await Fuzz("monitor state machine", count: 2000).run { random in
      guard var rig = try? Rig(figures: Bool.random(using: &random)) else { return }
      var open: Set<MonitorStateMachine.Question> = []
      var now = 0.0
      for _ in 0..<80 {
        now += Double(random.below(200)) / 10
        var event = MonitorStateMachine.Event.due
        switch random.below(8) {
        case 0: event = .connected(wallSeconds: 1000 + now, hadPriority: Bool.random(using: &random))
        case 1: event = .disconnected(isRequested: Bool.random(using: &random))
        case 2: event = .figuresRequested(Bool.random(using: &random))
        case 3...5:
          guard let question = open.randomElement(using: &random) else { break }
          open.remove(question)
          guard random.below(4) > 0 else {
            event = .failed(question, .throttled(operation: "x"))
            break
          }
          event =
            switch question {
            case .stream: .answered(.stream([shown, other, nil].randomElement(using: &random) ?? nil))
            case .session: .answered(.session(session(["Stream Start"])))
            case .explanation: .answered(.explanation(nil))
            case .figures: .answered(.figures(IngestMetrics()))
            }
        default: break
        }
        for case .ask(let question) in rig.machine.handle(event, at: at(now)) {
          #expect(open.insert(question).inserted, "\(question) was asked twice")
        }
        if let due = rig.machine.nextDue { #expect(due > at(now)) }
        if rig.machine.connection == nil { #expect(!rig.machine.isShown) }
      }
    }
  }
}
