internal import Foundation
internal import TestSupport
internal import Testing

@Suite("The device lab")
struct DeviceLabTests {
  @Test("The virtual machine has a camera, an MJPEG camera and a microphone that work")
  func devices() async throws {
    let output = try TemporaryDirectory()
    let result = try await DeviceLab.run(
      """
      set -e
      v4l2-ctl -d /dev/video0 --set-fmt-video=width=640,height=360,pixelformat=YUYV --set-parm=15 \
        --stream-mmap --stream-count=5 --stream-to=/out/camera.yuyv >/dev/null
      lab-mjpeg-camera 60
      v4l2-ctl -d /dev/video10 --stream-mmap --stream-count=5 --stream-to=/out/camera.mjpeg >/dev/null
      lab-tone 60
      arecord -q -D hw:LabMic,1,0 -f S16_LE -r 48000 -c 2 -d 2 /out/tone.wav
      echo captured
      exit 7
      """, within: .seconds(120), output: output)
    #expect(result.text.hasSuffix("captured\n"), "\(result.text) \(result.errorText)")
    #expect(result.termination == .exit(7))
    #expect(try Data(contentsOf: output.file("camera.yuyv")).count == 5 * 640 * 360 * 2)
    #expect(try Data(contentsOf: output.file("camera.mjpeg")).prefix(2) == Data([0xff, 0xd8]))
    let tone = try await Tone(of: output.file("tone.wav").path)
    #expect(abs(tone.frequency - 1000) < 2 && tone.continuity > 0.9, "\(tone)")
  }

  @Test("A script that outlives its limit ends with status 124")
  func limit() async throws {
    let result = try await DeviceLab.run("sleep 60", within: .seconds(2), output: try TemporaryDirectory())
    #expect(result.termination == .exit(124))
  }
}
