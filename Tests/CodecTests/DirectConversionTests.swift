import Codec
import Foundation
import Media
import Testing

/// Pictures of noise in every layout that is converted without libswscale, against the standards' formulas.
@Suite("Conversion without scaling")
struct DirectConversionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var format: PixelFormat
    var matrix: ColorMatrix
    var range: ColorRange
    var size: PictureSize
    var padding: Int

    var testDescription: String { "\(format.rawValue) \(matrix.rawValue) \(range.rawValue) \(size) +\(padding)" }

    static let all: [Case] = [PixelFormat.yuyv, .uyvy, .nv12, .i420].flatMap { format in
      [
        (ColorMatrix.bt601, ColorRange.limited), (.bt601, .full), (.bt709, .full), (.bt2020, .limited),
        (.bt709, .limited),
      ]
      .flatMap { matrix, range in
        // Whole vectors, and rows that end within one.
        [(PictureSize(width: 128, height: 96), 0), (PictureSize(width: 70, height: 38), 22)].map { size, padding in
          Case(format: format, matrix: matrix, range: range, size: size, padding: padding)
        }
      }
    }
  }

  @Test("every sample is what the formulas say, to one step and a half", arguments: Case.all)
  func noise(_ test: Case) throws {
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &random)
    var noise = Noise(state: seed | 1)
    let (width, height) = (test.size.width, test.size.height)
    let isPacked = test.format == .yuyv || test.format == .uyvy
    let limits: ClosedRange<UInt8> = test.range == .full ? 0...255 : 16...235
    let luma = (0..<width * height).map { _ in noise.sample(in: limits) }
    let chromaRows = isPacked ? height : height / 2
    let blue = (0..<width / 2 * chromaRows).map { _ in noise.sample(in: limits) }
    let red = (0..<width / 2 * chromaRows).map { _ in noise.sample(in: limits) }
    let line = (isPacked ? 2 * width : width) + test.padding
    let source = VideoFormat(
      pixelFormat: test.format, size: test.size, bytesPerLine: line, matrix: test.matrix, range: test.range,
      frameRate: .thirty)
    let bytes = frame(test, line: line, luma, blue, red)
    var converter = try FrameConverter(from: source, to: test.size)
    try converter.withPicture(of: bytes) { picture in
      var worst = [0.0, 0.0, 0.0]
      var sum = [0.0, 0.0, 0.0]
      for y in 0..<height {
        for x in 0..<width {
          let place = { (row: Int) in row * (width / 2) + x / 2 }
          var (cb, cr) = (Double(blue[place(isPacked ? y & ~1 : y / 2)]), Double(red[place(isPacked ? y & ~1 : y / 2)]))
          if isPacked {
            cb = ((cb + Double(blue[place(y | 1)]) + 1) / 2).rounded(.down)
            cr = ((cr + Double(red[place(y | 1)]) + 1) / 2).rounded(.down)
          }
          let wanted = Self.converted(Double(luma[y * width + x]), cb, cr, test.matrix, test.range)
          let got = [sample(picture, 0, x, y), sample(picture, 1, x / 2, y / 2), sample(picture, 2, x / 2, y / 2)]
          for plane in 0..<3 {
            let error = Double(got[plane]) - max(1, min(254, wanted[plane]))
            worst[plane] = max(worst[plane], abs(error))
            sum[plane] += error
          }
        }
      }
      for plane in 0..<3 {
        #expect(worst[plane] <= 1.5, "plane \(plane): off by \(worst[plane]) (seed \(seed))")
        let bias = sum[plane] / Double(width * height)
        #expect(abs(bias) <= 0.1, "plane \(plane): \(bias) too bright or too dark on average (seed \(seed))")
      }
    }
  }

  /// BT.709 limited Y, Cb, Cr of a sample, by way of R, G, B.
  private static func converted(
    _ y: Double, _ cb: Double, _ cr: Double, _ matrix: ColorMatrix, _ range: ColorRange
  ) -> [Double] {
    let (kr, kb) = matrix == .bt601 ? (0.299, 0.114) : matrix == .bt709 ? (0.2126, 0.0722) : (0.2627, 0.0593)
    let isFull = range == .full
    let luma = isFull ? y / 255 : (y - 16) / 219
    let (blue, red) = ((cb - 128) / (isFull ? 255 : 224), (cr - 128) / (isFull ? 255 : 224))
    let r = luma + 2 * (1 - kr) * red
    let b = luma + 2 * (1 - kb) * blue
    let g = (luma - kr * r - kb * b) / (1 - kr - kb)
    return ColorCase.samples((r * 255, g * 255, b * 255), .bt709, .limited)
  }

  private func frame(_ test: Case, line: Int, _ luma: [UInt8], _ blue: [UInt8], _ red: [UInt8]) -> [UInt8] {
    let (width, height) = (test.size.width, test.size.height)
    var bytes: [UInt8] = []
    func end(_ used: Int, of line: Int) { bytes += Array(repeating: 0xA5, count: line - used) }
    for y in 0..<height {
      switch test.format {
      case .yuyv, .uyvy:
        for x in 0..<width / 2 {
          let (first, second) = (luma[y * width + 2 * x], luma[y * width + 2 * x + 1])
          let (cb, cr) = (blue[y * (width / 2) + x], red[y * (width / 2) + x])
          bytes += test.format == .yuyv ? [first, cb, second, cr] : [cb, first, cr, second]
        }
        end(2 * width, of: line)
      default:
        bytes += luma[y * width..<(y + 1) * width]
        end(width, of: line)
      }
    }
    let chroma = { (plane: [UInt8], row: Int) in plane[row * (width / 2)..<(row + 1) * (width / 2)] }
    switch test.format {
    case .nv12:
      for row in 0..<height / 2 {
        bytes += zip(chroma(blue, row), chroma(red, row)).flatMap { [$0, $1] }
        end(width, of: line)
      }
    case .i420:
      for plane in [blue, red] {
        for row in 0..<height / 2 {
          bytes += chroma(plane, row)
          end(width / 2, of: (line + 1) / 2)
        }
      }
    default: break
    }
    return bytes
  }

  /// Xorshift: the same noise for the same seed.
  private struct Noise {
    var state: UInt64

    mutating func sample(in range: ClosedRange<UInt8>) -> UInt8 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return range.lowerBound + UInt8(truncatingIfNeeded: (state >> 24) % UInt64(range.count))
    }
  }
}
