import Foundation
import Interface
import TestSupport
import Testing

@testable import BroadcastConfiguration
@testable import ivs_broadcast

@Suite("A channel that is saved by its address")
struct SavedFactsTests {
  @Test("is shown with what is saved, and without its secret")
  func facts() throws {
    let book = try SavedChannels(
      """
      venue:
        ingest: 'rtmp://127.0.0.1:1935/app'
        key: 'some-secret'
        playback-url: 'https://example.net/it.m3u8'
      proxy:
        ingest: 'wss://proxy.example.net/v1/publish/stage'

      """, path: "channels.yaml")
    let venue = SavedFacts(try #require(book["venue"]))
    #expect(
      venue.lines == [
        "venue", "  Saved as       an address, not a channel of an AWS account",
        "  Ingest         rtmp://127.0.0.1:1935/app", "  Stream key     saved",
        "  Playback       https://example.net/it.m3u8",
      ])
    #expect(SavedFacts(try #require(book["proxy"])).lines.contains("  Token          not saved"))
    let json = String(decoding: try JSONEncoder().encode(venue), as: UTF8.self)
    #expect(json.contains(#""hasKey":true"#) && !json.contains("some-secret") && !"\(venue)".contains("some-secret"))
  }
}
