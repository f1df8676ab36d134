import Media
import Testing

@Suite("Media time")
struct MediaTimeTests {
  @Test("ticks become nanoseconds and come back, for years on end", arguments: [30, 48_000, 90_000, 1000] as [Int64])
  func ticksRoundTrip(rate: Int64) {
    for ticks in [0, 1, 2, 59, 60, 1 << 24, 1 << 31, rate * 86_400 * 365 * 20 + 1] as [Int64] {
      #expect(MediaTime(ticks: ticks, per: rate).ticks(per: rate) == ticks)
    }
  }

  @Test("milliseconds round down, also before the origin")
  func milliseconds() {
    #expect(MediaTime(nanoseconds: 1_999_999).milliseconds == 1)
    #expect(MediaTime(nanoseconds: -1).milliseconds == -1)
    #expect(MediaTime(nanoseconds: -1_000_000).milliseconds == -1)
  }

  @Test("subtracting the origin turns a device's stamp into media time")
  func arithmetic() {
    let origin = MediaTime(nanoseconds: 5_000_000_000)
    let stamp = origin + .milliseconds(40)
    #expect(stamp - origin == .milliseconds(40))
    #expect(stamp - .milliseconds(40) == origin)
    #expect(origin < stamp)
  }

  @Test("the monotonic clock does not go back")
  func monotonic() {
    var last = MediaTime.now()
    for _ in 0..<1000 {
      let now = MediaTime.now()
      #expect(now >= last)
      last = now
    }
  }
}

@Suite("Frame rate")
struct FrameRateTests {
  @Test(
    "reads what people write",
    arguments: [
      ("30", 30, 1), ("29.97", 30000, 1001), ("59.94", 60000, 1001), ("12.5", 25, 2), ("30000/1001", 30000, 1001),
    ]
      as [(String, Int32, Int32)])
  func parsing(text: String, numerator: Int32, denominator: Int32) {
    let rate = FrameRate(parsing: text)
    #expect(rate?.numerator == numerator)
    #expect(rate?.denominator == denominator)
  }

  @Test("refuses what is no rate", arguments: ["", "0", "-5", "abc", "30/0", "1/2/3", "nan", "1e9"])
  func refuses(text: String) { #expect(FrameRate(parsing: text) == nil) }

  @Test("frame times and frame numbers agree over a week at 29.97")
  func frames() throws {
    let rate = try #require(FrameRate(30000, per: 1001))
    for index in [0, 1, 29, 30, 30 * 86_400 * 7] as [Int64] {
      #expect(rate.frame(at: rate.time(ofFrame: index)) == index)
    }
  }

  @Test("is shown as people write it")
  func shown() {
    #expect(FrameRate(30)?.description == "30")
    #expect(FrameRate(30000, per: 1001)?.description == "29.97")
    #expect(FrameRate(25, per: 2)?.description == "12.5")
  }
}

@Suite("Picture size")
struct PictureSizeTests {
  @Test(
    "a letterbox keeps the shape, centred, on even edges",
    arguments: [
      ("1280x720", "640x480", 160, 0, "960x720"), ("640x360", "640x360", 0, 0, "640x360"),
      ("1280x720", "1080x1920", 436, 0, "406x720"), ("720x1280", "1280x720", 0, 436, "720x406"),
    ] as [(String, String, Int, Int, String)])
  func letterbox(outer: String, inner: String, x: Int, y: Int, fitted: String) throws {
    let box = try #require(PictureSize(parsing: outer)).letterbox(for: try #require(PictureSize(parsing: inner)))
    #expect(box.x == x)
    #expect(box.y == y)
    #expect(box.size.description == fitted)
  }

  @Test("refuses what is no size", arguments: ["", "1280", "x720", "0x0", "-1x5", "1280x720x3", "axb"])
  func refuses(text: String) { #expect(PictureSize(parsing: text) == nil) }
}

@Suite("Bitrate")
struct BitrateTests {
  @Test(
    "reads what people write",
    arguments: [
      ("2500k", 2_500_000), ("2.5M", 2_500_000), ("2500", 2_500_000), ("96000bps", 96_000), ("800 kbit/s", 800_000),
      ("800kbit/s", 800_000), ("800 kbps", 800_000), ("1.2 Mbit/s", 1_200_000), ("64 K", 64_000),
    ] as [(String, Int)]
  )
  func parsing(text: String, bits: Int) { #expect(Bitrate(parsing: text)?.bitsPerSecond == bits) }

  @Test(
    "refuses what is no bitrate",
    arguments: ["", "k", "-1", "0", "fast", "1e99", "5M00", "0x10k", "inf", "1.2.3M", "8 MB/s", "k800"])
  func refuses(text: String) { #expect(Bitrate(parsing: text) == nil) }
}
