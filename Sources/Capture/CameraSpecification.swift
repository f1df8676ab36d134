/// Which picture source is wanted, as `--camera` and settings files write it.
public enum CameraSpecification: Hashable, Sendable, CustomStringConvertible {
  /// The first usable camera.
  case auto
  /// A device node, `/dev/video0`, or a link to one such as those below `/dev/v4l/by-id`.
  case node(String)
  /// The USB serial number that the camera reports.
  case usb(String)
  /// Where it is plugged in: udev's `ID_PATH`, or the driver's bus info.
  case path(String)
  /// The card's name, or a part of it, without regard to case.
  case name(String)
  /// The test pattern.
  case test
  /// A media file, played in a loop.
  case file(String)
  /// No picture: black.
  case none

  /// Reads a specification; everything but the keywords and prefixes is taken literally.
  public init(parsing text: some StringProtocol) throws(SpecificationError) {
    switch text {
    case "": throw .empty(.camera)
    case "auto": self = .auto
    case "test": self = .test
    case "none": self = .none
    default:
      if text.hasPrefix("/") {
        guard text.hasPrefix("/dev/") else { throw .unknown(.camera, text: String(text)) }
        self = .node(String(text))
        return
      }
      guard let colon = text.firstIndex(of: ":") else { throw .unknown(.camera, text: String(text)) }
      let value = String(text[text.index(after: colon)...])
      let kind: (String) -> CameraSpecification
      switch text[..<colon] {
      case "usb": kind = CameraSpecification.usb
      case "path": kind = CameraSpecification.path
      case "name": kind = CameraSpecification.name
      case "file": kind = CameraSpecification.file
      default: throw .unknown(.camera, text: String(text))
      }
      guard !value.isEmpty else { throw .missingValue(.camera, prefix: String(text)) }
      self = kind(value)
    }
  }

  /// The text that parses to this value.
  public var description: String {
    switch self {
    case .auto: "auto"
    case .node(let node): node
    case .usb(let serial): "usb:\(serial)"
    case .path(let path): "path:\(path)"
    case .name(let name): "name:\(name)"
    case .test: "test"
    case .file(let path): "file:\(path)"
    case .none: "none"
    }
  }
}
