import Media
import Testing

@testable import IVS

@Suite("What a channel allows")
struct ChannelLimitsTests {
  private static func channel(_ kind: String, _ change: (inout IVSChannel) -> Void = { _ in }) throws -> IVSChannel {
    var channel = IVSChannel(arn: try #require(ChannelARN("arn:aws:ivs:us-west-2:123456789012:channel/A")))
    (channel.name, channel.type) = ("venue", kind)
    change(&channel)
    return channel
  }

  private static func findings(
    _ channel: IVSChannel, _ size: String, video: Int, audio: Int = 128, isInTheClear: Bool = false
  ) throws -> [ChannelLimits.Finding] {
    ChannelLimits(channel).findings(
      ChannelLimits.Plan(
        size: try #require(PictureSize(parsing: size)), frameRate: 30,
        videoBitrate: Bitrate(bitsPerSecond: video * 1000),
        audioBitrate: Bitrate(bitsPerSecond: audio * 1000), isInTheClear: isInTheClear))
  }

  @Test(
    "bitrates above a channel's limit are refused with the nearest that fits",
    arguments: [
      ("BASIC", "852x480", 1200, nil), ("BASIC", "852x480", 1400, "`video-bitrate` 1300k"),
      ("BASIC", "480x852", 1400, "`video-bitrate` 1300k"), ("BASIC", "1280x720", 3200, nil),
      ("BASIC", "1280x720", 3400, "`video-bitrate` 3250k"), ("STANDARD", "1920x1080", 8000, nil),
      ("STANDARD", "1920x1080", 8300, "`video-bitrate` 8100k"),
      ("ADVANCED_HD", "1920x1080", 8400, "`video-bitrate` 8100k"),
      ("SOMETHING_NEW", "1920x1080", 8300, "`video-bitrate` 8100k"),
    ] as [(String, String, Int, String?)])
  func bitrates(kind: String, size: String, kilobits: Int, fit: String?) throws {
    let found = try Self.findings(try Self.channel(kind), size, video: kilobits).filter(\.isRefusal)
    #expect(found.isEmpty == (fit == nil), "\(found)")
    if let fit { #expect(found.first?.description.contains(fit) == true, "\(found)") }
  }

  @Test("what fits by the advice is not refused again")
  func advice() throws {
    for kind in ["BASIC", "STANDARD"] {
      for size in ["640x360", "1280x720"] {
        let refused = try Self.findings(try Self.channel(kind), size, video: 9000).filter(\.isRefusal)
        let text = try #require(refused.first?.description)
        let kilobits = try #require(text.firstMatch(of: /`video-bitrate` (\d+)k/).flatMap { Int($0.1) })
        #expect(try Self.findings(try Self.channel(kind), size, video: kilobits).filter(\.isRefusal).isEmpty)
      }
    }
  }

  @Test("a picture that is too large, a stream in the clear and required multitrack are refused")
  func refusals() throws {
    #expect(
      try Self.findings(try Self.channel("STANDARD"), "2048x1024", video: 2000).first?.description.contains("1920x1080")
        == true)
    #expect(
      try Self.findings(try Self.channel("STANDARD"), "1280x720", video: 2000, isInTheClear: true).first?.isRefusal
        == true)
    let open = try Self.channel("STANDARD") { $0.insecureIngest = true }
    #expect(try Self.findings(open, "1280x720", video: 2000, isInTheClear: true).isEmpty)
    let multitrack = try Self.channel("STANDARD") {
      $0.multitrackInputConfiguration = .init(enabled: true, policy: "REQUIRE")
    }
    #expect(try Self.findings(multitrack, "1280x720", video: 2000).first?.description.contains("ALLOW") == true)
  }

  @Test("more than 60 frames a second are refused")
  func frameRates() throws {
    func refused(_ frameRate: Double) throws -> [ChannelLimits.Subject] {
      ChannelLimits(try Self.channel("STANDARD")).findings(
        ChannelLimits.Plan(
          size: PictureSize(width: 1280, height: 720), frameRate: frameRate,
          videoBitrate: Bitrate(bitsPerSecond: 3_000_000), audioBitrate: Bitrate(bitsPerSecond: 128_000),
          isInTheClear: false)
      ).filter(\.isRefusal).map(\.subject)
    }
    #expect(try refused(60).isEmpty)
    #expect(try refused(59.94).isEmpty)
    #expect(try refused(90) == [.frameRate])
  }

  @Test("more than 3.4 Mbit/s at 720p on a standard channel gets a hint, not a refusal")
  func hint() throws {
    let found = try Self.findings(try Self.channel("STANDARD"), "1280x720", video: 4000)
    #expect(found.map(\.isRefusal) == [false])
    #expect(found.first?.description.contains("buys nothing") == true)
    #expect(try Self.findings(try Self.channel("STANDARD"), "1920x1080", video: 4000).isEmpty)
  }
}
