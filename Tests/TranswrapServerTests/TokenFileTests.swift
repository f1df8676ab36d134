import Foundation
import Logging
import Media
import Settings
import TestSupport
import Testing

@testable import TranswrapServer

private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("Tokens file")
struct TokenFileTests {
  private let folder: TemporaryDirectory
  private let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("tokens.yaml").path
  }

  private func content() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test("a token is given out once; the file has its hash alone, and only its owner reads it")
  func add() throws {
    var file = try TokenFile(path: path, mayBeMissing: true)
    let token = try file.add(name: "camera 1", channels: ["venue", "studio-2"], lifetime: nil)
    #expect(token.hasPrefix("tw_") && token.utf8.count == 46)
    let text = try content()
    #expect(!text.contains(token) && !text.contains(token.dropFirst(3)))
    #expect(text.contains(TokenFile.hash(of: token)))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let again = try TokenFile(path: path)
    #expect(again.entries == file.entries)
    let entry = try #require(again.entry(of: token))
    #expect(entry.name == "camera 1" && entry.channels == ["venue", "studio-2"] && entry.expires == nil)
    #expect(again.entry(of: token + "x") == nil && again.entry(of: "") == nil)
    #expect(try file.add(name: "", channels: ["*"], lifetime: nil) != token)
  }

  @Test("a file that others may read is theirs no more once it was written")
  func mode() throws {
    try folder.write("", to: "tokens.yaml")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    var file = try TokenFile(path: path)
    _ = try file.add(name: "a", channels: ["*"], lifetime: nil)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
  }

  @Test("the list has name, channels, end and the start of the hash")
  func list() throws {
    var file = try TokenFile(path: path, mayBeMissing: true)
    let first = try file.add(name: "camera 1", channels: ["a", "b"], lifetime: nil)
    let second = try file.add(name: "", channels: ["*"], lifetime: .seconds(86_400))
    let summary = try TokenFile(path: path).summary
    #expect(summary[0] == "camera 1\ta,b\tfor ever\t\(TokenFile.hash(of: first).prefix(12))…")
    #expect(
      summary[1].wholeMatch(of: /-\t\*\tuntil 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\t[0-9a-f]{12}…/) != nil, "\(summary[1])")
    #expect(!summary.joined().contains(second))
  }

  @Test("removing forgets all of that name")
  func remove() throws {
    var file = try TokenFile(path: path, mayBeMissing: true)
    let tokens = try ["a", "b", "a"].map { try file.add(name: $0, channels: ["*"], lifetime: nil) }
    #expect(try file.remove(name: "none") == 0)
    #expect(try file.remove(name: "a") == 2)
    let again = try TokenFile(path: path)
    #expect(tokens.map { again.entry(of: $0)?.name } == [nil, "b", nil])
  }

  @Test("an end is kept to the second")
  func expiry() throws {
    var file = try TokenFile(path: path, mayBeMissing: true)
    let before = Int64(Date().timeIntervalSince1970)
    let token = try file.add(name: "a", channels: ["*"], lifetime: .seconds(3600))
    let expires = try #require(try TokenFile(path: path).entry(of: token)?.expires)
    #expect((before + 3600...before + 3660).contains(expires))
    #expect(file.entry(of: token)?.expires == expires)
  }

  @Test("any name comes back as it was, but for control characters")
  func names() throws {
    var file = try TokenFile(path: path, mayBeMissing: true)
    let names = [
      "", "~", "null", "it's", "''", "\"", "a: b", "- x", "# no", "[a]", "{a: b}", "&a", "*a", "!!int", "%", "@", "`",
      "true", "1", "é👩‍👩‍👧", "\\n", "a\\'b", "?", "|", ">",
    ]
    for name in names { _ = try file.add(name: name, channels: ["*"], lifetime: nil) }
    #expect(try TokenFile(path: path).entries.map(\.name) == names)
    _ = try file.add(name: "a\nb\u{0}\u{1b}[31m", channels: ["*"], lifetime: nil)
    #expect(try TokenFile(path: path).entries.last?.name == "ab[31m")
  }

  @Test("a channel that cannot be one is refused, and nothing is written")
  func channels() throws {
    var file = try TokenFile(path: path, mayBeMissing: true)
    #expect(throws: OperatorFailure("`channel`: 'a b' is no channel's name", .usage)) {
      try file.add(name: "", channels: ["ok", "a b"], lifetime: nil)
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  private static let hash = String(repeating: "0f", count: 32)

  @Test(
    "what is wrong is said with its line",
    arguments: [
      ("a: b", 1, "a list of tokens is wanted"), ("- x", 1, "a token has sha256 and channels"),
      ("- sha256: \(hash)", 1, "a token has sha256 and channels"),
      ("- channels: [a]", 1, "a token has sha256 and channels"),
      ("- channels: [a]\n  sha256: abc", 2, "sha256: 64 hexadecimal digits are wanted"),
      ("- sha256: \(hash)\n  channels: a", 2, "channels: a list is wanted"),
      ("- sha256: \(hash)\n  channels: []", 1, "a token has sha256 and channels"),
      ("- sha256: \(hash)\n  channels: [a,\n    [b]]", 3, "channels: names are wanted, or '*' for all"),
      ("- sha256: \(hash)\n  channels: [a b]", 2, "channels: names are wanted, or '*' for all"),
      ("- sha256: \(hash)\n  channels: [a]\n  name: [x]", 3, "name: a text is wanted"),
      ("- sha256: \(hash)\n  channels: [a]\n  expires: 999999999999999999-01-01T00:00:00Z", 3, "expires: a time"),
      ("- &x\n  sha256: \(hash)", 1, "not YAML: anchors and aliases are not taken"),
      ("# x\n\n- sha256: \(hash)\n  channels: [a]\n  expires: soon", 5, "expires: a time such as"),
      ("- sha256: \(hash)\n  channels: [a]\n  until: x", 3, "unknown 'until'"), ("- [", 2, "not YAML"),
      ("- sha256: \(hash)\n  sha256: \(hash)", 2, "not YAML: sha256 is set twice"),
    ])
  func wrong(text: String, line: Int, words: String) throws {
    try folder.write(text, to: "tokens.yaml")
    let failure = #expect(throws: OperatorFailure.self) { try TokenFile(path: path) }
    #expect(failure?.description.contains(Self.hash) == false)
    #expect(failure?.description.hasPrefix("\(path):\(line): \(words)") == true, "\(String(describing: failure))")
    #expect(failure?.exitStatus == .configuration)
  }

  @Test("what others made of the file since it was read stays: a change is made of the file as it is then")
  func others() throws {
    var (one, other) = (try TokenFile(path: path, mayBeMissing: true), try TokenFile(path: path, mayBeMissing: true))
    let first = try one.add(name: "a", channels: ["*"], lifetime: nil)
    let second = try other.add(name: "b", channels: ["*"], lifetime: nil)
    #expect(try TokenFile(path: path).entries.map(\.name) == ["a", "b"])
    #expect(try one.remove(name: "a") == 1)
    #expect(one.entry(of: first) == nil && one.entry(of: second) != nil)
    #expect(try one.remove(hash: TokenFile.hash(of: second).prefix(12).uppercased()) == 1)
    #expect(try TokenFile(path: path).entries.isEmpty)
    // What a person broke is not written over.
    try folder.write("- [", to: "tokens.yaml")
    #expect(throws: OperatorFailure.self) { try other.add(name: "c", channels: ["*"], lifetime: nil) }
    #expect(try content() == "- [")
  }

  @Test("a file that is not there is an error, unless it is about to be made; an empty one has no tokens")
  func missing() throws {
    #expect(throws: OperatorFailure.self) { try TokenFile(path: path) }
    #expect(try TokenFile(path: path, mayBeMissing: true).entries.isEmpty)
    for text in ["", "# nothing\n", "~", "[]"] {
      try folder.write(text, to: "tokens.yaml")
      #expect(try TokenFile(path: path).entries.isEmpty)
    }
  }

  @Test("a hash is taken in either case")
  func upperCase() throws {
    let hash = TokenFile.hash(of: "tw_a")
    #expect(TokenFile.hash(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    try folder.write("- sha256: \(hash.uppercased())\n  channels: [a]", to: "tokens.yaml")
    #expect(try TokenFile(path: path).entry(of: "tw_a")?.channels == ["a"])
  }
}

@Suite("Who may publish")
struct AuthorizerTests {
  private let folder: TemporaryDirectory
  private let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("tokens.yaml").path
  }

  private func write(_ tokens: [(token: String, more: String)]) throws {
    try folder.write(
      tokens.map { "- sha256: \(TokenFile.hash(of: $0.token))\n  \($0.more)\n" }.joined(), to: "tokens.yaml")
  }

  private func authorizer() throws -> Authorizer {
    var settings = ProxySettings()
    settings.tokensFile = path
    return try Authorizer(settings, authority: nil, logger: logger)
  }

  private func answer(_ authorizer: Authorizer, _ token: String?, for channel: String = "venue") async -> String {
    do throws(AccessRefusal) { return try await authorizer.pass(of: token, for: channel).holder.name } catch {
      return "\(error)"
    }
  }

  @Test("a token is for its channels, until its end")
  func tokens() async throws {
    try write([
      ("one", "channels: [venue]\n  name: camera"), ("all", "channels: ['*']"),
      ("old", "channels: [venue]\n  expires: 2020-01-01T00:00:00Z"),
      ("new", "channels: [venue]\n  name: n\n  expires: 2999-01-01T00:00:00Z"),
    ])
    let authorizer = try authorizer()
    #expect(await answer(authorizer, "one") == "camera")
    #expect(await answer(authorizer, "one", for: "other") == "notForChannel")
    #expect(await answer(authorizer, "all", for: "other") == "token:\(TokenFile.hash(of: "all").prefix(12))")
    #expect(await answer(authorizer, "old") == "invalidToken(\"expired\")")
    #expect(await answer(authorizer, "new") == "n")
    for token in [nil, ""] { #expect(await answer(authorizer, token) == "missingToken") }
    for token in ["none", "a.b.c", "a.b", String(repeating: "x", count: 5000)] {
      #expect(await answer(authorizer, token) == "invalidToken(\"unknown\")")
    }
  }

  @Test("a changed file is taken over; one that is wrong changes nothing, one that is gone takes all tokens with it")
  func reload() async throws {
    try write([("one", "channels: [venue]\n  name: a")])
    let authorizer = try authorizer()
    func reload(_ seconds: Int64) { authorizer.reload(at: MediaTime(milliseconds: seconds * 1000)) }
    let unknown = "invalidToken(\"unknown\")"
    reload(1)
    #expect(await answer(authorizer, "one") == "a")
    let pass = try await authorizer.pass(of: "one", for: "venue")
    #expect(authorizer.end(of: pass, for: "venue") == nil)
    try write([("one", "channels: [other]\n  name: a")])
    reload(2)
    #expect(authorizer.end(of: pass, for: "venue") == .tokenNotForChannel)
    try write([("one", "channels: [venue]\n  expires: 2020-01-01T00:00:00Z")])
    reload(3)
    #expect(authorizer.end(of: pass, for: "venue") == .tokenExpired)
    try write([("two", "channels: [venue]\n  name: bb")])
    #expect(await answer(authorizer, "two") == unknown)
    reload(4)
    #expect(await answer(authorizer, "two") == "bb")
    #expect(await answer(authorizer, "one") == unknown)
    #expect(authorizer.end(of: pass, for: "venue") == .tokenRemoved)
    try folder.write("no list", to: "tokens.yaml")
    reload(5)
    #expect(await answer(authorizer, "two") == "bb")
    // An editor puts a new file in the place of the old one.
    try FileManager.default.removeItem(atPath: path)
    reload(6)
    reload(15)
    #expect(await answer(authorizer, "two") == "bb")
    try write([("two", "channels: [venue]\n  name: back")])
    reload(16)
    #expect(await answer(authorizer, "two") == "back")
    // It stays away, or something else comes in its place.
    try FileManager.default.removeItem(atPath: path)
    reload(20)
    _ = try folder.folder("tokens.yaml")
    reload(30)
    #expect(await answer(authorizer, "two") == unknown)
    try FileManager.default.removeItem(atPath: path)
    reload(31)
    #expect(await answer(authorizer, "two") == unknown)
    try write([("one", "channels: [venue]\n  name: again")])
    reload(32)
    #expect(await answer(authorizer, "one") == "again")
  }

  @Test("two tokens of one name are two holders")
  func names() async throws {
    try write([("one", "channels: [venue]\n  name: camera"), ("two", "channels: [venue]\n  name: camera")])
    let authorizer = try authorizer()
    let (one, two) = (
      try await authorizer.pass(of: "one", for: "venue"), try await authorizer.pass(of: "two", for: "venue")
    )
    #expect(one.holder.name == two.holder.name && one.holder != two.holder)
    #expect(one.holder == (try await authorizer.pass(of: "one", for: "venue")).holder)
  }
}
