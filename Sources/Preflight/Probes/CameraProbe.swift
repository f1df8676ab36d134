internal import Capture
internal import Codec
internal import Media
internal import Pipeline
internal import Settings

/// Looks at the picture's source: it is there, may be opened, is free, and gives a picture.
enum CameraProbe {
  /// Blocks as long as the driver does.
  static func look(_ specification: CameraSpecification, for encoding: VideoEncoding) -> CheckFinding {
    do {
      switch specification {
      case .test: return .pass("the test pattern")
      case .none: return .pass("none: a black picture")
      case .file(let path): return try FilmProbe.look(path)
      case .auto, .node, .usb, .path, .name: return try look(atDevice: specification, encoding)
      }
    } catch { return .fail(error) }
  }

  private static func look(
    atDevice specification: CameraSpecification, _ encoding: VideoEncoding
  ) throws -> CheckFinding {
    var opened = try CameraSource.open(specification, encoding)
    let (name, reason) = (opened.name, opened.reason)
    let sign = FirstDataTimeout()
    var got: Void?
    while got == nil, sign.isAwaited {
      got = try opened.camera.withFrame(timeout: FirstDataTimeout.look) { _, _ in }
    }
    guard got != nil else {
      return .fail(
        "\(name) was opened but gives no pictures",
        "unplug it and plug it in again, or try another `video` size", .inputOutput)
    }
    return judge(opened.camera.format, encoding) ?? .pass("\(name): \(reason)")
  }

  /// What is to be said of a camera that works; `nil` where it gives what is wanted.
  static func judge(_ format: VideoFormat, _ encoding: VideoEncoding) -> CheckFinding? {
    let (size, rate) = (format.size, format.frameRate)
    guard size.pixels < encoding.size.pixels || rate.perSecond < encoding.frameRate.perSecond * 0.95 else {
      return nil
    }
    return .warn(
      "it gives \(size) at \(rate) fps, less than the \(encoding.size) at \(encoding.frameRate) fps on air",
      "choose a `video` that it has: ivs-broadcast devices lists them")
  }
}
