import Codec
import Foundation
import Media
import Testing

@Suite("A camera's damaged JPEGs")
struct DamagedFrameTests {
  /// A whole picture, and the same cut in half as a bad cable leaves it.
  private func pictures() throws -> (whole: [UInt8], torn: [UInt8]) {
    let directory = try ScratchDirectory()
    try Tool.ffmpeg(
      "-f", "lavfi", "-i", "testsrc2=s=320x180", "-frames:v", "1", "-pix_fmt", "yuvj422p", "-q:v", "4",
      directory.file("a.jpg"))
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: directory.file("a.jpg"))))
    return (whole, Array(whole.prefix(whole.count / 2)))
  }

  /// What becomes of frames, in their order: shown, or an error of that frame alone.
  private func shown(_ frames: [[UInt8]]) throws -> [Bool] {
    let size = PictureSize(width: 320, height: 180)
    var converter = try FrameConverter(
      from: VideoFormat(
        pixelFormat: .mjpeg, size: size, bytesPerLine: 0, matrix: .bt601, range: .full, frameRate: .thirty),
      to: size, keepsPicture: true)
    return try frames.map { frame in
      do { return try converter.withPicture(of: frame) { _ in true } ?? false } catch CodecError.brokenFrame {
        return false
      }
    }
  }

  @Test("one that is torn is never shown: not in a long burst, not after it, not hours later")
  func burst() throws {
    let (whole, torn) = try pictures()
    // A burst of 200, then single ones.
    let isTorn = (0..<500).map { (48..<248).contains($0) || ($0 > 260 && $0 % 5 == 0) }
    let shown = try shown(isTorn.map { $0 ? torn : whole })
    #expect(zip(shown, isTorn).allSatisfy { $0 != $1 })
  }

  @Test("a burst as the camera starts is waited out")
  func atStart() throws {
    let (whole, torn) = try pictures()
    #expect(
      try shown(Array(repeating: torn, count: 80) + [whole, torn, whole]) == Array(repeating: false, count: 80) + [
        true, false, true,
      ])
  }

  @Test("a camera that has no other JPEGs is shown as far as they go, until the first whole one")
  func noOther() throws {
    let (whole, torn) = try pictures()
    let shown = try shown(Array(repeating: torn, count: 100) + [whole, torn])
    #expect(shown == Array(repeating: false, count: 90) + Array(repeating: true, count: 11) + [false])
  }
}
