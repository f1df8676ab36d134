import Capture
import Media
import Testing

/// The luma rows of a frame's area, as one number per sample.
private func luma(_ pattern: inout TestPattern, index: Int64 = 0, milliseconds: Int64, x: Int, y: Int) -> UInt8 {
  pattern.withFrame(index: index, time: MediaTime(milliseconds: milliseconds)) { bytes, format in
    unsafe bytes.withUnsafeBytes { unsafe $0[y * format.bytesPerLine + x] }
  }
}

private func copy(_ pattern: inout TestPattern, index: Int64, milliseconds: Int64) -> [UInt8] {
  pattern.withFrame(index: index, time: MediaTime(milliseconds: milliseconds)) { bytes, _ in
    unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}

@Suite("The test pattern")
struct TestPatternTests {
  static let sizes = [
    PictureSize(width: 1280, height: 720), PictureSize(width: 320, height: 180), PictureSize(width: 1920, height: 1080),
    PictureSize(width: 720, height: 1280), PictureSize(width: 426, height: 240),
  ]

  @Test("the square is white in exactly the first 100 ms of each whole second", arguments: sizes)
  func square(size: PictureSize) {
    var pattern = TestPattern(size: size, frameRate: .thirty)
    for (milliseconds, white) in [
      (0, true), (99, true), (100, false), (999, false), (1000, true), (1099, true), (1100, false),
      (3_600_000, true), (3_600_100, false), (-1, false), (-1000, true),
    ] as [(Int64, Bool)] {
      for (x, y) in [(0, 0), (63, 0), (0, 63), (63, 63), (32, 32)] {
        #expect(luma(&pattern, milliseconds: milliseconds, x: x, y: y) == (white ? 235 : 16))
      }
    }
  }

  @Test("the square is 64 by 64: the pixel beside it does not flash")
  func squareEdge() {
    var pattern = TestPattern(size: Self.sizes[0], frameRate: .thirty)
    for (x, y) in [(64, 0), (0, 64), (64, 64)] {
      #expect(luma(&pattern, milliseconds: 0, x: x, y: y) == luma(&pattern, milliseconds: 500, x: x, y: y))
    }
  }

  @Test("each frame's number and time can be read as a picture of their own", arguments: sizes)
  func text(size: PictureSize) {
    var pattern = TestPattern(size: size, frameRate: .thirty)
    let first = copy(&pattern, index: 7, milliseconds: 500)
    // Only the number moves: same motion is not possible with another index, so a step beyond all periods is looked at
    // in the rows of the text alone.
    let rows = (0..<(size.height * 3 / 10)).map { $0 * size.width..<($0 + 1) * size.width }
    func upper(_ picture: [UInt8]) -> [UInt8] { rows.flatMap { picture[$0] } }
    #expect(upper(copy(&pattern, index: 8, milliseconds: 500)) != upper(first), "the number changes")
    #expect(upper(copy(&pattern, index: 7, milliseconds: 501)) != upper(first), "the time changes")
    #expect(copy(&pattern, index: 7, milliseconds: 500) == first, "nothing is left of frames between")
  }

  @Test("the digits are those of the font: the time's first cell shows 0 and then 1")
  func digits() throws {
    var pattern = TestPattern(size: Self.sizes[0], frameRate: .thirty)
    let zero = copy(&pattern, index: 0, milliseconds: 500)
    let tenHours = copy(&pattern, index: 0, milliseconds: 36_000_500)
    let changed = zero.indices.filter { zero[$0] != tenHours[$0] }.map { (x: $0 % 1280, y: $0 / 1280) }
    let left = try #require(changed.map(\.x).min())
    let right = try #require(changed.map(\.x).max())
    let (top, bottom) = (try #require(changed.map(\.y).min()), try #require(changed.map(\.y).max()))
    let dot = 6
    #expect(right - left < 5 * dot && bottom - top < 7 * dot)
    // Sampled at the middle of each dot, the changed cell is a 1 now and was a 0 before.
    func drawn(_ picture: [UInt8]) -> [String] {
      (0..<7).map { row in
        String(
          (0..<5).map { column in
            picture[(top + row * dot + dot / 2) * 1280 + left + column * dot + dot / 2] == 235 ? "#" : " "
          } as [Character])
      }
    }
    #expect(drawn(zero) == [" ### ", "#   #", "#  ##", "# # #", "##  #", "#   #", " ### "])
    #expect(drawn(tenHours) == ["  #  ", " ##  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "])
  }

  @Test("every frame differs from the one before it, and legal levels are kept")
  func motion() {
    var pattern = TestPattern(size: Self.sizes[1], frameRate: .thirty)
    var last: [UInt8] = []
    for index in 0..<90 as Range<Int64> {
      let frame = copy(&pattern, index: index, milliseconds: index * 33)
      #expect(frame != last)
      #expect(frame.allSatisfy { $0 >= 16 && $0 <= 240 })
      last = frame
    }
  }

  @Test(
    "the frame has the length that its format says, for odd and tiny sizes too",
    arguments: [(1, 1), (2, 2), (63, 41), (641, 361), (90, 4000)])
  func odd(width: Int, height: Int) {
    var pattern = TestPattern(size: PictureSize(width: width, height: height), frameRate: .thirty)
    for index in [0, 1, 1000, Int64.max, -5] as [Int64] {
      pattern.withFrame(index: index, time: MediaTime(milliseconds: 50)) { bytes, format in
        #expect(bytes.byteCount == format.frameBytes)
        #expect(format.size.width % 2 == 0 && format.size.width >= width)
      }
    }
  }

  @Test("the bars are BT.709 at 75 %: the second is yellow")
  func bars() {
    var pattern = TestPattern(size: Self.sizes[0], frameRate: .thirty)
    let frame = copy(&pattern, index: 0, milliseconds: 500)
    let (x, y) = (240, 360)
    let chroma = 1280 * 720 + y / 2 * 640 + x / 2
    #expect(frame[y * 1280 + x] == 168)
    #expect(frame[chroma] == 44)
    #expect(frame[chroma + 640 * 360] == 136)
  }

  @Test("the black picture is black everywhere")
  func black() {
    let picture = BlackPicture(size: PictureSize(width: 64, height: 36), frameRate: .thirty)
    picture.withFrame { bytes, format in
      let samples = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
      #expect(samples.count == format.frameBytes)
      #expect(samples[..<(64 * 36)].allSatisfy { $0 == 16 })
      #expect(samples[(64 * 36)...].allSatisfy { $0 == 128 })
    }
  }
}
