import Testing

@testable import IVS

@Suite("Settings files of AWS's tools")
struct ProfileFileTests {
  private static func parse(_ text: String) throws -> [ProfileSection] {
    try ProfileFileParser.parse(text, path: "config")
  }

  private static func problem(_ text: String) -> String? {
    do {
      _ = try parse(text)
      return nil
    } catch { return "\(error)" }
  }

  @Test("sections hold names in lower case and values without the space around them, each with its line")
  func values() throws {
    let sections = try Self.parse("# mine\n[default]\nRegion =  eu-west-1 \n\n[profile  \"my venue\"]\noutput:json\n")
    #expect(sections.map(\.profileInConfig) == ["default", "my venue"])
    #expect(sections[0].values["region"]?.text == "eu-west-1")
    #expect(sections[0].values["region"]?.place == "config:3")
    #expect(sections[1].values["output"]?.text == "json")
  }

  @Test("what is indented under an empty value is nested")
  func nested() throws {
    let text = "[services local]\r\nivs =\r\n  endpoint_url = http://127.0.0.1:1\r\n  # a word\r\ncloudwatch =\r\n"
    let section = try #require(try Self.parse(text).first)
    #expect(section.name(after: "services") == "local")
    #expect(section.values["ivs"]?.nested["endpoint_url"]?.text == "http://127.0.0.1:1")
    #expect(section.values["ivs"]?.nested["endpoint_url"]?.place == "config:3")
    #expect(section.values["cloudwatch"]?.nested.isEmpty == true)
  }

  @Test("an error names file and line, and not what stands there")
  func errors() {
    #expect(Self.problem("[a]\nverysecret") == "config:2: this line is no 'name = value' and no [section]")
    #expect(Self.problem("\na = verysecret") == "config:2: a section such as [default] is missing before this line")
    #expect(Self.problem("[a]\nb = 1\nB = 2") == "config:3: 'b' stands twice in [a]: remove one of both")
    #expect(Self.problem("[a]\n[b]\n[a]") == "config:3: the section [a] stands twice: make one of both")
    #expect(Self.problem("[a]\n= 1") == "config:2: the name before '=' is missing")
    #expect(Self.problem("[a]\nb =\n verysecret") == "config:3: this indented line is no 'name = value'")
  }

  @Test("600 random files: the same sections, names, values and refusals as by botocore")
  func referee() async throws {
    let pieces = [
      "[a]", "[b]", "[profile c]", "[profile c] x", "[]", "x", "x = 1", "y=2", "Z : 3", "x == :", "= 4", ": 5", "",
      " ", "#", "; d", " # e", "  f = 6", "    g", "\th = 7", "ivs =", "ivs = ", "i = j k", "  ; l", "[m", "n]o = 8",
      "p = [q]", "  [r]", "s = 9 ; not one", "t = 9 # not one", "\r",
    ]
    var random = SystemRandomNumberGenerator()
    let texts = (0..<600).map { index in
      let lines = (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
      return (index % 4 == 0 ? "" : "[first]\n") + lines.joined(separator: index % 3 == 0 ? "\r\n" : "\n")
    }
    let judged = try await Referee.answers(
      to: texts.map { Referee.Question(kind: "file", text: $0) }, as: Judged<[String: [String: FileValue]]>.self)
    var good = 0
    for (text, judgement) in zip(texts, judged) {
      let own = try? Self.parse(text).reduce(into: [:]) { sections, section in
        sections[section.header] = section.values.mapValues { value in
          value.nested.isEmpty ? FileValue.text(value.text) : .nested(value.nested.mapValues(\.text))
        }
      }
      if own != nil { good += 1 }
      #expect(own == judgement.value, "\(text.debugDescription)")
    }
    #expect((100..<500).contains(good), "\(good) of 600 are good files")
  }

  @Test("2,000 random command lines: the same words as by Python's shlex")
  func words() async throws {
    var random = SystemRandomNumberGenerator()
    let texts = (0..<2000).map { _ in
      String(
        (0..<Int.random(in: 0...12, using: &random)).map { _ in "ab \t\n'\"\\#$é".randomElement(using: &random) ?? "a" }
      )
    }
    let judged = try await Referee.answers(
      to: texts.map { Referee.Question(kind: "words", text: $0) }, as: [String]?.self)
    for (text, words) in zip(texts, judged) { #expect(ShellWords.split(text) == words, "\(text.debugDescription)") }
    #expect(judged.count { $0 == nil } > 100 && judged.count { ($0?.count ?? 0) > 1 } > 100)
  }
}

private enum FileValue: Decodable, Equatable {
  case text(String)
  case nested([String: String])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .nested(try container.decode([String: String].self))
    }
  }
}
