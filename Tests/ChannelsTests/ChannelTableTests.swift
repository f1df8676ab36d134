import IVS
import Testing

@testable import ivs_broadcast

@Suite("Channels as a table")
struct ChannelTableTests {
  private func rows() throws -> [(channel: IVSChannel, state: LiveState)] {
    [
      (try Sample.summary(1, "stage"), .live(try Sample.stream())),
      (
        try Sample.summary(
          2, "studio-with-a-rather-long-name-2",
          "\"insecureIngest\": true, \"authorized\": true, \"recordingConfigurationArn\": \"arn:aws:ivs:x\""), .offline
      ),
      (try Sample.summary(3, ""), .unknown("denied")),
    ]
  }

  private func lines(_ width: Int?) throws -> [String] {
    let rows = try rows()
    let table = ChannelTable(rows, width: width)
    return [table.header] + rows.map { table.line($0.channel, $0.state) }
  }

  @Test("elsewhere than on a terminal everything is there")
  func whole() throws {
    #expect(
      try lines(nil) == [
        "NAME                              TYPE      LATENCY  STATE  HEALTH   VIEWERS  MARKS                      ARN",
        "stage                             standard  low      live   healthy  12                                  "
          + "arn:aws:ivs:us-west-2:123456789012:channel/Summary1",
        "studio-with-a-rather-long-name-2  standard  low      -                        recorded,insecure,private  "
          + "arn:aws:ivs:us-west-2:123456789012:channel/Summary2",
        "(no name)                         standard  low      ?                                                   "
          + "arn:aws:ivs:us-west-2:123456789012:channel/Summary3",
      ])
  }

  @Test("on a terminal every line fits it; the name, the state and the end of the ARN stay", arguments: [60, 80, 120])
  func fits(width: Int) throws {
    let lines = try lines(width)
    for line in lines { #expect(line.count <= width, "\(line)") }
    #expect(lines[0].contains("NAME") && lines[0].contains("STATE") && lines[0].contains("ARN"))
    #expect(lines[1].contains("stage") && lines[1].contains("live") && lines[1].contains("…/Summary1"))
    #expect(lines[2].hasPrefix("studio-wi"))
  }

  @Test("a viewer count that timed out is no number")
  func viewers() throws {
    let row = (try Sample.summary(1, "a"), LiveState.live(try Sample.stream("\"viewerCount\": -1")))
    #expect(!ChannelTable([row], width: nil).line(row.0, row.1).contains("-1"))
  }

  @Test(
    "a filter is a part of the name or the ARN, whatever its case",
    arguments: [(nil, true), ("", true), ("STAGE", true), ("tag", true), ("Summary1", true), ("studio", false)])
  func filter(filter: String?, isMatch: Bool) throws {
    #expect(ChannelFilter.matches(try Sample.summary(1, "stage"), filter) == isMatch)
  }
}

@Suite("A channel's streams as a table")
struct SessionTableTests {
  private let now = Timestamp(seconds: 1_795_514_400 + 65)

  @Test("the newest first, with how long each lasted")
  func list() throws {
    let ended = try Sample.session(ended: true, events: Sample.usualEvents)
    let live: IVSStreamSession = try Sample.decoded(
      "{\"streamId\": \"st-2\", \"startTime\": \"2026-11-24T10:00:00Z\", \"hasErrorEvent\": true}")
    #expect(
      SessionTable.lines([live, ended], now: now, width: nil) == [
        "BEGAN                 ENDED                 LASTED   ERRORS  STREAM",
        "2026-11-24T10:00:00Z  live                  0:01:05  yes     st-2",
        "2026-11-24T10:00:00Z  2026-11-24T11:02:03Z  1:02:03          st-1",
      ])
  }

  @Test("in detail with what was sent, what happened, and why it ended")
  func detail() throws {
    let lines = SessionTable.detail(try Sample.session(ended: true, events: Sample.usualEvents), now: now)
    #expect(lines.count == 6, "\(lines)")
    #expect(lines[1].contains("1280x720 at 30 fps, 2500 kbit/s") && lines[1].contains("48000 Hz, 2 channels"))
    #expect(lines[2] == "  2026-11-24T11:02:03Z  Session Ended")
    #expect(lines[5].contains("without a fault of its own"))
  }

  @Test("a stream that goes on has no end to explain")
  func running() throws {
    let session = try Sample.session(
      ended: false, events: "{\"name\": \"Session Created\", \"eventTime\": \"2026-11-24T10:00:00Z\"}")
    #expect(SessionTable.detail(session, now: now).count == 3)
    #expect(session.ending == nil)
  }
}
