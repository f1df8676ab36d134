internal import Settings

/// A value of a settings file; it may be a secret, so that it shows in no dump.
struct ProfileValue: Sendable, Equatable, CustomReflectable {
  /// Without the white space around it; of more lines, with line breaks between them.
  let text: String
  /// What is indented under an empty value: `ivs =`, then `  endpoint_url = …`.
  let nested: [String: ProfileValue]
  /// `path:line`.
  let place: String

  var customMirror: Mirror { Mirror(self, children: ["place": place]) }
}

/// A section of a settings file.
struct ProfileSection: Sendable, Equatable {
  /// What stands between the brackets.
  let header: String
  /// By names in lower case.
  var values: [String: ProfileValue] = [:]

  /// The profile that this is in the config file: `[default]`, `[profile x]`, `[profile "x y"]`.
  var profileInConfig: String? { header == "default" ? header : name(after: "profile") }

  /// The `x` of `[keyword x]`.
  func name(after keyword: String) -> String? {
    guard header.hasPrefix(keyword), let words = ShellWords.split(header), words.count == 2 else { return nil }
    return words[1]
  }
}

/// One of the two files that AWS's tools share: `~/.aws/config` or `~/.aws/credentials`.
struct ProfileFile: Sendable {
  static let byteLimit = 1 << 20

  /// How it is named to people.
  let shownPath: String
  /// As they follow each other; none where there is no file.
  let sections: [ProfileSection]

  /// Reads a file; a missing one is an empty one.
  init(path: String, shownPath: String) throws(AWSConfigurationError) {
    self.shownPath = shownPath
    do {
      sections = try ProfileFileParser.parse(TextFile.read(path, limit: Self.byteLimit), path: shownPath)
    } catch let problem as AWSConfigurationError {
      throw problem
    } catch TextFile.Problem.missing {
      sections = []
    } catch {
      let reason =
        switch error as? TextFile.Problem {
        case .tooLong: "longer than a megabyte: this is no settings file of AWS's tools"
        case .notText, .utf16: "not a text in UTF-8: this is no settings file of AWS's tools"
        default: "cannot be read: check its permissions"
        }
      throw .unreadable(path: shownPath, reason: reason)
    }
  }
}
