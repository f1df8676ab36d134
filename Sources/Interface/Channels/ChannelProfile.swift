public import Settings

/// A custom channel as the form gives it.
///
/// The one place where a key travels from the console to the engine; its description hides it.
public struct ChannelProfile: Codable, Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// What a form asks for.
  public enum Field: String, CaseIterable, Sendable { case name, ingest, key, playback }

  /// What it is called in menus and settings.
  public var name: String
  /// `rtmps://host:443/app`.
  public var ingest: String
  /// The stream key; written to the settings with mode 0600, never shown again.
  public var key: String
  /// Where to watch it; may be empty.
  public var playbackURL: String
  /// The channel of an AWS account that it is.
  public var arn: String?

  /// Makes a profile.
  public init(name: String, ingest: String, key: String, playbackURL: String, arn: String? = nil) {
    self.name = name
    self.ingest = ingest
    self.key = key
    self.playbackURL = playbackURL
    self.arn = arn
  }

  /// Name and ingest alone.
  public var description: String { "\(name) (\(ingest))" }
  /// The same: a key is in no dump.
  public var debugDescription: String { description }
}

extension ChannelProfile {
  /// What is wrong with a field, in a few words; `nil` where nothing is.
  public func problem(_ field: Field) -> String? {
    switch field {
    case .name: Self.problem(ofName: name)
    case .ingest: ingest.isEmpty ? "the ingest URL is missing" : IngestAddress.problem(ingest)
    case .key:
      if key.contains("://") {
        "this is a URL; the key alone goes here"
      } else {
        key.contains(where: \.isWhitespace) ? "a key has no spaces" : nil
      }
    case .playback: playbackURL.isEmpty ? nil : IngestAddress.problem(ofPlayback: playbackURL)
    }
  }

  /// Refuses a profile that is wrong in itself.
  /// - Throws: the first problem, with its field.
  public func check() throws(OperatorFailure) {
    for field in Field.allCases {
      if let problem = problem(field) { throw OperatorFailure(problem, .configuration, field: field.rawValue) }
    }
  }

  /// What is wrong with a name for a channel, in a few words; `nil` where nothing is.
  public static func problem(ofName name: String) -> String? {
    switch name {
    case "": "give it a name"
    case "local": "'local' is the built-in channel"
    case "ivs": "'ivs' stands for whatever ingest of Amazon IVS is near"
    default: isName(name) ? nil : "a name begins with a letter or a digit and has none of : / ? #"
    }
  }

  /// Whether a text names a channel, and is no URL.
  public static func isName(_ text: String) -> Bool {
    (text.first.map { $0.isLetter || $0.isNumber } ?? false) && !text.contains(where: { ":/?#".contains($0) })
  }
}
