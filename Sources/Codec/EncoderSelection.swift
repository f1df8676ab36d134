internal import Dispatch
internal import FoundationEssentials
internal import Media
internal import Synchronization

/// What was found out about the encoder that is used.
struct EncoderSelection: Sendable {
  let choice: VideoEncoderChoice
  /// Why it is this one, for people.
  let reason: String
  /// The parameter sets that a proven hardware encoder put into its stream.
  let configuration: AVCDecoderConfiguration?

  /// Hardware encoders in the order in which `auto` tries them: the cheapest to ask about and the best first.
  private static let candidates: [(choice: VideoEncoderChoice, devices: [String])] = [
    (.h264NVENC, ["/dev/nvidia0", "/dev/nvhost-ctrl-gpu"]),
    (.h264VAAPI, ["/dev/dri/renderD128", "/dev/dri/renderD129"]),
    (.h264QSV, ["/dev/dri/renderD128", "/dev/dri/renderD129"]),
    (.h264V4L2M2M, ["/dev/video11", "/dev/video-enc0"]),
  ]

  /// Chooses the encoder; a hardware encoder has to encode pictures with these very settings first.
  static func make(for encoding: VideoEncoding) throws(CodecError) -> EncoderSelection {
    switch encoding.encoder {
    case .libx264:
      return EncoderSelection(choice: .libx264, reason: "as wanted", configuration: nil)
    case .auto:
      var present = 0
      for candidate in candidates where candidate.devices.contains(where: FileManager.default.fileExists(atPath:)) {
        present += 1
        if let configuration = try? probe(candidate.choice, encoding) {
          return EncoderSelection(
            choice: candidate.choice, reason: "the hardware encoder encoded a test picture",
            configuration: configuration)
        }
      }
      let reason =
        present == 0 ? "no hardware encoder found" : "no hardware encoder could encode a test picture"
      return EncoderSelection(choice: .libx264, reason: reason, configuration: nil)
    case let hardware:
      return EncoderSelection(choice: hardware, reason: "as wanted", configuration: try probe(hardware, encoding))
    }
  }

  /// Encodes gray pictures on a thread of its own: a driver that hangs costs this thread, not the caller.
  private static func probe(_ choice: VideoEncoderChoice, _ encoding: VideoEncoding) throws(CodecError)
    -> AVCDecoderConfiguration
  {
    let answer = ProbeAnswer()
    do throws(NoThreadError) {
      try DetachedThread.start(name: "encoder-probe") {
        answer.give(Result { () throws(CodecError) in try encodeTestPictures(choice, encoding) })
      }
    } catch { throw .encoderRefused(name: choice.rawValue, reason: "\(error)") }
    guard let result = answer.wait(seconds: 3) else {
      throw .encoderRefused(name: choice.rawValue, reason: "it did not answer within 3 s")
    }
    return try result.get()
  }

  private static func encodeTestPictures(_ choice: VideoEncoderChoice, _ encoding: VideoEncoding)
    throws(CodecError) -> AVCDecoderConfiguration
  {
    guard let options = EncoderOptions(choice, encoding) else {
      throw .noEncoder(name: choice.rawValue)
    }
    let session = try VideoEncoderSession(options, encoding)
    let picture = try Picture(size: encoding.size)
    var found: AVCDecoderConfiguration?
    var hasKeyframe = false
    // Drivers with a queue answer after a few pictures; half a GOP is more than any of them holds.
    for index in 0..<Int64(min(15, encoding.keyframeIntervalFrames)) where !hasKeyframe {
      try session.send(picture, index: index, isKeyframe: index == 0)
      try session.receive { bytes, _, _, isKeyframe in
        hasKeyframe = hasKeyframe || isKeyframe
        found = found ?? AVCDecoderConfiguration(annexB: bytes)
      }
    }
    guard hasKeyframe, let configuration = session.configuration ?? found else {
      throw .encoderRefused(name: choice.rawValue, reason: "it made no picture that a player could start with")
    }
    return configuration
  }
}

/// Where a probe's thread leaves its answer and the caller waits for it.
private final class ProbeAnswer: Sendable {
  private let result = Mutex<Result<AVCDecoderConfiguration, CodecError>?>(nil)
  private let ready = DispatchSemaphore(value: 0)

  func give(_ answer: Result<AVCDecoderConfiguration, CodecError>) {
    result.withLock { $0 = answer }
    ready.signal()
  }

  func wait(seconds: Int) -> Result<AVCDecoderConfiguration, CodecError>? {
    _ = ready.wait(timeout: .now() + .seconds(seconds))
    return result.withLock { $0 }
  }
}
