import Foundation
import Media
import Settings
import TestSupport
import Testing

@Suite("YAML of settings")
struct YAMLDocumentTests {
  private static func outcome(_ text: String) -> String {
    do { return try YAMLDocument.read(text, path: "F").map { "line \($0.line)" } ?? "nothing" } catch {
      return error.description
    }
  }

  @Test(
    "what is more than plain data is refused, with its line",
    arguments: [
      ("a: &x 1\nb: 2\n", "F:1: not YAML: anchors and aliases are not taken"),
      ("a: 1\nb: *x\n", "F:2: not YAML: anchors and aliases are not taken"),
      ("a: 1\nb: &x [1]\n", "F:2: not YAML: anchors and aliases are not taken"),
      ("a: 1\nb: &x\n  c: 1\n", "F:2: not YAML: anchors and aliases are not taken"),
      ("a: 1\n<<: *x\n", "F:2: not YAML: anchors and aliases are not taken"),
      ("a: 1\nb: !!python/object:os.system x\n", "F:2: not YAML: tags (`!`) are not taken"),
      ("a: !own {b: 1}\n", "F:1: not YAML: tags (`!`) are not taken"),
      ("a: 1\nb: 2\na: 3\n", "F:3: not YAML: a is set twice"),
      ("a: 1\n---\nb: 2\n", "F:2: not YAML: a second document begins"),
      ("a:\n\tb: 1\n", "F:2: not YAML: found character that cannot start any token"),
      ("a: 1\n\u{1}: 2\n", "F:2: not YAML: control characters are not allowed"),
      ("a: 1\nb: \u{0}\n", "F:2: not YAML: control characters are not allowed"),
      ("a: 'b\n", "F:2: not YAML: found unexpected end of stream"),
      ("a: [1, 2\n", "F:2: not YAML: did not find expected ',' or ']'"),
      ("a: b: c\n", "F:1: not YAML: mapping values are not allowed in this context"),
      ("a: ! text\n", "line 1"), ("\u{feff}a: 1\n", "line 1"), ("a: 1\r\nb: 2\r\n", "line 1"),
      ("# nothing\r\n", "nothing"), ("", "nothing"), ("~", "nothing"), ("---\n...\n", "nothing"),
    ])
  func plain(text: String, outcome: String) { #expect(Self.outcome(text) == outcome) }

  @Test("aliases that would grow to a billion are refused before they grow")
  func billion() {
    var text = "a0: &a0 [lol]\n"
    for level in 1..<12 {
      text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ","))]\n"
    }
    #expect(Self.outcome(text) == "F:1: not YAML: anchors and aliases are not taken")
  }

  @Test(
    "nesting is bounded, whatever it is made of",
    arguments: [
      ("[", ""), ("{a: ", ""), ("- ", ""), ("? ", ""), ("[{a: ", ""),
    ])
  func nesting(opening: String, closing: String) {
    let text = String(repeating: opening, count: 100_000) + "x"
    #expect(Self.outcome(text).hasPrefix("F:1: not YAML: "), "\(Self.outcome(text).prefix(200))")
    // Sixteen levels have what settings need.
    #expect(Self.outcome(String(repeating: "[", count: 15) + String(repeating: "]", count: 15)) == "line 1")
    #expect(
      Self.outcome(String(repeating: "[", count: 17) + String(repeating: "]", count: 17))
        == "F:1: not YAML: too deeply nested")
  }

  @Test("the time grows with the length alone: a long list of names is read, and a name twice at its end found")
  func long() {
    let count = 20_000
    let text = (0..<count).map { "name\($0): 1\n" }.joined()
    let clock = ContinuousClock()
    let time = clock.measure { #expect(Self.outcome(text) == "line 1") }
    #expect(time < .seconds(20))
    #expect(Self.outcome(text + "name7: 1\n") == "F:\(count + 1): not YAML: name7 is set twice")
    // Words that are found twice are not repeated at any length.
    let long = String(repeating: "x", count: 1000)
    #expect(Self.outcome("\(long): 1\n\(long): 2\n").count < 120)
  }
}

@Suite("YAML of settings, random")
struct YAMLFuzzTests {
  private static let sample = """
    # Settings
    camera: usb:3A2F71
    keys: {mute: x, 'go-live': "b"}
    channels:
      venue:
        ingest: rtmps://a1b2c3.global-contribute.live-video.net:443/app
        stream-key-file: /etc/key
    allow: [a, '*.example.net', 10.0.0.7:1935]
    text: |
      lines
      and lines
    folded: >-
      words

    """

  @Test("any text is read, or refused with its line")
  func random() async {
    let bytes = Array(Self.sample.utf8)
    let parts = [
      "[", "{", "- ", "? ", ": ", "\n", "  ", "\t", "&a ", "*a", "!!x ", "'", "\"", "|\n", "#", "a", "---\n", "%", "\\",
      "\u{feff}", "\u{85}", "\r",
    ]
    await Fuzz("YAML", count: 3000).run { random in
      var text: String
      if random.below(3) == 0 {
        text = (0..<random.below(200)).map { _ in parts[random.below(parts.count)] }.joined()
      } else {
        text = String(decoding: Fuzz.mutated(bytes, &random), as: UTF8.self)
      }
      if random.below(4) == 0 { text += parts[random.below(parts.count)] }
      do throws(YAMLError) { _ = try YAMLDocument.parse(text) } catch {
        let lines = text.unicodeScalars.count { ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains($0) } + 2
        #expect((1...lines).contains(error.line) && !error.problem.isEmpty, "\(text.debugDescription)")
      }
    }
  }
}
