public import Media

/// The picture of the `test` source: bars, motion, the frame's number and time, and a flash on each whole second.
///
/// The square of 64 by 64 pixels at the top left is white in the first 100 ms of each whole second of media time and
/// black otherwise: with ``TestTone``, a recording shows by itself whether sound and picture belong together.
/// Owns its picture, I420 in BT.709 limited range; what does not move is drawn once. One thread at a time.
public struct TestPattern: ~Copyable {
  /// The edge of the flashing square, in pixels.
  public static let squareEdge = 64

  /// What ``withFrame(index:time:_:)`` lends.
  public let format: VideoFormat

  private var picture: I420Picture
  private let layout: Layout
  /// Twice the width of the picture, so that a scrolled strip is one copy per row.
  private let strip: I420Picture
  /// The ground that the ball moves over.
  private let ground: I420Picture
  private let ball: I420Picture
  private var ballArea: I420Picture.Area

  /// Makes a pattern.
  /// - Parameter size: width and height are rounded up to even numbers, at least 2 by 2.
  public init(size: PictureSize, frameRate: FrameRate) {
    let even = PictureSize(width: max(2, (size.width + 1) & ~1), height: max(2, (size.height + 1) & ~1))
    format = VideoFormat(pixelFormat: .i420, size: even, matrix: .bt709, range: .limited, frameRate: frameRate)
    let layout = Layout(even)
    self.layout = layout
    var picture = Self.background(even, layout)
    strip = Self.rainbow(width: even.width * 2, height: max(2, layout.strip.height), period: even.width)
    ground = I420Picture(PictureSize(width: even.width, height: max(2, layout.field.height)), filledWith: Self.night)
    ball = Self.disc(layout.ballEdge)
    ballArea = layout.ballArea(at: 0)
    picture.fill(layout.textBox, with: .black)
    self.picture = picture
  }

  /// Draws frame `index` and lends its bytes, `format.frameBytes` of them, to `body`.
  /// - Parameter time: media time since the session's origin, which the picture shows and the flash follows.
  public mutating func withFrame<Result>(
    index: Int64, time: MediaTime, _ body: (RawSpan, VideoFormat) throws -> Result
  ) rethrows -> Result {
    draw(index, time)
    return try body(unsafe picture.bytes.span.bytes, format)
  }

  /// Whether the flash and the beep are on at a media time: in the first 100 ms of each whole second.
  public static func isMarked(_ time: MediaTime) -> Bool {
    let rest = time.nanoseconds % 1_000_000_000
    return (rest < 0 ? rest + 1_000_000_000 : rest) < 100_000_000
  }

  // MARK: - Per frame

  private mutating func draw(_ index: Int64, _ time: MediaTime) {
    // Four columns a frame: slow enough to look at, fast enough to show a repeated frame.
    let shift = Int(truncatingIfNeeded: (index & 0x7fff_ffff) * 4 % Int64(layout.strip.width)) & ~1
    picture.copy(layout.strip, from: strip, atX: shift, y: 0)
    picture.copy(ballArea, from: ground, atX: ballArea.x, y: ballArea.y - layout.field.y)
    ballArea = layout.ballArea(at: index)
    picture.copy(ballArea, from: ball, atX: 0, y: 0)
    write("FRAME ", number: index, digits: 7, line: 0)
    write(time: time, line: 1)
    let square = I420Picture.Area(x: 0, y: 0, width: Self.squareEdge, height: Self.squareEdge)
    picture.fill(square, with: Self.isMarked(time) ? .white : .black)
  }

  private mutating func write(_ label: String, number: Int64, digits: Int, line: Int) {
    var column = 0
    for byte in label.utf8 {
      write(byte, column: column, line: line)
      column += 1
    }
    write(number, digits: digits, column: column, line: line)
  }

  /// `HH:MM:SS.mmm`, rounded down.
  private mutating func write(time: MediaTime, line: Int) {
    let milliseconds = max(0, time.milliseconds)
    write(milliseconds / 3_600_000, digits: 2, column: 0, line: line)
    write(UInt8(ascii: ":"), column: 2, line: line)
    write(milliseconds / 60_000 % 60, digits: 2, column: 3, line: line)
    write(UInt8(ascii: ":"), column: 5, line: line)
    write(milliseconds / 1000 % 60, digits: 2, column: 6, line: line)
    write(UInt8(ascii: "."), column: 8, line: line)
    write(milliseconds % 1000, digits: 3, column: 9, line: line)
  }

  /// The last `digits` digits of a number.
  private mutating func write(_ number: Int64, digits: Int, column: Int, line: Int) {
    var rest = max(0, number)
    for position in stride(from: digits - 1, through: 0, by: -1) {
      write(UInt8(ascii: "0") + UInt8(rest % 10), column: column + position, line: line)
      rest /= 10
    }
  }

  private mutating func write(_ character: UInt8, column: Int, line: Int) {
    let cell = layout.cell(column: column, line: line)
    picture.fillLuma(cell, with: 16)
    let dot = layout.dot
    for (row, dots) in PixelFont.rows(character).enumerated() {
      for x in 0..<PixelFont.width where dots >> UInt8(PixelFont.width - 1 - x) & 1 == 1 {
        picture.fillLuma(.init(x: cell.x + x * dot, y: cell.y + row * dot, width: dot, height: dot), with: 235)
      }
    }
  }

  // MARK: - Once

  private static let night = I420Picture.Color(red: 0.06, green: 0.08, blue: 0.16)
  private static let ballColor = I420Picture.Color(red: 0.98, green: 0.72, blue: 0.16)

  private static func background(_ size: PictureSize, _ layout: Layout) -> I420Picture {
    var picture = I420Picture(size, filledWith: night)
    // White, yellow, cyan, green, magenta, red, blue, black at 75 %.
    let bars = [(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1), (0, 0, 0)]
    for (index, bar) in bars.enumerated() {
      let left = size.width * index / bars.count & ~1
      let right = index == bars.count - 1 ? size.width : size.width * (index + 1) / bars.count & ~1
      let area = I420Picture.Area(x: left, y: layout.bars.y, width: right - left, height: layout.bars.height)
      let (red, green, blue) = (0.75 * Double(bar.0), 0.75 * Double(bar.1), 0.75 * Double(bar.2))
      picture.fill(area, with: .init(red: red, green: green, blue: blue))
    }
    return picture
  }

  /// A disc on the ground that it moves over.
  private static func disc(_ edge: Int) -> I420Picture {
    var picture = I420Picture(PictureSize(width: edge, height: edge), filledWith: night)
    let radius = Double(edge) / 2
    for y in stride(from: 0, to: edge, by: 2) {
      let distance = Double(y + 1) - radius
      let half = Int(max(0, radius * radius - distance * distance).squareRoot())
      picture.fill(.init(x: edge / 2 - half, y: y, width: 2 * half, height: 2), with: ballColor)
    }
    return picture
  }

  /// A strip of all hues that repeats each `period` columns.
  private static func rainbow(width: Int, height: Int, period: Int) -> I420Picture {
    var picture = I420Picture(PictureSize(width: width, height: height))
    func channel(_ hue: Double, _ offset: Double) -> Double {
      let turned = (hue + offset).truncatingRemainder(dividingBy: 1) * 6
      return 0.15 + 0.7 * max(0, min(1, abs(turned - 3) - 1))
    }
    for x in stride(from: 0, to: width, by: 2) {
      let hue = Double(x % period) / Double(period)
      let color = I420Picture.Color(
        red: channel(hue, 0), green: channel(hue, 2 / 3.0), blue: channel(hue, 1 / 3.0))
      picture.fill(.init(x: x, y: 0, width: 2, height: height), with: color)
    }
    return picture
  }

  /// Where things stand; every number is even, as chroma samples want it.
  private struct Layout {
    let textBox, bars, strip, field: I420Picture.Area
    /// Edge of one dot of the font.
    let dot: Int
    let ballEdge: Int
    private let textX, textY: Int

    init(_ size: PictureSize) {
      let (width, height) = (size.width, size.height)
      // 13 cells of 6 dots: the longer line, "FRAME 0000000".
      let room = max(0, width - TestPattern.squareEdge - 16)
      dot = max(2, min(height / 120, room / (13 * 6)) & ~1)
      textX = (TestPattern.squareEdge + 8 + max(0, (room - 13 * 6 * dot) / 2)) & ~1
      textY = max(2, (height * 3 / 10 - 17 * dot) / 2) & ~1
      textBox = .init(x: textX - dot, y: textY - dot, width: 13 * 6 * dot + dot, height: 18 * dot)
      bars = .init(x: 0, y: height * 32 / 100 & ~1, width: width, height: height * 32 / 100 & ~1)
      strip = .init(x: 0, y: height * 66 / 100 & ~1, width: width, height: height * 14 / 100 & ~1)
      let top = height * 82 / 100 & ~1
      field = .init(x: 0, y: top, width: width, height: height - top)
      ballEdge = max(2, min(height / 12, width, height - top) & ~1)
    }

    func cell(column: Int, line: Int) -> I420Picture.Area {
      .init(
        x: textX + column * 6 * dot, y: textY + line * 9 * dot, width: PixelFont.width * dot,
        height: PixelFont.height * dot)
    }

    /// To and fro on both axes, each with its own speed.
    func ballArea(at index: Int64) -> I420Picture.Area {
      func bounce(_ step: Int64, _ room: Int) -> Int {
        guard room > 0 else { return 0 }
        let turn = Int((index & 0x7fff_ffff) * step % Int64(2 * room))
        return (turn < room ? turn : 2 * room - turn) & ~1
      }
      return .init(
        x: bounce(6, field.width - ballEdge), y: field.y + bounce(2, field.height - ballEdge), width: ballEdge,
        height: ballEdge)
    }
  }
}
