internal import Capture
internal import Codec
internal import Media
internal import Pipeline
internal import Settings

/// Looks at the sound's source: it is there, may be opened, is free, and gives sound.
enum MicrophoneProbe {
  /// Blocks as long as the driver or the sound server does.
  static func look(_ specification: MicrophoneSpecification, _ inputs: InputChoice) -> CheckFinding {
    do {
      switch specification {
      case .test: return .pass("the test tone")
      case .silence: return .pass("none: silence")
      case .file(let path): return try look(atFile: path, inputs)
      case .auto, .pcm, .usb, .name: return try look(atDevice: specification, inputs)
      }
    } catch { return .fail(error) }
  }

  private static func look(atFile path: String, _ inputs: InputChoice) throws -> CheckFinding {
    var reader = try AudioFileReader(path, inputs: inputs)
    let got: Void? = try reader.withNextBlock { _, _ in }
    guard got != nil else { return .fail("\(path) has no sound in it", "choose another file", .data) }
    return .pass("the sound of \(path)")
  }

  private static func look(
    atDevice specification: MicrophoneSpecification, _ inputs: InputChoice
  ) throws -> CheckFinding {
    var opened = try MicrophoneSource.open(specification, inputs)
    let name = opened.name
    let sign = FirstDataTimeout()
    var got: Void?
    while got == nil, sign.isAwaited {
      got = try opened.microphone.read(timeout: FirstDataTimeout.look) { _, _ in }
    }
    guard got != nil else {
      return .fail(
        "\(name) was opened but gives no sound", "try another `microphone`, or silence", .inputOutput)
    }
    return .pass(name)
  }
}
