import Media
import Testing

@testable import Capture

@Suite("When a frame and a sample were captured")
struct CaptureTimeTests {
  private let now = MediaTime(milliseconds: 100_000)

  @Test(
    "a video frame has the driver's time where it can be true",
    arguments: [(99_967, 99_967), (100_000, 100_000), (100_001, 100_000), (0, 100_000), (94_000, 100_000)])
  func video(driver: Int64, expected: Int64) {
    var clock = CaptureClock()
    #expect(clock.time(stamp: MediaTime(milliseconds: driver), now: now) == MediaTime(milliseconds: expected))
  }

  @Test("a video frame without a monotonic stamp is taken to be of now")
  func unstamped() {
    var clock = CaptureClock()
    #expect(clock.time(stamp: nil, now: now) == now)
    #expect(clock.refused == 0)
  }

  @Test(
    "stamps of a camera that is read each 100 ms, and what is made of them",
    arguments: [
      ([0, 100, 200, 300], [0, 100, 200, 300], 0),  // as they should be
      ([0, 60, 170, 300], [0, 60, 170, 300], 0),  // read late
      ([0, 0, 0, 0], [0, 100, 200, 300], 3),  // standing still
      ([0, -4000, -3900, -3800], [0, 100, 200, 300], 3),  // back by four seconds
      ([0, 9000, 9100, 300], [0, 100, 200, 300], 2),  // forward, for two frames
      ([-3000, -2900, -2800, -2700], [-3000, -2900, -2800, -2700], 0),  // always three seconds late
    ] as [([Int64], [Int64], Int)])
  func jumps(stamps: [Int64], expected: [Int64], refused: Int) {
    var clock = CaptureClock()
    let times = stamps.enumerated().map { index, stamp in
      clock.time(
        stamp: MediaTime(milliseconds: 100_000 + stamp), now: MediaTime(milliseconds: 100_000 + 100 * Int64(index)))
    }
    #expect(times == expected.map { MediaTime(milliseconds: 100_000 + $0) })
    #expect(clock.refused == refused)
  }

  @Test(
    "the first sample is as old as what the ring holds, from ALSA's stamp or from now",
    arguments: [(99_995, 99_975), (100_000, 99_980), (0, 99_980), (500_000, 99_980)])
  func audio(stamp: Int64, expected: Int64) {
    let time = Microphone.firstSampleTime(
      stamp: MediaTime(milliseconds: stamp), now: now, held: .milliseconds(20))
    #expect(time == MediaTime(milliseconds: expected))
  }
}

@Suite("What a camera's colours mean")
struct CameraColorTests {
  // Numbers as linux/videodev2.h has them: colorspace, ycbcr_enc, quantization.
  @Test(
    "V4L2's rules for what the driver leaves open",
    arguments: [
      (PixelFormat.yuyv, 0, 0, 0, ColorMatrix.bt601, ColorRange.limited),  // nothing said
      (.yuyv, 8, 0, 0, .bt601, .limited),  // sRGB, the usual webcam
      (.nv12, 3, 0, 0, .bt709, .limited),  // Rec. 709
      (.nv12, 10, 0, 0, .bt2020, .limited),  // BT.2020
      (.yuyv, 7, 0, 0, .bt601, .full),  // JPEG
      (.yuyv, 8, 2, 0, .bt709, .limited),  // sRGB with BT.709 encoding
      (.yuyv, 8, 2, 1, .bt709, .full),  // … and full range
      (.yuyv, 7, 0, 2, .bt601, .limited),  // JPEG colors, limited range
      (.rgb24, 8, 0, 0, .bt601, .full),  // RGB
      (.mjpeg, 3, 2, 2, .bt601, .full),  // JFIF knows one kind only
    ] as [(PixelFormat, UInt32, UInt32, UInt32, ColorMatrix, ColorRange)])
  func color(
    format: PixelFormat, colorspace: UInt32, encoding: UInt32, quantization: UInt32, matrix: ColorMatrix,
    range: ColorRange
  ) {
    let color = CameraColor(format, colorspace: colorspace, encoding: encoding, quantization: quantization)
    #expect(color.matrix == matrix)
    #expect(color.range == range)
  }
}
