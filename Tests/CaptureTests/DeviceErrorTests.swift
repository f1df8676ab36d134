import Foundation
import Media
import Testing

@testable import Capture

@Suite("Devices that cannot be used")
struct DeviceErrorTests {
  private let mode = CameraMode(
    fourCC: FourCC("YUYV"), pixelFormat: .yuyv, size: PictureSize(width: 640, height: 480), frameRate: .thirty)

  @Test("a camera that is not there")
  func missingCamera() {
    let error = DeviceError.noSuchDevice(.camera, specification: "/dev/video9999")
    #expect(throws: error) { _ = try Camera(node: "/dev/video9999", mode: mode) }
    #expect(throws: error) { try CameraList.resolve(.node("/dev/video9999")) }
  }

  @Test("a node that is no camera", arguments: ["/dev/null", "/dev/zero"])
  func noCamera(node: String) {
    #expect(throws: DeviceError.unsupported(.camera, device: node, what: "is no V4L2 device")) {
      _ = try Camera(node: node, mode: mode)
    }
  }

  @Test("a microphone that is not there", arguments: ["hw:31,0", "no-such-pcm", "plughw:CARD=Nobody"])
  func missingMicrophone(pcm: String) {
    #expect(throws: DeviceError.noSuchDevice(.microphone, specification: pcm)) { _ = try Microphone(pcm: pcm) }
  }

  @Test("a node without rights names the group that has them")
  func permission() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "node-\(UUID())").path
    #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o660]))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let owner = try FileManager.default.attributesOfItem(atPath: path)[.groupOwnerAccountName] as? String
    let group = try #require(owner)
    let error = DeviceError.permission(.camera, node: path)
    #expect(error == .permission(.camera, device: path, group: group, groupMayOpen: true))
    #expect(error.description.contains("sudo usermod -aG \(group) $USER"))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    let closed = DeviceError.permission(.camera, node: path)
    #expect(closed == .permission(.camera, device: path, group: group, groupMayOpen: false))
  }

  @Test(
    "each errno becomes what it means to a user",
    arguments: [
      (EBUSY, DeviceError.busy(.camera, device: "/dev/video7")),
      (ENODEV, .disconnected(.camera, device: "/dev/video7")), (EIO, .disconnected(.camera, device: "/dev/video7")),
      (ENOENT, .noSuchDevice(.camera, specification: "/dev/video7")),
      (ENOMEM, .call("VIDIOC_REQBUFS", errno: ENOMEM, device: "/dev/video7")),
    ])
  func errno(number: Int32, error: DeviceError) {
    #expect(DeviceError.from(errno: number, call: "VIDIOC_REQBUFS", kind: .camera, device: "/dev/video7") == error)
    #expect(error.description.contains("/dev/video7"))
    #expect(!error.description.contains("\n"))
  }

  @Test("a call that failed is named with the system's words")
  func call() {
    let error = DeviceError.call("VIDIOC_REQBUFS", errno: ENOMEM, device: "/dev/video0")
    #expect(error.description == "/dev/video0: VIDIOC_REQBUFS failed: Cannot allocate memory")
  }
}
