internal import ArgumentParser
internal import Broadcast
internal import Capture
internal import Media
internal import Settings

/// `ivs-broadcast devices`: what can be captured from.
struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Lists cameras with their formats, sizes and rates, and microphones.")

  @Flag(help: "Print JSON: an object with the arrays cameras and microphones.")
  var json = false

  private struct Devices: Encodable {
    let cameras: [CameraDescription]
    let microphones: [MicrophoneDescription]
  }

  func run() throws {
    do {
      let devices = try Devices(cameras: CameraList.all(), microphones: MicrophoneList.all())
      if json {
        try Output.json(devices)
      } else {
        Output.result(DeviceTree.text(cameras: devices.cameras, microphones: devices.microphones))
      }
    } catch {
      let failure = OperatorFailure(any: error)
      let screen = Screen()
      screen.fail(failure)
      screen.flush()
      throw ExitCode(failure.exitStatus.rawValue)
    }
  }
}
