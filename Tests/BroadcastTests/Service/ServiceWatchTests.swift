import IVS
import Interface
import Media
import Testing

@testable import Broadcast

@Suite("Watching a stream at IVS")
struct ServiceWatchTests {
  private static func time(_ seconds: Double) -> MediaTime { MediaTime(nanoseconds: Int64(seconds * 1e9)) }

  private static func watch(figures: Bool = false) throws -> ServiceWatch {
    let arn = try #require(ChannelARN("arn:aws:ivs:us-west-2:123456789012:channel/A"))
    var channel = IVSChannel(arn: arn)
    (channel.type, channel.latencyMode) = ("BASIC", "LOW")
    return ServiceWatch(channel: channel, wantsFigures: figures)
  }

  private static func stream(_ health: String, id: String = "st-1", viewers: Int = 3) throws -> IVSStream {
    var stream = IVSStream(channelArn: try #require(ChannelARN("arn:aws:ivs:us-west-2:123456789012:channel/A")))
    (stream.state, stream.health, stream.streamId, stream.viewerCount) = ("LIVE", health, id, viewers)
    stream.startTime = Timestamp(seconds: 1000)
    return stream
  }

  private static func session(_ names: [String], id: String = "st-1") -> IVSStreamSession {
    var session = IVSStreamSession()
    session.streamId = id
    session.truncatedEvents = names.enumerated().map {
      .init(name: $1, eventTime: Timestamp(seconds: 1000 + Double($0)))
    }
    return session
  }

  /// Asks each second and answers by `answer`; gives the seconds at which GetStream was asked.
  private static func asked(
    _ watch: inout ServiceWatch, seconds: Range<Int>, answer: (Int) throws -> IVSStream?
  ) rethrows -> [Int] {
    var asked: [Int] = []
    for second in seconds {
      for question in watch.questions(at: time(Double(second))) where question == .stream {
        asked.append(second)
        _ = watch.answered(try answer(second), at: time(Double(second)))
      }
    }
    return asked
  }

  @Test("it is asked each five seconds until IVS shows the stream, then each fifteen")
  func pace() throws {
    var watch = try Self.watch()
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    let live = try Self.stream("HEALTHY")
    let asked = Self.asked(&watch, seconds: 0..<50) { $0 >= 10 ? live : nil }
    #expect(asked == [2, 7, 12, 27, 42])
    #expect(watch.health(wallSeconds: 1000).state == .live)
    #expect(watch.health(wallSeconds: 1000).health == "HEALTHY")
    #expect(watch.health(wallSeconds: 1000).viewers == 3)
    #expect(watch.health(wallSeconds: 1000).channelType == "BASIC")
  }

  @Test("a question that is not answered yet is not asked again")
  func once() throws {
    var watch = try Self.watch()
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    #expect(watch.questions(at: Self.time(2)) == [.stream])
    #expect(watch.questions(at: Self.time(60)) == [])
  }

  @Test("on air is said once for a stream, and its session is read then")
  func onAir() throws {
    var watch = try Self.watch()
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    _ = watch.questions(at: Self.time(2))
    #expect(watch.answered(try Self.stream("HEALTHY"), at: Self.time(2)) == [.onAir(streamID: "st-1", isNew: true)])
    #expect(watch.questions(at: Self.time(3)) == [.session])
    let news = watch.answered(session: Self.session(["Session Created", "Stream Start"]), at: Self.time(3))
    #expect(news == [.event(name: "Session Created", code: nil), .event(name: "Stream Start", code: nil)])
    #expect(watch.health(wallSeconds: 1000).events.map(\.name) == ["Stream Start", "Session Created"])
    #expect(watch.answered(session: Self.session(["Session Created", "Stream Start"]), at: Self.time(4)) == [])
    #expect(watch.answered(try Self.stream("HEALTHY"), at: Self.time(17)) == [])
    #expect(watch.answered(try Self.stream("STARVING"), at: Self.time(32)) == [.health("STARVING")])
    #expect(
      watch.answered(try Self.stream("HEALTHY", id: "st-2"), at: Self.time(47)) == [
        .onAir(streamID: "st-2", isNew: true)
      ])
  }

  @Test("viewers that could not be counted are those of before")
  func viewers() throws {
    var watch = try Self.watch()
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    _ = watch.answered(try Self.stream("HEALTHY", viewers: 7), at: Self.time(2))
    _ = watch.answered(try Self.stream("HEALTHY", viewers: -1), at: Self.time(17))
    #expect(watch.health(wallSeconds: 1000).viewers == 7)
  }

  @Test("after a lost connection the session is read and the reason told; after a wished end nothing is asked")
  func autopsy() throws {
    var watch = try Self.watch()
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    _ = watch.questions(at: Self.time(2))
    _ = watch.answered(try Self.stream("HEALTHY"), at: Self.time(2))
    watch.disconnected(isWished: false, at: Self.time(20))
    // A connection that is back at once does not make the reason less interesting.
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(20.5))
    #expect(watch.lost?.streamID == "st-1")
    #expect(watch.questions(at: Self.time(21)).contains(.autopsy))
    let news = watch.answered(
      autopsy: Self.session(["Session Created", "Stream Start", "Stream Takeover"]), at: Self.time(22))
    guard case .explained(let finding) = news.last else {
      Issue.record("\(news)")
      return
    }
    #expect(finding.cause == .takenOver)
    #expect(watch.health(wallSeconds: 1000).explanation == finding.text)
    var ended = try Self.watch()
    ended.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    ended.disconnected(isWished: true, at: Self.time(1))
    #expect(ended.questions(at: Self.time(100)) == [])
  }

  @Test("CloudWatch is asked each thirty seconds, and only where figures are wanted")
  func figures() throws {
    var watch = try Self.watch(figures: true)
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    var asked: [Int] = []
    for second in 0..<80 where watch.questions(at: Self.time(Double(second))).contains(.figures) {
      asked.append(second)
      var figures = IngestMetrics()
      (figures.videoBitrate, figures.time) = (2_400_000, Timestamp(seconds: 990))
      watch.answered(figures: figures, at: Self.time(Double(second)))
    }
    #expect(asked == [15, 45, 75])
    #expect(watch.health(wallSeconds: 1000).received?.videoKilobits == 2400)
    #expect(watch.health(wallSeconds: 1000).received?.ageSeconds == 10)
    watch.wantsFigures = false
    #expect(!watch.questions(at: Self.time(500)).contains(.figures))
  }

  @Test("a stream that began before this connection is another broadcaster's, unless it was taken over")
  func foreign() throws {
    var watch = try Self.watch()
    watch.connected(wallSeconds: 2000, hadPriority: false, at: Self.time(0))
    #expect(watch.answered(try Self.stream("HEALTHY"), at: Self.time(2)) == [.foreign])
    #expect(watch.answered(try Self.stream("HEALTHY"), at: Self.time(7)) == [])
    #expect(watch.health(wallSeconds: 2000).state == .offline)
    var taking = try Self.watch()
    taking.connected(wallSeconds: 2000, hadPriority: true, at: Self.time(0))
    #expect(taking.answered(try Self.stream("HEALTHY"), at: Self.time(2)) == [.onAir(streamID: "st-1", isNew: true)])
  }

  @Test("a connection that is made again is on air when IVS says so anew, and that is not news for the same stream")
  func again() throws {
    var watch = try Self.watch()
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    _ = watch.answered(try Self.stream("HEALTHY"), at: Self.time(2))
    watch.disconnected(isWished: false, at: Self.time(20))
    watch.connected(wallSeconds: 1021, hadPriority: true, at: Self.time(21))
    #expect(watch.health(wallSeconds: 1021).state == .unknown)
    #expect(watch.answered(try Self.stream("HEALTHY"), at: Self.time(23)) == [])
    #expect(watch.isShown)
  }

  @Test("what the policy does not allow is not asked again")
  func forbidden() throws {
    var watch = try Self.watch(figures: true)
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    let error = IVSError.accessDenied(operation: "GetMetricData", credentials: "x", message: "")
    #expect(watch.failed(.figures, error, at: Self.time(15)).count == 1)
    #expect(!(0..<300).contains { watch.questions(at: Self.time(Double($0))).contains(.figures) })
  }

  @Test("what cannot be asked is not known, and that is said once")
  func failures() throws {
    var watch = try Self.watch()
    watch.connected(wallSeconds: 1000, hadPriority: false, at: Self.time(0))
    _ = watch.questions(at: Self.time(2))
    _ = watch.answered(try Self.stream("HEALTHY"), at: Self.time(2))
    let error = IVSError.throttled(operation: "GetStream")
    #expect(watch.failed(.stream, error, at: Self.time(17)) == [.unknown("\(error)")])
    #expect(watch.failed(.stream, error, at: Self.time(32)) == [])
    // One answer that is missing does not take a stream off the air.
    #expect(watch.health(wallSeconds: 1000).state == .live)
    #expect(watch.health(wallSeconds: 1000).problem == "\(error)")
    _ = watch.questions(at: Self.time(63))
    #expect(watch.health(wallSeconds: 1000).state == .unknown)
    _ = watch.answered(try Self.stream("HEALTHY"), at: Self.time(64))
    #expect(watch.health(wallSeconds: 1000).problem == nil)
  }

  @Test(
    "what arrives beside what is sent",
    arguments: [
      (ServiceHealth.State.live, "HEALTHY", 2400, 30.0, 2.0, 60.0, nil),
      (.live, "HEALTHY", 1500, 30, 2, 60, "receives 1500 kbit/s of the 2500"),
      (.live, "HEALTHY", 2400, 20, 2, 60, "20 of 30"),
      (.live, "HEALTHY", 2400, 30, 8, 60, "key frame each 8 s"), (.live, "STARVING", 2400, 30, 2, 60, "starving"),
      (.offline, "OFFLINE", 0, 0, 0, 40, "sent for 40 s, but IVS shows no stream"),
      (.offline, "OFFLINE", 0, 0, 0, 20, nil),
      (.unknown, "UNKNOWN", 0, 0, 0, 100, nil), (.live, "HEALTHY", 1500, 30, 2, 10, nil),
    ] as [(ServiceHealth.State, String, Int, Double, Double, Double, String?)])
  func divergence(
    state: ServiceHealth.State, word: String, kilobits: Int, rate: Double, keyframes: Double, seconds: Double,
    expected: String?
  ) {
    var health = ServiceHealth(health: word)
    health.state = state
    var received = ServiceHealth.Received()
    (received.videoKilobits, received.framesPerSecond, received.keyframeSeconds) = (kilobits, rate, keyframes)
    health.received = received
    let alarm = Divergence.alarm(
      health, Divergence.Sent(videoKilobits: 2500, framesPerSecond: 30, seconds: seconds))
    #expect((alarm == nil) == (expected == nil), "\(alarm ?? "-")")
    if let expected { #expect(alarm?.contains(expected) == true, "\(alarm ?? "-")") }
  }

  @Test("good needs IVS's word where IVS can be asked, and an alarm of it is bad")
  func verdict() {
    var evidence = Verdict.Evidence()
    evidence.hasDelivered = true
    #expect(Verdict.judge(evidence).level == .good)
    evidence.awaitsService = true
    #expect(Verdict.judge(evidence).level == .pending)
    evidence.serviceAlarm = "IVS is starving"
    #expect(Verdict.judge(evidence) == Verdict(level: .bad, reason: "IVS is starving"))
  }
}
