import ArgumentParser
import Foundation
import IVS
import Media
import Settings
import TestSupport
import Testing

@testable import ivs_broadcast

@Suite("What people give to the commands on channels")
struct ChannelInputTests {
  @Test(
    "a name has letters, digits, - and _, at most 128",
    arguments: [
      ("venue", true), ("", true), ("A-b_9", true), (String(repeating: "x", count: 128), true),
      (String(repeating: "x", count: 129), false), ("a b", false), ("ä", false), ("a/b", false), ("a\n", false),
    ])
  func names(name: String, isValid: Bool) { #expect(ChannelName.isValid(name) == isValid) }

  @Test("a refused name is one line and moves no cursor")
  func refusedName() {
    let failure = #expect(throws: OperatorFailure.self) { try ChannelName.check("a\u{1B}[2J") }
    #expect(failure?.exitStatus == .usage && failure?.description.contains("\u{1B}") == false)
  }

  private func attributes(_ arguments: String...) throws -> ChannelAttributes {
    try ChannelAttributeOptions.parse(arguments).attributes()
  }

  @Test("options become the API's words, whichever of both spellings they have")
  func attributes() throws {
    let attributes = try attributes(
      "--type", "advanced-sd", "--latency", "NORMAL", "--preset", "constrained-bandwidth", "--authorized",
      "--no-insecure-ingest", "--recording", "none")
    var expected = ChannelAttributes()
    (expected.type, expected.latencyMode) = ("ADVANCED_SD", "NORMAL")
    (expected.preset, expected.recordingConfigurationArn) = ("CONSTRAINED_BANDWIDTH_DELIVERY", "")
    (expected.authorized, expected.insecureIngest) = (true, false)
    #expect(attributes == expected)
    #expect(try self.attributes("--type", "ADVANCED_HD").type == "ADVANCED_HD")
    #expect(try self.attributes() == ChannelAttributes())
  }

  @Test(
    "a wrong value is one line that names its option",
    arguments: [
      ["--type", "fancy"], ["--latency", "ultra"], ["--preset", "best"], ["--recording", "bucket"],
      ["--preset", "higher-bandwidth", "--type", "basic"],
    ])
  func wrongWishes(arguments: [String]) throws {
    let options = try ChannelAttributeOptions.parse(arguments)
    let failure = #expect(throws: OperatorFailure.self) { try options.attributes() }
    #expect(failure?.exitStatus == .usage)
    #expect(failure?.description.hasPrefix(arguments[0]) == true, "\(String(describing: failure))")
  }

  @Test("tags are NAME=VALUE; a value may be empty and have = in it")
  func tags() throws {
    #expect(try Tags.read([]) == nil)
    #expect(try Tags.read(["a=b=c", "d="]) == ["a": "b=c", "d": ""])
    for wrong in [["a"], ["=b"], ["a=1", "a=2"], ["aws:x=1"], [String(repeating: "n", count: 129) + "=1"]] {
      #expect(throws: OperatorFailure.self) { try Tags.read(wrong) }
    }
    #expect(throws: OperatorFailure.self) { try Tags.read((0...50).map { "t\($0)=x" }) }
  }

  @Test("metadata is sent whole: 1 to 1024 bytes, a text or a file")
  func metadata() throws {
    let folder = try TemporaryDirectory()
    let json = "{\"slide\": 3}\n"
    #expect(try Metadata.choose(text: nil, file: folder.write(json, to: "a.json").path) == json)
    let longest = String(repeating: "x", count: 1024)
    #expect(try Metadata.choose(text: longest, file: nil) == longest)
    let many = try folder.write(longest + "\n", to: "long.txt").path
    let binary = folder.file("binary")
    try Data([0xFF, 0xFE, 0x00]).write(to: binary)
    for (text, file, status) in [
      ("", nil, .data), (longest + "x", nil, .data), (String(repeating: "ä", count: 513), nil, .data),
      (nil, many, .data), (nil, binary.path, .data), (nil, folder.file("none").path, .noInput), (nil, nil, .usage),
      ("a", many, .usage),
    ] as [(String?, String?, Settings.ExitStatus)] {
      let failure = #expect(throws: OperatorFailure.self) { try Metadata.choose(text: text, file: file) }
      #expect(failure?.exitStatus == status, "\(String(describing: failure))")
    }
  }

  @Test("a name that means several channels is refused with their ARNs; one channel under both is no matter")
  func choice() throws {
    let one = try Sample.summary(1, "a").arn
    let two = try Sample.summary(2, "a").arn
    #expect(try ChannelChoice.choose("a", inAccount: [one], nil, "us-west-2") == one)
    #expect(try ChannelChoice.choose("a", inAccount: [], two, nil) == two)
    #expect(try ChannelChoice.choose("a", inAccount: [one], one, "us-west-2") == one)
    for (inAccount, saved) in [([one, two], nil), ([one], two)] as [([ChannelARN], ChannelARN?)] {
      let failure = #expect(throws: OperatorFailure.self) {
        try ChannelChoice.choose("a", inAccount: inAccount, saved, "us-west-2")
      }
      #expect(failure?.description.contains(one.text) == true && failure?.description.contains(two.text) == true)
      #expect(failure?.exitStatus == .usage)
    }
    let none = #expect(throws: OperatorFailure.self) { try ChannelChoice.choose("a", inAccount: [], nil, "us-west-2") }
    #expect(none?.exitStatus == .noInput && none?.description.contains("us-west-2") == true)
  }
}

@Suite("A file for a stream key")
struct KeyFileTests {
  private static let key = "sk_test_KeyFileSecret"

  @Test("is new, holds one line, and is its owner's alone")
  func keeps() throws {
    let path = try TemporaryDirectory()
    let file = path.file("key").path
    var keyFile = try KeyFile(creating: file)
    try keyFile.keep(Self.key)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.key + "\n")
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test("that gets no key goes away again")
  func goes() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("key").path
    do {
      let keyFile = try KeyFile(creating: path)
      #expect(FileManager.default.fileExists(atPath: path))
      _ = consume keyFile
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("never overwrites, and follows no link")
  func refuses() throws {
    let folder = try TemporaryDirectory()
    let there = try folder.write("mine", to: "there").path
    let link = folder.file("link").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.file("target").path)
    for path in [there, link, folder.file("missing/key").path] {
      #expect(Self.failure(path)?.exitStatus == .cannotCreate)
    }
    #expect(try String(contentsOfFile: there, encoding: .utf8) == "mine")
    #expect(!FileManager.default.fileExists(atPath: folder.file("target").path))
  }

  private static func failure(_ path: String) -> OperatorFailure? {
    do throws(OperatorFailure) {
      _ = try KeyFile(creating: path)
      return nil
    } catch { return error }
  }
}
