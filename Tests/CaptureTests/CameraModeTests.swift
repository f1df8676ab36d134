import Capture
import Media
import Testing

private func rate(_ text: String) -> FrameRate { FrameRate(parsing: text) ?? .thirty }

private func size(_ text: String) -> PictureSize { PictureSize(parsing: text) ?? PictureSize(width: 0, height: 0) }

/// A format with discrete sizes, written as `1280x720@30,10`.
private func format(_ code: StaticString, converted: Bool = false, _ sizes: String...) -> CameraFormat {
  let fourCC = FourCC(code)
  return CameraFormat(
    fourCC: fourCC, name: fourCC.description, pixelFormat: fourCC.pixelFormat, isConverted: converted,
    sizes: sizes.map { text in
      let parts = text.split(separator: "@")
      return CameraSize(
        size(String(parts[0])), rates: .discrete(parts[1].split(separator: ",").map { rate(String($0)) }))
    })
}

@Suite("Choosing a camera's mode")
struct CameraModeTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var formats: [CameraFormat]
    var wanted = "1280x720@30"
    var chosen: String
  }

  static let cases = [
    Case(
      testDescription: "uncompressed when it is exactly there, though Motion JPEG comes first",
      formats: [format("MJPG", "1280x720@30"), format("YUYV", "1280x720@30")], chosen: "1280x720 YUYV at 30 fps"),
    Case(
      testDescription: "Motion JPEG when uncompressed is too slow at the size, as USB 2 webcams are",
      formats: [format("YUYV", "640x480@30", "1280x720@10"), format("MJPG", "640x480@30", "1280x720@30,60")],
      chosen: "1280x720 MJPG at 30 fps"),
    Case(
      testDescription: "libv4l's conversion before H.264",
      formats: [format("H264", "1280x720@30"), format("YU12", converted: true, "1280x720@30")],
      chosen: "1280x720 YU12 (by libv4l) at 30 fps"),
    Case(
      testDescription: "H.264 when nothing else is exact",
      formats: [format("YUYV", "640x480@30"), format("H264", "1280x720@30")], chosen: "1280x720 H264 at 30 fps"),
    Case(
      testDescription: "larger rather than smaller",
      formats: [format("YUYV", "1184x656@30", "1920x1080@30", "3840x2160@30")], chosen: "1920x1080 YUYV at 30 fps"),
    Case(
      testDescription: "the same aspect among the larger ones",
      formats: [format("YUYV", "1280x960@30", "1600x900@30")], chosen: "1600x900 YUYV at 30 fps"),
    Case(
      testDescription: "the slowest rate that is fast enough",
      formats: [format("YUYV", "1280x720@120,60,15")], chosen: "1280x720 YUYV at 60 fps"),
    Case(
      testDescription: "30000/1001 passes for 30",
      formats: [format("MJPG", "1280x720@30"), format("YUYV", "1280x720@29.97")], chosen: "1280x720 YUYV at 29.97 fps"),
    Case(
      testDescription: "more frames rather than more pixels when both lack",
      formats: [format("YUYV", "1280x720@5", "640x480@30")], chosen: "640x480 YUYV at 30 fps"),
    Case(
      testDescription: "half the rate rather than a quarter of the pixels",
      formats: [format("YUYV", "1280x720@15", "640x360@30")], chosen: "1280x720 YUYV at 15 fps"),
    Case(
      testDescription: "formats that cannot be read are passed over",
      formats: [format("BG10", "1280x720@30"), format("YUYV", "320x240@15")], chosen: "320x240 YUYV at 15 fps"),
    Case(
      testDescription: "the driver's order between equals",
      formats: [format("UYVY", "1280x720@30"), format("YUYV", "1280x720@30")], chosen: "1280x720 UYVY at 30 fps"),
  ]

  @Test("it takes", arguments: cases)
  func choice(_ example: Case) throws {
    let wanted = example.wanted.split(separator: "@").map(String.init)
    let choice = try #require(
      CameraMode.choose(from: example.formats, size: size(wanted[0]), frameRate: rate(wanted[1])))
    #expect(choice.mode.description == example.chosen)
    #expect(choice.reason.hasPrefix(example.chosen))
  }

  @Test("a stepwise range gives the size itself, or the next step up")
  func stepwise() throws {
    let range = CameraSize(
      minimum: size("32x32"), maximum: size("2592x1944"), step: size("2x2"),
      rates: .range(slowest: rate("1"), fastest: rate("90")))
    let formats = [CameraFormat(fourCC: FourCC("YUYV"), name: "", pixelFormat: .yuyv, sizes: [range])]
    let exact = try #require(CameraMode.choose(from: formats, size: size("1280x720"), frameRate: .thirty))
    #expect(exact.mode.description == "1280x720 YUYV at 30 fps")
    let coarse = CameraSize(minimum: size("16x16"), maximum: size("1930x1090"), step: size("64x64"), rates: .unknown)
    #expect(coarse.nearest(to: size("1280x720")) == size("1296x720"))
    #expect(coarse.nearest(to: size("8x8")) == size("16x16"))
    #expect(coarse.nearest(to: size("9999x9999")) == size("1872x1040"))
  }

  @Test("a range of rates is kept to")
  func rateRange() throws {
    let sizes = CameraSize(size("1280x720"), rates: .range(slowest: rate("5"), fastest: rate("25")))
    let formats = [CameraFormat(fourCC: FourCC("NV12"), name: "", pixelFormat: .nv12, sizes: [sizes])]
    let choice = try #require(CameraMode.choose(from: formats, size: size("1280x720"), frameRate: .thirty))
    #expect(choice.mode.frameRate == rate("25"))
  }

  @Test("the reason says why it is not uncompressed, and that the picture is scaled")
  func reasons() throws {
    let webcam = [format("YUYV", "1280x720@10"), format("MJPG", "1280x720@30")]
    let compressed = try #require(CameraMode.choose(from: webcam, size: size("1280x720"), frameRate: .thirty))
    #expect(compressed.reason.contains("uncompressed only 10 fps"))
    let scaled = try #require(
      CameraMode.choose(from: [format("YUYV", "1920x1080@30")], size: size("1280x720"), frameRate: .thirty))
    #expect(scaled.reason.hasSuffix("scaled to 1280x720"))
  }

  @Test("a camera without a readable format has no mode")
  func nothing() {
    #expect(CameraMode.choose(from: [], size: size("1280x720"), frameRate: .thirty) == nil)
    #expect(CameraMode.choose(from: [format("BA81", "1280x720@30")], size: size("640x480"), frameRate: .thirty) == nil)
  }
}
