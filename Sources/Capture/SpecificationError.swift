public import Media

/// Why a text is no camera or microphone specification.
public enum SpecificationError: ExplainedError, Hashable, Sendable {
  /// Nothing stands there.
  case empty(DeviceError.Kind)
  /// The part after `usb:`, `path:`, `name:` or `file:` is missing.
  case missingValue(DeviceError.Kind, prefix: String)
  /// It is none of the known forms.
  case unknown(DeviceError.Kind, text: String)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .empty(let kind): Explanation("the \(kind.rawValue) is empty", "write \(Self.forms(kind))")
    case .missingValue(let kind, let prefix):
      Explanation("the \(kind.rawValue) '\(prefix)' has nothing after the colon", "write \(Self.forms(kind))")
    case .unknown(let kind, let text):
      Explanation("'\(text)' is not a valid \(kind.rawValue)", "write \(Self.forms(kind))")
    }
  }

  private static func forms(_ kind: DeviceError.Kind) -> String {
    switch kind {
    case .camera: "auto, /dev/videoN, usb:SERIAL, path:TOPOLOGY, name:TEXT, test, file:PATH or none"
    case .microphone: "auto, an ALSA PCM such as hw:1,0 or default, usb:SERIAL, name:TEXT, test, file:PATH or silence"
    }
  }
}
