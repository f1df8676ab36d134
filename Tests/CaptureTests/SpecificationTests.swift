import Capture
import Media
import Testing

@Suite("Which source is wanted, as people write it")
struct SpecificationTests {
  @Test(
    "a camera specification is read and written back",
    arguments: [
      ("auto", CameraSpecification.auto), ("/dev/video0", .node("/dev/video0")),
      ("/dev/v4l/by-id/usb-046d-video-index0", .node("/dev/v4l/by-id/usb-046d-video-index0")),
      ("usb:A1B2:C3", .usb("A1B2:C3")), ("path:pci-0000:00:14.0-usb-0:1:1.0", .path("pci-0000:00:14.0-usb-0:1:1.0")),
      ("name:HD Webcam", .name("HD Webcam")), ("test", .test), ("file:/tmp/a b.mp4", .file("/tmp/a b.mp4")),
      ("none", .none),
    ])
  func camera(text: String, value: CameraSpecification) throws {
    #expect(try CameraSpecification(parsing: text) == value)
    #expect(value.description == text)
  }

  @Test(
    "what is no camera is refused in one line that names the forms",
    arguments: [
      ("", SpecificationError.empty(.camera)), ("usb:", .missingValue(.camera, prefix: "usb:")),
      ("file:", .missingValue(.camera, prefix: "file:")), ("video0", .unknown(.camera, text: "video0")),
      ("/tmp/film.mp4", .unknown(.camera, text: "/tmp/film.mp4")),
      ("rtsp://host", .unknown(.camera, text: "rtsp://host")),
    ])
  func badCamera(text: String, error: SpecificationError) {
    #expect(throws: error) { try CameraSpecification(parsing: text) }
    #expect(error.description.contains("usb:SERIAL"))
    #expect(!error.description.contains("\n"))
  }

  @Test(
    "a microphone specification is read and written back",
    arguments: [
      ("auto", MicrophoneSpecification.auto), ("hw:LabMic,1,0", .pcm("hw:LabMic,1,0")),
      ("plughw:CARD=Yeti,DEV=0", .pcm("plughw:CARD=Yeti,DEV=0")), ("default", .pcm("default")), ("usb:99", .usb("99")),
      ("usb", .pcm("usb")), ("name:Blue Yeti", .name("Blue Yeti")), ("test", .test), ("silence", .silence),
      ("file:a.wav", .file("a.wav")),
    ])
  func microphone(text: String, value: MicrophoneSpecification) throws {
    #expect(try MicrophoneSpecification(parsing: text) == value)
    #expect(value.description == text)
  }

  @Test(
    "what is no microphone is refused",
    arguments: [
      ("", SpecificationError.empty(.microphone)), ("name:", .missingValue(.microphone, prefix: "name:")),
      ("/dev/snd/pcmC0D0c", .unknown(.microphone, text: "/dev/snd/pcmC0D0c")),
      ("my microphone", .unknown(.microphone, text: "my microphone")),
    ])
  func badMicrophone(text: String, error: SpecificationError) {
    #expect(throws: error) { try MicrophoneSpecification(parsing: text) }
  }
}
