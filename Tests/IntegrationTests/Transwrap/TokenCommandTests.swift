import Foundation
import TestSupport
import Testing

@Suite("The command that keeps tokens")
struct TokenCommandTests {
  private let folder: TemporaryDirectory
  private let file: String

  init() throws {
    folder = try TemporaryDirectory()
    file = folder.file("tokens.yaml").path
  }

  private func arguments(_ name: String, _ file: String? = nil) -> [String] {
    ["token", "add", "--file", file ?? self.file, "--channel", "venue", "--name", name]
  }

  /// The one line that a command ends with, and its exit code.
  private func failure(_ arguments: [String], within limit: Duration = .seconds(30)) async throws -> String {
    let result = try await Tool.attempt(try Product.ivsTranswrap(), arguments, within: limit)
    #expect(result.text.isEmpty)
    return "\(result.errorText.trimmingCharacters(in: .newlines)) \(result.termination)"
  }

  /// A command of the shell in which `$0` is the program and `$@` are its arguments.
  private func shell(_ script: String, _ arguments: [String]) async throws -> Tool.Result {
    try await Tool.attempt("sh", ["-c", script, try Product.ivsTranswrap()] + arguments)
  }

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? []).sorted()
  }

  @Test("twenty at once: each token that is printed is kept, and nothing else is left in the directory")
  func twenty() async throws {
    let program = try Product.ivsTranswrap()
    let tokens = try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<20 { group.addTask { try await Tool.run(program, arguments("camera \(index)")).text } }
      return try await group.reduce(into: [String]()) { $0.append($1) }
    }
    #expect(Set(tokens).count == 20 && tokens.allSatisfy { $0.hasPrefix("tw_") && $0.hasSuffix("\n") })
    let list = try await Tool.run(program, ["token", "list", "--file", file]).text.split(separator: "\n")
    #expect(Set(list.compactMap { $0.split(separator: "\t").first }) == Set((0..<20).map { "camera \($0)" }))
    #expect(names == ["tokens.yaml"])
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
  }

  @Test("what cannot be kept is told with its cause, and changes nothing")
  func refused() async throws {
    let program = try Product.ivsTranswrap()
    try await Tool.run(program, arguments("one"))
    let before = try String(contentsOfFile: file, encoding: .utf8)
    // As on a full disk: no byte more can be written.
    var result = try await shell("trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"", arguments("two"))
    #expect(result.errorText == "ivs-transwrap: \(file): cannot be written: File too large\n")
    #expect(result.termination == .exit(73) && result.text.isEmpty)
    result = try await shell("exec \"$0\" \"$@\" > /dev/full", arguments("three"))
    #expect(
      result.errorText
        == "ivs-transwrap: the token cannot be printed, and is not kept: No space left on device\n")
    #expect(result.termination == .exit(73))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
    #expect(names == ["tokens.yaml"])
    for (arguments, words) in [
      (["--file", file, "--channel", "a b", "--name", "x"], "--channel: 'a b' is no channel's name"),
      (
        ["--file", file, "--channel", "a", "--name", "x", "--expires", "0s"],
        "--expires: '0s' is not a time such as 12h or 30d"
      ),
    ] { #expect(try await failure(["token", "add"] + arguments) == "ivs-transwrap: \(words) exit status 64") }
    for (arguments, option) in [(["--name", "x"], "--channel"), (["--channel", "a"], "--name")] {
      let words = try await failure(["token", "add", "--file", file] + arguments)
      #expect(words.contains("Missing expected argument '\(option) ") && words.hasSuffix("exit status 64"), "\(words)")
    }
  }

  @Test("a file of another user stays that user's; root keeps its owner")
  func owners() async throws {
    // As somebody who may write into the directory, and to whom the file does not belong.
    let (command, root) = geteuid() == 0 ? ("setpriv", []) : ("sudo", ["-n", "setpriv"])
    func run(as user: Int, _ arguments: [String]) async throws -> Tool.Result {
      try await Tool.attempt(
        command,
        root + ["--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", try Product.ivsTranswrap()] + arguments)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.url.path)
    #expect(try await run(as: 4711, arguments("one")).termination == .exit(0))
    let other = try await run(as: 4712, arguments("two"))
    #expect(other.termination != .exit(0) && other.text.isEmpty)
    #expect(other.errorText == "ivs-transwrap: \(file): cannot be read: Permission denied\n", "\(other.errorText)")
    #expect(try await run(as: 0, arguments("three")).termination == .exit(0))
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.ownerAccountID] as? Int == 4711)
    let list = try await run(as: 4711, ["token", "list", "--file", file])
    #expect(list.text.split(separator: "\n").count == 2)
    // Somebody who can read it cannot take it away from the one whom it belongs to.
    try await Tool.run(root.isEmpty ? "chmod" : "sudo", (root.isEmpty ? [] : ["-n", "chmod"]) + ["644", file])
    let third = try await run(as: 4712, arguments("four"))
    #expect(
      third.errorText
        == "ivs-transwrap: \(file): belongs to the user with the id 4711, who could not read it afterwards; change it as"
        + " that user, or as root\n", "\(third.errorText)")
    #expect(third.termination == .exit(77))
    // A directory that is not one's own to write into.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
    let readOnly = try await run(as: 4711, arguments("five"))
    #expect(readOnly.errorText == "ivs-transwrap: \(file): cannot be written: Permission denied\n")
    #expect(readOnly.termination == .exit(73))
  }

  @Test("whatever is given as tokens file, settings or key file comes to an end in one line with its path")
  func oddFiles() async throws {
    let (pipe, directory) = (folder.file("pipe").path, try folder.folder("directory").path)
    try await Tool.run("mkfifo", [pipe])
    try Data([0xff, 0xfe, 0x2d, 0, 0x20, 0]).write(to: folder.file("utf16"))
    try Data([0x2d, 0x0a, 0xc3, 0x28]).write(to: folder.file("latin1"))
    try Data([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]).write(to: folder.file("binary"))
    try await Tool.run("truncate", ["-s", "1G", folder.file("huge").path])
    let kinds: [(path: String, words: String)] = [
      (directory, "\(directory): is a directory, not a regular file"),
      ("/dev/zero", "/dev/zero: is too long: at most "),
      (folder.file("utf16").path, "\(folder.file("utf16").path):1: is UTF-16 text: save it as UTF-8"),
      (folder.file("latin1").path, "\(folder.file("latin1").path):2: not UTF-8 text"),
      (folder.file("binary").path, "\(folder.file("binary").path):1: not YAML: control characters are not allowed"),
      (folder.file("huge").path, "\(folder.file("huge").path): is too long: at most "),
    ]
    for (path, words) in kinds {
      for arguments in [["token", "list", "--file", path], ["serve", "--config", path]] {
        let said = try await failure(arguments)
        #expect(said.hasPrefix("ivs-transwrap: \(words)") && said.hasSuffix(" exit status 78"), "\(arguments): \(said)")
      }
    }
    // Ten seconds for a pipe that nobody writes into.
    let said = try await failure(["token", "list", "--file", pipe])
    #expect(said.hasPrefix("ivs-transwrap: \(pipe): did not come to its end in time"), "\(said)")
    try folder.write("one\ntwo\n", to: "key")
    let channel = "channels: {a: {ingest: 'rtmp://h/app', stream-key-file: "
    for (key, words) in [
      (folder.file("key").path, "\(folder.file("key").path):2: more than the one line expected"),
      (directory, "\(directory): is a directory, not a regular file"),
    ] {
      let settings = try folder.write("listen: 127.0.0.1:0\ntokens: t\n\(channel)'\(key)'}}\n", to: "settings.yaml")
        .path
      #expect(
        try await failure(["serve", "--config", settings])
          == "ivs-transwrap: \(settings):3: stream-key-file: \(words) exit status 78")
    }
  }
}
