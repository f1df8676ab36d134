/// Which sound source is wanted, as `--microphone` and settings files write it.
public enum MicrophoneSpecification: Hashable, Sendable, CustomStringConvertible {
  /// The system's default input where it works, else the first capture device of a sound card.
  case auto
  /// An ALSA PCM by its name: `default`, `hw:1,0`, `plughw:CARD=Yeti`, or any that the ALSA configuration defines.
  case pcm(String)
  /// The USB serial number that the sound card reports.
  case usb(String)
  /// The card's or the device's name, or a part of it, without regard to case.
  case name(String)
  /// The test tone.
  case test
  /// No sound: digital silence.
  case silence
  /// A media file, played in a loop.
  case file(String)

  /// Reads a specification; what has none of our own prefixes is an ALSA PCM name.
  public init(parsing text: some StringProtocol) throws(SpecificationError) {
    switch text {
    case "": throw .empty(.microphone)
    case "auto": self = .auto
    case "test": self = .test
    case "silence": self = .silence
    default:
      let colon = text.firstIndex(of: ":") ?? text.endIndex
      let value = String(text[colon...].dropFirst())
      let kind: (String) -> MicrophoneSpecification
      switch text[..<colon] {
      case "usb" where colon != text.endIndex: kind = MicrophoneSpecification.usb
      case "name" where colon != text.endIndex: kind = MicrophoneSpecification.name
      case "file" where colon != text.endIndex: kind = MicrophoneSpecification.file
      default:
        // A white space or a path never names a PCM; saying so here beats alsa-lib's "no such file".
        guard !text.contains(where: \.isWhitespace), !text.hasPrefix("/") else {
          throw .unknown(.microphone, text: String(text))
        }
        self = .pcm(String(text))
        return
      }
      guard !value.isEmpty else { throw .missingValue(.microphone, prefix: String(text)) }
      self = kind(value)
    }
  }

  /// The text that parses to this value.
  public var description: String {
    switch self {
    case .auto: "auto"
    case .pcm(let name): name
    case .usb(let serial): "usb:\(serial)"
    case .name(let name): "name:\(name)"
    case .test: "test"
    case .silence: "silence"
    case .file(let path): "file:\(path)"
    }
  }
}
