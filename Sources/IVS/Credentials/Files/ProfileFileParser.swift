/// Reads the text of a settings file, line by line, by the rules of botocore (Python's `configparser`).
///
/// A line that is indented deeper than the option before it continues that; `#` and `;` begin a comment only where they
/// are the first on a line; `=` and `:` both end a name.
struct ProfileFileParser {
  private struct Option {
    let name: String
    let line: Int
    var lines: [(text: Substring, number: Int)]
  }

  private let path: String
  private var sections: [ProfileSection] = []
  private var option: Option?
  private var indentation = 0

  private init(path: String) { self.path = path }

  /// All sections of a text; `path` is for the errors.
  static func parse(_ text: String, path: String) throws(AWSConfigurationError) -> [ProfileSection] {
    var parser = ProfileFileParser(path: path)
    let text = text.unicodeScalars.first == "\u{feff}" ? Substring(text.unicodeScalars.dropFirst()) : text[...]
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    for (index, line) in lines.enumerated() { try parser.take(line, number: index + 1) }
    try parser.finishOption()
    return parser.sections
  }

  private mutating func take(_ line: Substring, number: Int) throws(AWSConfigurationError) {
    let content = line.trimmed
    if content.first == "#" || content.first == ";" { return }
    guard !content.isEmpty else {
      option?.lines.append((content, number))
      return
    }
    let indentation = line.prefix { $0.isWhitespace }.count
    if option != nil, indentation > self.indentation {
      option?.lines.append((content, number))
      return
    }
    try finishOption()
    self.indentation = indentation
    if let header = Self.header(of: content) {
      guard !sections.contains(where: { $0.header == header }) else {
        throw .syntax(place: "\(path):\(number)", problem: "the section [\(header)] stands twice: make one of both")
      }
      sections.append(ProfileSection(header: header))
    } else {
      try beginOption(content, number)
    }
  }

  /// What stands between `[` and the last `]`.
  private static func header(of line: Substring) -> String? {
    guard line.first == "[", let end = line.lastIndex(of: "]") else { return nil }
    let header = line[line.index(after: line.startIndex)..<end]
    return header.isEmpty ? nil : String(header)
  }

  private mutating func beginOption(_ line: Substring, _ number: Int) throws(AWSConfigurationError) {
    guard let section = sections.last else {
      throw .syntax(
        place: "\(path):\(number)", problem: "a section such as [default] is missing before this line")
    }
    guard let delimiter = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
      throw .syntax(place: "\(path):\(number)", problem: "this line is no 'name = value' and no [section]")
    }
    let name = line[..<delimiter].trimmed.lowercased()
    guard !name.isEmpty else {
      throw .syntax(place: "\(path):\(number)", problem: "the name before '\(line[delimiter])' is missing")
    }
    guard section.values[name] == nil else {
      throw .syntax(
        place: "\(path):\(number)", problem: "'\(name)' stands twice in [\(section.header)]: remove one of both")
    }
    option = Option(
      name: name, line: number, lines: [(line[line.index(after: delimiter)...].trimmed, number)])
    // Taken now, so that a second line of this name is seen while this one is still being read.
    sections[sections.count - 1].values[name] = ProfileValue(text: "", nested: [:], place: "\(path):\(number)")
  }

  private mutating func finishOption() throws(AWSConfigurationError) {
    guard let option else { return }
    self.option = nil
    var lines = option.lines
    while lines.count > 1, lines.last?.text.isEmpty ?? false { lines.removeLast() }
    var nested: [String: ProfileValue] = [:]
    if lines.count > 1, lines[0].text.isEmpty {
      for (text, number) in lines where !text.isEmpty {
        guard let delimiter = text.firstIndex(of: "=") else {
          throw .syntax(place: "\(path):\(number)", problem: "this indented line is no 'name = value'")
        }
        nested[String(text[..<delimiter].trimmed)] = ProfileValue(
          text: String(text[text.index(after: delimiter)...].trimmed), nested: [:], place: "\(path):\(number)")
      }
    }
    sections[sections.count - 1].values[option.name] = ProfileValue(
      text: lines.map(\.text).joined(separator: "\n"), nested: nested, place: "\(path):\(option.line)")
  }
}

extension Substring {
  /// Without the white space around it.
  var trimmed: Substring {
    var rest = self
    while rest.first?.isWhitespace ?? false { rest.removeFirst() }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return rest
  }
}
