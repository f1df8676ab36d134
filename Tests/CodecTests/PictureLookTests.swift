import Foundation
import Media
import TestSupport
import Testing

@testable import Codec

@Suite("Films are shown as they were meant: upright, with square pixels, without combs")
struct PictureLookTests {
  /// The luma of a picture, row by row without padding.
  private struct Luma {
    var size: PictureSize
    var samples: [UInt8]

    subscript(column: Int, row: Int) -> Int { Int(samples[row * size.width + column]) }

    /// The mean difference of the samples.
    func difference(to other: [UInt8]) -> Double {
      zip(samples, other).reduce(0.0) { $0 + Double(abs(Int($1.0) - Int($1.1))) } / Double(max(1, samples.count))
    }

    /// Samples that lie far above or far below both of those above and below them: the teeth of combs.
    var teeth: Int {
      var count = 0
      for row in 1..<size.height - 1 {
        for column in 0..<size.width {
          let (up, down) = (self[column, row] - self[column, row - 1], self[column, row] - self[column, row + 1])
          if up * down > 400, up.signum() == down.signum() { count += 1 }
        }
      }
      return count
    }

    /// Columns and rows that hold white.
    var white: (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
      let columns = (0..<size.width).filter { column in (0..<size.height).contains { self[column, $0] > 180 } }
      let rows = (0..<size.height).filter { row in (0..<size.width).contains { self[$0, row] > 180 } }
      guard let left = columns.first, let right = columns.last, let top = rows.first, let bottom = rows.last else {
        return nil
      }
      return (left...right, top...bottom)
    }
  }

  /// A film's picture number `index` as it goes out.
  private func shown(_ film: String, at size: PictureSize, picture index: Int = 0, plain: Bool = false) throws -> Luma {
    var reader = try VideoFileReader(FieldCase.film(film))
    for _ in 0..<index { _ = try reader.next() }
    guard let next = try reader.next() else { throw CodecError.noVideo(path: film) }
    var converter = try FrameConverter(to: size)
    guard let picture = next.take() else { throw CodecError.noVideo(path: film) }
    try converter.show(picture, as: plain ? .plain : next.look)
    var samples: [UInt8] = []
    _ = converter.withLastPicture { picture in
      #expect(picture.size == size && picture.isI420)
      _ = picture.withPlane(0) { bytes, line in
        for row in 0..<size.height {
          for column in 0..<size.width {
            samples.append(unsafe bytes.unsafeLoad(fromByteOffset: row * line + column, as: UInt8.self))
          }
        }
      }
    }
    return Luma(size: size, samples: samples)
  }

  @Test(
    "what lies on its side is upright between pillars",
    arguments: [("rot90.mp4", "transpose=2"), ("exif-rot6.jpg", "transpose=1")])
  func upright(_ film: String, _ turn: String) throws {
    let picture = try shown(film, at: PictureSize(width: 640, height: 360))
    let reference = { (turn: String) in
      try Tool.run(
        "ffmpeg",
        [
          "-v", "error", "-nostdin", "-noautorotate", "-i", FieldCase.film(film), "-frames:v", "1", "-vf",
          "\(turn),scale=202:360:out_range=tv:out_color_matrix=bt709,pad=640:360:218:0:black,format=yuv420p,extractplanes=y",
          "-f", "rawvideo",
          "-",
        ])
    }
    let right = try reference(turn)
    try #require(right.output.count == picture.samples.count, "\(right.errors)")
    let difference = picture.difference(to: [UInt8](right.output))
    #expect(difference < 8)
    for other in ["null", turn == "transpose=1" ? "transpose=2" : "transpose=1", "transpose=0", "transpose=3"] {
      #expect(picture.difference(to: [UInt8](try reference(other).output)) > 2 * difference, "\(other)")
    }
  }

  @Test("a square in a film of wide pixels is a square")
  func square() throws {
    let size = PictureSize(width: 1280, height: 720)
    let white = try #require(try shown("anamorphic.mp4", at: size, picture: 50).white)
    #expect(abs(white.columns.count - white.rows.count) <= 4, "\(white)")
    let plain = try #require(try shown("anamorphic.mp4", at: size, picture: 50, plain: true).white)
    #expect(abs(plain.columns.count - plain.rows.count) > 20, "\(plain)")
  }

  @Test("a film of fields has no combs, and keeps its detail")
  func fields() throws {
    let size = PictureSize(width: 320, height: 240)
    let (shown, plain) = (
      try shown("interlaced.mpg", at: size, picture: 12),
      try shown("interlaced.mpg", at: size, picture: 12, plain: true)
    )
    #expect(plain.teeth > 500, "\(plain.teeth)")
    // What is left is detail: the test picture has noise in it.
    #expect(shown.teeth < plain.teeth / 8, "\(shown.teeth) of \(plain.teeth)")
    #expect(shown.difference(to: plain.samples) < 10)
  }

  @Test("EXIF's eight orientations turn a still as its viewers do", arguments: 1...8)
  func exif(_ orientation: Int) throws {
    let directory = try ScratchDirectory()
    let path = directory.file("still.jpg")
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: FieldCase.film("exif-rot6.jpg"))))
    // Tag 0x0112, type 3, one value: little or big endian.
    let tags: [([UInt8], Int)] = [([0x12, 0x01, 3, 0, 1, 0, 0, 0], 8), ([0x01, 0x12, 0, 3, 0, 0, 0, 1], 9)]
    let place = try #require(
      tags.lazy.compactMap { tag, offset in
        bytes.indices.first { bytes[$0...].starts(with: tag) }.map { $0 + offset }
      }.first)
    bytes[place] = UInt8(orientation)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    var reader = try VideoFileReader(path)
    let look = try #require(try reader.next()).look
    let right: [(Int, Bool)] = [
      (0, false), (0, true), (2, false), (2, true), (3, true), (1, false), (1, true), (3, false),
    ]
    let (turns, isMirrored) = right[orientation - 1]
    #expect(look.orientation == DisplayOrientation(quarterTurns: turns, isMirrored: isMirrored))
    #expect(look.pixelAspect == .square && !look.isInterlaced)
  }
}
