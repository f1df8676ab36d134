import Foundation
import Media
import Testing

@testable import Capture

@Suite("Finding a device")
struct DeviceListTests {
  private static func camera(
    _ node: String, name: String = "Cam", serial: String? = nil, topology: String? = nil, bus: String = "",
    interface: String? = nil, error: DeviceError? = nil
  ) -> CameraList.Probe {
    let identity = DeviceIdentity(serial: serial, topology: topology, interfaceNumber: interface)
    let size = CameraSize(PictureSize(width: 640, height: 480), rates: .discrete([.thirty]))
    let format = CameraFormat(fourCC: FourCC("YUYV"), name: "YUYV 4:2:2", pixelFormat: .yuyv, sizes: [size])
    let description = CameraDescription(
      node: node, name: name, bus: bus, identity: identity, formats: error == nil ? [format] : [],
      problem: error?.description)
    return CameraList.Probe(description: description, error: error)
  }

  @Test("auto takes the first camera that works")
  func auto() throws {
    let busy = DeviceError.busy(.camera, device: "/dev/video0")
    let probes = [Self.camera("/dev/video0", error: busy), Self.camera("/dev/video2"), Self.camera("/dev/video4")]
    #expect(try CameraList.choose(.auto, from: probes).node == "/dev/video2")
    #expect(throws: busy) { try CameraList.choose(.auto, from: [probes[0]]) }
  }

  @Test("auto without a camera says what to use instead")
  func none() {
    #expect(throws: DeviceError.noneFound(.camera)) { try CameraList.choose(.auto, from: []) }
    #expect(DeviceError.noneFound(.camera).description.contains("`camera` test"))
    #expect(DeviceError.noneFound(.microphone).description.contains("`microphone` test"))
  }

  @Test("serial number, topology, bus and name find their camera")
  func identity() throws {
    let probes = [
      Self.camera("/dev/video0", name: "HD Webcam C920", serial: "A1", topology: "pci-usb-0:1:1.0", bus: "usb-1"),
      Self.camera("/dev/video2", name: "Elgato Facecam", serial: "B2", topology: "pci-usb-0:2:1.0", bus: "usb-2"),
    ]
    for specification in [CameraSpecification.usb("B2"), .path("pci-usb-0:2:1.0"), .path("usb-2"), .name("facecam")] {
      #expect(try CameraList.choose(specification, from: probes).node == "/dev/video2")
    }
    #expect(throws: DeviceError.noSuchDevice(.camera, specification: "usb:C3")) {
      try CameraList.choose(.usb("C3"), from: probes)
    }
  }

  @Test("two cameras with one serial number are told apart by topology, two nodes of one camera are not asked about")
  func ambiguous() throws {
    let twins = [
      Self.camera("/dev/video0", serial: "0001", topology: "pci-usb-0:1:1.0", interface: "00"),
      Self.camera("/dev/video2", serial: "0001", topology: "pci-usb-0:2:1.0", interface: "00"),
    ]
    #expect(
      throws: DeviceError.ambiguous(
        .camera, specification: "usb:0001", candidates: ["path:pci-usb-0:1:1.0", "path:pci-usb-0:2:1.0"])
    ) { try CameraList.choose(.usb("0001"), from: twins) }
    let infrared = [
      Self.camera("/dev/video0", serial: "0001", topology: "pci-usb-0:1:1.0", interface: "00"),
      Self.camera("/dev/video2", serial: "0001", topology: "pci-usb-0:1:1.2", interface: "02"),
    ]
    #expect(try CameraList.choose(.usb("0001"), from: infrared).node == "/dev/video0")
  }

  @Test("microphones are found by serial number, name and card")
  func microphones() throws {
    let probes = [
      MicrophoneList.Probe(
        description: MicrophoneDescription(
          pcm: "hw:PCH,0", name: "HDA Intel PCH", card: "PCH", problem: "in use"),
        error: .busy(.microphone, device: "hw:PCH,0")),
      MicrophoneList.Probe(
        description: MicrophoneDescription(
          pcm: "hw:Yeti,0", name: "Blue Yeti", card: "Yeti", identity: DeviceIdentity(serial: "77")), error: nil),
    ]
    for specification in [MicrophoneSpecification.auto, .usb("77"), .name("yeti"), .name("blue y"), .pcm("hw:Yeti,0")] {
      #expect(try MicrophoneList.choose(specification, from: probes).pcm == "hw:Yeti,0")
    }
    #expect(throws: DeviceError.busy(.microphone, device: "hw:PCH,0")) {
      try MicrophoneList.choose(.name("PCH"), from: probes)
    }
    #expect(throws: DeviceError.noneFound(.microphone)) { try MicrophoneList.choose(.auto, from: []) }
  }

  @Test("what the machine has is listed, and quickly")
  func real() throws {
    let start = MediaTime.now()
    let cameras = try CameraList.all()
    _ = try MicrophoneList.all()
    #expect(MediaTime.now() - start < .seconds(2))
    let nodes = try FileManager.default.contentsOfDirectory(atPath: "/dev").filter { $0.hasPrefix("video") }
    #expect(cameras.allSatisfy { nodes.contains(String($0.node.dropFirst(5))) })
    if nodes.isEmpty {
      #expect(throws: DeviceError.noneFound(.camera)) { try CameraList.resolve(.auto) }
    }
  }

  @Test("a description survives JSON")
  func json() throws {
    var description = Self.camera("/dev/video0", serial: "A1").description
    description.formats.append(
      CameraFormat(
        fourCC: FourCC("Y16"), name: "", pixelFormat: nil,
        sizes: [
          CameraSize(
            minimum: PictureSize(width: 2, height: 2), maximum: PictureSize(width: 8, height: 8),
            step: PictureSize(width: 2, height: 2), rates: .unknown)
        ]))
    let data = try JSONEncoder().encode(description)
    #expect(try JSONDecoder().decode(CameraDescription.self, from: data) == description)
    #expect(String(decoding: data, as: UTF8.self).contains("\"YUYV\""))
  }
}
