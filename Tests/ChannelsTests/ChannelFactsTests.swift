import Foundation
import IVS
import Testing

@testable import ivs_broadcast

@Suite("Everything about one channel")
struct ChannelFactsTests {
  private func text(
    _ channel: IVSChannel, _ state: LiveState = .offline, _ newest: ChannelFacts.NewestStream = .none,
    metrics: String? = nil
  ) -> String {
    ChannelFacts(channel: channel, state: state, newest: newest, metrics: metrics).lines.joined(separator: "\n")
  }

  @Test("in words, with its limits, ingest and playback URL")
  func offline() throws {
    let text = text(try Sample.channel())
    #expect(
      text == """
        venue
          ARN            \(Sample.arn)
          Type           basic
          Takes          at most 1500 kbit/s up to 480p and 3500 kbit/s above, sound included; 1920 pixels an edge and \
        2,073,600 in all
          Latency        low: viewers are under 5 s behind
          Ingest         rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app
          In the clear   refused
          SRT            srt://a1b2c3.srt.live-video.net:9000
          Playback       https://x.us-west-2.playback.live-video.net/a.m3u8
          Viewers need   nothing
          Recording      off
          Tags           floor=ground, room=2
          State          offline
          Newest stream  none in the last 60 days
        """)
  }

  @Test("live, with its health and figures; its history with the end in words")
  func live() throws {
    let session = try Sample.session(ended: true, events: Sample.usualEvents)
    let text = text(
      try Sample.channel(), .live(try Sample.stream()), .session(session), metrics: "2600 kbit/s in all")
    #expect(text.contains("State          live, healthy, 12 viewers, since 2026-11-24T10:00:00Z"))
    #expect(text.contains("CloudWatch     2600 kbit/s in all"))
    #expect(text.contains("It sent        picture 1280x720"))
    #expect(text.contains("Events         2026-11-24T11:02:03Z  Session Ended"))
    #expect(text.contains("It ended       IVS saw the stream end"))
  }

  @Test("what cannot be told is a word, not a failure")
  func unknown() throws {
    let text = text(
      try Sample.channel(), .unknown("GetStream: denied"), .unknown("denied too"), metrics: "no figures yet")
    #expect(text.contains("CloudWatch     no figures yet"))
    #expect(text.contains("State          unknown: GetStream: denied"))
    #expect(text.contains("Newest stream  unknown: denied too"))
  }

  @Test("many events are cut, and the rest is counted")
  func manyEvents() throws {
    let events = (0..<40).map { "{\"name\": \"Starvation Start\", \"eventTime\": \"2026-11-24T10:01:\(10 + $0)Z\"}" }
    let session = try Sample.session(ended: false, events: events.joined(separator: ","))
    let text = text(try Sample.channel(), .offline, .session(session))
    #expect(text.components(separatedBy: "Starvation Start").count == 13)
    #expect(text.contains("and 28 before"))
  }

  @Test("the passphrase is in neither form, nor in a dump")
  func passphrase() throws {
    let channel = try Sample.channel()
    let json = String(decoding: try JSONEncoder().encode(ChannelReport(channel, .offline)), as: UTF8.self)
    var dumped = ""
    dump(channel, to: &dumped)
    for text in [text(channel), json, dumped, "\(channel)"] {
      #expect(!text.contains(Sample.passphrase), "\(text)")
    }
  }

  @Test("figures of any size are words")
  func figures() {
    var metrics = IngestMetrics()
    #expect(metrics.words == "no figures yet")
    (metrics.bitrate, metrics.videoBitrate, metrics.frameRate) = (2_634_000, 1e300, .nan)
    metrics.keyframeInterval = 2.04
    #expect(metrics.words.hasPrefix("2634 kbit/s in all, picture 1000000000000000 kbit/s"))
    #expect(metrics.words.contains("a keyframe each 2.0 s"))
  }
}

@Suite("JSON of channels")
struct ChannelReportTests {
  private func object(_ value: some Encodable) throws -> [String: Any] {
    let data = try JSONEncoder().encode(value)
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("has what scripts need; what is empty is left out")
  func channel() throws {
    let object = try object(ChannelReport(try Sample.channel(), .live(try Sample.stream())))
    #expect(
      object.keys.sorted() == [
        "arn", "authorized", "containerFormat", "ingestUrl", "insecureIngest", "latency", "name", "playbackUrl",
        "srtEndpoint", "state", "stream", "tags", "type",
      ])
    #expect(object["state"] as? String == "live")
    let stream = try #require(object["stream"] as? [String: Any])
    #expect(stream["viewers"] as? Int == 12 && stream["health"] as? String == "healthy")
    #expect(stream["startTime"] as? String == "2026-11-24T10:00:00Z")
    #expect(object["ingestUrl"] as? String == "rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app")
  }

  @Test("a summary without a state says nothing of either")
  func summary() throws {
    let object = try object(ChannelReport(try Sample.summary(1, "a")))
    #expect(object["state"] == nil && object["ingestUrl"] == nil && object["playbackUrl"] == nil)
  }

  @Test("a stream has its events and its end in words")
  func session() throws {
    let object = try object(SessionReport(try Sample.session(ended: true, events: Sample.usualEvents)))
    #expect((object["events"] as? [Any])?.count == 3)
    #expect((object["end"] as? String)?.isEmpty == false)
    #expect((object["video"] as? [String: Any])?["videoWidth"] as? Int == 1280)
  }
}
