public import Media

/// What can go wrong while converting, encoding, decoding, reading and writing media.
public enum CodecError: ExplainedError, Equatable, Sendable {
  /// The installed FFmpeg was built without this encoder.
  case noEncoder(name: String)
  /// The encoder exists but does not work here with these settings.
  case encoderRefused(name: String, reason: String)
  /// The wanted encoding is impossible whatever encodes it.
  case unsupportedEncoding(reason: String)
  /// A running encoder failed.
  case encodingFailed(encoder: String, reason: String)
  /// A frame's time was not after that of the frame before it.
  case timeNotIncreasing(frame: Int64, last: Int64)
  /// A picture of another geometry or format than the encoder was opened for.
  case wrongPicture(expected: String, actual: String)
  /// The pixels cannot be converted.
  case unsupportedConversion(from: String, to: String, reason: String)
  /// A raw frame has fewer bytes than its format needs.
  case frameTooShort(expectedBytes: Int, bytes: Int)
  /// One compressed camera frame could not be decoded; the next one may be fine.
  case brokenFrame(format: String, reason: String)
  /// The audio's format cannot be converted.
  case unsupportedAudio(format: String, reason: String)
  /// There is no file at the path.
  case noSuchFile(path: String)
  /// The file is there but cannot be opened.
  case cannotOpen(path: String, reason: String)
  /// The file was open, and reading on failed: the disk, or the network that it comes over.
  case cannotRead(path: String, reason: String)
  /// The file is of a kind that is not played.
  case unplayable(path: String, reason: String)
  /// The file holds nothing that FFmpeg knows.
  case notMedia(path: String)
  /// The media file has no video stream.
  case noVideo(path: String)
  /// The media file has no audio stream.
  case noAudio(path: String)
  /// The media file's stream cannot be decoded or read on.
  case decodingFailed(path: String, reason: String)
  /// No space or quota is left for the output file.
  case diskFull(path: String)
  /// The output file cannot be written, for another reason than a full disk.
  case cannotWrite(path: String, reason: String)
  /// Memory for this could not be had.
  case outOfMemory(what: String)
}

extension CodecError {
  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .noEncoder(let name):
      Explanation("this FFmpeg has no encoder \(name)", "install one that has it, or choose the video encoder \"auto\"")
    case .encoderRefused(let name, let reason):
      Explanation(
        "the encoder \(name) does not work here: \(reason)", "choose the video encoder \"auto\" or \"libx264\"")
    case .unsupportedEncoding(let reason): Explanation("this encoding is not possible: \(reason)")
    case .encodingFailed(let encoder, let reason):
      Explanation("the encoder \(encoder) failed: \(reason)", "restart the stream")
    case .timeNotIncreasing(let frame, let last):
      Explanation("frame \(frame) came after frame \(last): frame numbers must increase")
    case .wrongPicture(let expected, let actual): Explanation("the encoder takes \(expected) but was given \(actual)")
    case .unsupportedConversion(let from, let target, let reason):
      Explanation("\(from) cannot be converted to \(target): \(reason)", "choose another camera format")
    case .frameTooShort(let expected, let bytes):
      Explanation(
        "the camera's frame has \(bytes) bytes where its format needs \(expected)", "choose another camera format")
    case .brokenFrame(let format, let reason):
      Explanation("a broken \(format) frame from the camera was skipped: \(reason)")
    case .unsupportedAudio(let format, let reason):
      Explanation("audio as \(format) cannot be converted: \(reason)", "choose another microphone format")
    case .noSuchFile(let path): Explanation("\(path): no such file", "check the path")
    case .cannotOpen(let path, let reason): Explanation("\(path) cannot be opened: \(reason)")
    case .cannotRead(let path, let reason):
      Explanation("\(path) cannot be read: \(reason)", "check the disk or network it is on")
    case .unplayable(let path, let reason): Explanation("\(path) is not played: \(reason)")
    case .notMedia(let path):
      Explanation("\(path) is not a media file that FFmpeg can read", "convert it or choose another")
    case .noVideo(let path): Explanation("\(path) has no video stream", "choose another file or camera")
    case .noAudio(let path): Explanation("\(path) has no audio stream", "choose another file or microphone")
    case .decodingFailed(let path, let reason): Explanation("\(path) cannot be decoded: \(reason)")
    case .diskFull(let path): Explanation("\(path) cannot be written: the disk is full", "free some space")
    case .cannotWrite(let path, let reason): Explanation("\(path) cannot be written: \(reason)")
    case .outOfMemory(let what): Explanation("not enough memory for \(what)")
    }
  }
}
