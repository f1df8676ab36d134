import Codec
import Foundation
import Media
import Packets
import Testing

/// A flat color as samples of the format, and what BT.709 limited range makes of it.
struct ColorCase: CustomTestStringConvertible, Sendable {
  var name: String
  var format: PixelFormat
  var matrix: ColorMatrix
  var range: ColorRange
  /// R, G, B, 0…255.
  var color: (Double, Double, Double)

  var testDescription: String { "\(name) as \(format.rawValue) \(matrix.rawValue) \(range.rawValue)" }

  /// Y, Cb, Cr of the color, straight from the standards' formulas.
  static func samples(_ color: (Double, Double, Double), _ matrix: ColorMatrix, _ range: ColorRange) -> [Double] {
    let (kr, kb) = matrix == .bt601 ? (0.299, 0.114) : matrix == .bt709 ? (0.2126, 0.0722) : (0.2627, 0.0593)
    let (r, g, b) = (color.0 / 255, color.1 / 255, color.2 / 255)
    let y = kr * r + (1 - kr - kb) * g + kb * b
    let (cb, cr) = ((b - y) / (2 * (1 - kb)), (r - y) / (2 * (1 - kr)))
    return range == .limited
      ? [16 + 219 * y, 128 + 224 * cb, 128 + 224 * cr] : [255 * y, 128 + 255 * cb, 128 + 255 * cr]
  }

  /// One frame of the flat color.
  func frame(_ size: PictureSize, bytesPerLine: Int) -> [UInt8] {
    let yuv = Self.samples(color, matrix, range).map { UInt8(max(0, min(255, $0.rounded()))) }
    let rgb = [color.0, color.1, color.2].map { UInt8($0) }
    func rows(_ count: Int, _ line: Int, _ pattern: [UInt8]) -> [UInt8] {
      (0..<count).flatMap { _ in (0..<line).map { pattern[$0 % pattern.count] } }
    }
    return switch format {
    case .yuyv: rows(size.height, bytesPerLine, [yuv[0], yuv[1], yuv[0], yuv[2]])
    case .uyvy: rows(size.height, bytesPerLine, [yuv[1], yuv[0], yuv[2], yuv[0]])
    case .rgb24: rows(size.height, bytesPerLine, rgb)
    case .bgr24: rows(size.height, bytesPerLine, rgb.reversed())
    case .nv12: rows(size.height, bytesPerLine, [yuv[0]]) + rows(size.height / 2, bytesPerLine, [yuv[1], yuv[2]])
    default:
      rows(size.height, bytesPerLine, [yuv[0]]) + rows(size.height / 2, bytesPerLine / 2, [yuv[1]])
        + rows(size.height / 2, bytesPerLine / 2, [yuv[2]])
    }
  }

  static let all: [ColorCase] = {
    let colors: [(String, (Double, Double, Double))] = [
      ("red", (220, 20, 30)), ("green", (10, 200, 40)), ("blue", (20, 30, 230)), ("white", (255, 255, 255)),
      ("skin", (205, 150, 125)), ("black", (0, 0, 0)),
    ]
    let formats: [(PixelFormat, ColorMatrix, ColorRange)] = [
      (.yuyv, .bt601, .limited), (.yuyv, .bt601, .full), (.yuyv, .bt709, .limited), (.uyvy, .bt601, .limited),
      (.nv12, .bt601, .full), (.nv12, .bt709, .limited), (.i420, .bt601, .limited), (.i420, .bt709, .full),
      (.i420, .bt2020, .limited), (.rgb24, .bt709, .full), (.bgr24, .bt709, .full),
    ]
    return formats.flatMap { format in
      colors.map { ColorCase(name: $0.0, format: format.0, matrix: format.1, range: format.2, color: $0.1) }
    }
  }()
}

/// The sample at a place of a picture's plane.
func sample(_ picture: borrowing Picture, _ plane: Int, _ x: Int, _ y: Int) -> Int {
  picture.withPlane(plane) { bytes, line in Int(unsafe bytes.unsafeLoad(fromByteOffset: y * line + x, as: UInt8.self)) }
    ?? -1
}

/// A failing element, for tests that expect none.
struct Wrong: Equatable { var what: String }

@Suite("The frame converter")
struct FrameConverterTests {
  private func format(
    _ pixels: PixelFormat, _ width: Int, _ height: Int, line: Int? = nil, matrix: ColorMatrix = .bt709,
    range: ColorRange = .limited
  ) -> VideoFormat {
    VideoFormat(
      pixelFormat: pixels, size: PictureSize(width: width, height: height), bytesPerLine: line, matrix: matrix,
      range: range, frameRate: .thirty)
  }

  @Test("colors come out as BT.709 limited range within two steps, scaled or not", arguments: ColorCase.all)
  func colors(_ color: ColorCase) throws {
    let expected = ColorCase.samples(color.color, .bt709, .limited)
    for output in [PictureSize(width: 128, height: 96), PictureSize(width: 160, height: 120)] {
      let source = format(color.format, 128, 96, matrix: color.matrix, range: color.range)
      let pixels = color.frame(source.size, bytesPerLine: source.bytesPerLine)
      var converter = try FrameConverter(from: source, to: output)
      for _ in 0..<2 {
        try converter.withPicture(of: pixels) { picture in
          #expect(picture.size == output)
          for plane in 0..<3 {
            for (x, y) in [(0, 0), (31, 17), (output.width / 2 - 1, output.height / 2 - 1)] {
              let value = sample(picture, plane, x, y)
              #expect(
                abs(Double(value) - expected[plane]) <= 2,
                "plane \(plane) at \(x),\(y): \(value), not \(expected[plane])")
            }
          }
        }
      }
    }
  }

  @Test("rows with padding are read by their pitch")
  func pitch() throws {
    let source = format(.yuyv, 64, 64, line: 160)
    var pixels: [UInt8] = []
    for _ in 0..<64 {
      for column in 0..<160 { pixels.append(column < 128 ? (column % 2 == 0 ? 100 : 128) : 255) }
    }
    var converter = try FrameConverter(from: source, to: source.size)
    try converter.withPicture(of: pixels) { picture in
      for x in 0..<64 { #expect(sample(picture, 0, x, 63) == 100) }
    }
  }

  @Test(
    "bars are black and the picture fills the rest",
    arguments: [(320, 240, 640, 360), (320, 180, 640, 480), (176, 144, 426, 240)])
  func letterbox(width: Int, height: Int, outputWidth: Int, outputHeight: Int) throws {
    let source = format(.yuyv, width, height, matrix: .bt601, range: .full)
    let output = PictureSize(width: outputWidth, height: outputHeight)
    // A full-range gray: bars that were converted along with the picture would show.
    var pixels = [UInt8](repeating: 0, count: source.frameBytes)
    for index in stride(from: 0, to: pixels.count, by: 4) {
      pixels.replaceSubrange(index..<index + 4, with: [200, 128, 200, 128])
    }
    let target = output.letterbox(for: source.size)
    var converter = try FrameConverter(from: source, to: output)
    for _ in 0..<3 {
      try converter.withPicture(of: pixels) { picture in
        var wrong: [Wrong] = []
        for y in 0..<output.height {
          for x in 0..<output.width {
            let isInside =
              (target.x..<target.x + target.size.width).contains(x)
              && (target.y..<target.y + target.size.height).contains(y)
            let values = (sample(picture, 0, x, y), sample(picture, 1, x / 2, y / 2), sample(picture, 2, x / 2, y / 2))
            let expected = isInside ? (188, 128, 128) : (16, 128, 128)
            if abs(values.0 - expected.0) > 2 || abs(values.1 - expected.1) > 2 || abs(values.2 - expected.2) > 2 {
              wrong.append(Wrong(what: "\(x),\(y): \(values)"))
            }
          }
        }
        #expect(wrong.isEmpty, "\(wrong.count) samples, first \(wrong.first?.what ?? "")")
      }
    }
  }

  @Test("a frame that fits is handed on where it lies")
  func noCopy() throws {
    let source = format(.i420, 640, 360)
    let pixels = [UInt8](repeating: 77, count: source.frameBytes)
    var converter = try FrameConverter(from: source, to: source.size)
    var encoder = try H264Encoder(encoding())
    var packets = 0
    for frame in 0..<5 {
      let isSame = try converter.withPicture(of: pixels) { picture in
        try encoder.encode(picture, frameIndex: Int64(frame), captureTime: .zero) { _ in packets += 1 }
        return unsafe pixels.withUnsafeBytes { Int(bitPattern: $0.baseAddress) } == address(picture)
      }
      #expect(isSame == true)
    }
    #expect(packets == 5)
  }

  @Test("a frame that is too short is an error, not a read beyond its end")
  func short() throws {
    let source = format(.nv12, 640, 360)
    var converter = try FrameConverter(from: source, to: source.size)
    let pixels = [UInt8](repeating: 0, count: source.frameBytes - 1)
    #expect(throws: CodecError.frameTooShort(expectedBytes: 345_600, bytes: 345_599)) {
      try converter.withPicture(of: pixels) { _ in }
    }
  }

  @Test("rows that cannot hold the width are refused")
  func impossiblePitch() {
    #expect(throws: CodecError.self) {
      _ = try FrameConverter(from: format(.yuyv, 640, 360, line: 640), to: PictureSize(width: 640, height: 360))
    }
  }

  @Test("a camera's JPEG is decoded with its own colors; a damaged one is an error and the next is fine")
  func jpeg() throws {
    let directory = try ScratchDirectory()
    try Tool.ffmpeg(
      "-f", "lavfi", "-i", "color=c=0xDC141E:s=320x240", "-frames:v", "1", "-pix_fmt", "yuvj422p", "-q:v", "2",
      directory.file("a.jpg"))
    let image = try [UInt8](Data(contentsOf: URL(fileURLWithPath: directory.file("a.jpg"))))
    try Tool.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x240", "-frames:v", "1", "-q:v", "2", directory.file("b.jpg"))
    let busy = try [UInt8](Data(contentsOf: URL(fileURLWithPath: directory.file("b.jpg"))))
    var converter = try FrameConverter(from: format(.mjpeg, 320, 240), to: PictureSize(width: 320, height: 240))
    let expected = ColorCase.samples((0xDC, 0x14, 0x1E), .bt709, .limited)
    func checkColor() throws {
      let isShown: Bool? = try converter.withPicture(of: image) { picture in
        for plane in 0..<3 { #expect(abs(Double(sample(picture, plane, 50, 50)) - expected[plane]) <= 3) }
        return true
      }
      #expect(isShown == true)
    }
    try checkColor()
    for damaged in [Array(busy.prefix(busy.count / 3)), [], [0xFF, 0xD8, 0xFF], [UInt8](repeating: 9, count: 500)] {
      let error = #expect(throws: CodecError.self) { try converter.withPicture(of: damaged) { _ in } }
      guard case .brokenFrame("MJPEG", _) = error else {
        Issue.record("\(damaged.count) bytes: \(String(describing: error))")
        continue
      }
    }
    try checkColor()
  }

  @Test("an H.264 camera's access units are decoded from its first IDR on")
  func h264Camera() throws {
    let settings = encoding(320, 240)
    var encoder = try H264Encoder(settings)
    let directory = try ScratchDirectory()
    var packets: [EncodedPacket] = []
    try encodeMovingPicture(settings, frames: 0..<8, with: &encoder) { packets.append($0) }
    // The camera's byte stream is made by ffmpeg, not by our own code run backwards.
    var writer = try StreamWriter(
      .matroska(path: directory.file("a.mkv")),
      StreamDescription(video: encoder.description, audio: nil, encoder: "test"))
    for packet in packets { try writer.write(packet) }
    try writer.finish()
    try Tool.ffmpeg("-i", directory.file("a.mkv"), "-c", "copy", "-f", "h264", directory.file("a.h264"))
    let stream = try [UInt8](Data(contentsOf: URL(fileURLWithPath: directory.file("a.h264"))))
    var converter = try FrameConverter(from: format(.h264, 320, 240), to: PictureSize(width: 160, height: 120))
    var shown = 0
    for unit in accessUnits(stream) {
      if try converter.withPicture(of: unit, { $0.size }) == PictureSize(width: 160, height: 120) { shown += 1 }
    }
    #expect(shown >= 7, "\(shown) of 8")
  }

  /// Splits a byte stream before each coded slice's parameter sets, SEI or slice, as a camera would.
  private func accessUnits(_ stream: [UInt8]) -> [[UInt8]] {
    var units: [[UInt8]] = []
    var current: [UInt8] = []
    var hasSlice = false
    var index = 0
    var starts: [Int] = []
    while index + 3 < stream.count {
      if stream[index] == 0 && stream[index + 1] == 0 && stream[index + 2] == 1 { starts.append(index) }
      index += 1
    }
    for (number, start) in starts.enumerated() {
      let end = number + 1 < starts.count ? starts[number + 1] : stream.count
      let type = stream[start + 3] & 0x1F
      if hasSlice && type != 12 {
        units.append(current)
        current = []
        hasSlice = false
      }
      current += stream[start..<end]
      if type == 1 || type == 5 { hasSlice = true }
    }
    units.append(current)
    return units
  }
}
