import Interface
import Media
import Settings
import Testing

@Suite("What a status says in words")
struct StatusWordsTests {
  @Test("the end tells how long there was no connection, where that was so")
  func summary() {
    var status = BroadcastStatus()
    status.onAirSeconds = 48.2
    #expect(StatusLine.summary(status).hasPrefix("on air 00:00:48, 0 frames"))
    status.disconnectedSeconds = 20.4
    #expect(
      StatusLine.summary(status).hasPrefix("on air 00:00:48, of which 00:00:20 without a connection, 0 frames"))
  }

  @Test("the slate says that the sound goes on, unless none does")
  func slate() {
    var status = BroadcastStatus()
    #expect(status.slateLamp == nil)
    status.video.isSlate = true
    #expect(status.slateLamp == "SLATE, SOUND ON")
    status.choice.microphone = "silence"
    #expect(status.slateLamp == "SLATE")
  }

  @Test(
    "a size says how it is written where it is wrong",
    arguments: ["320*180", "", "320x180@", "x180", "320x180@10@2", "320x180@fast"])
  func wrongSize(text: String) throws {
    let failure = try #require(throws: OperatorFailure.self) { try VideoMode(parsing: text) }
    #expect(failure.description == "Invalid video size \"\(text)\". Use WIDTHxHEIGHT@RATE, for example 320x180@10.")
  }

  @Test("a size without a rate has 30 frames a second; an example is one")
  func size() throws {
    #expect(try VideoMode(parsing: "320x180").frameRate == .thirty)
    #expect(try VideoMode(parsing: VideoMode.example).size == PictureSize(width: 320, height: 180))
  }
}
