import Foundation
import Settings
import TestSupport
import Testing

@Suite("Small text files")
struct TextFileTests {
  private let folder: TemporaryDirectory
  private let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("file").path
  }

  private func read(_ path: String? = nil, isFile: Bool = false, within limit: Duration = .milliseconds(100)) -> String
  {
    let path = path ?? self.path
    do { return try TextFile.read(path, limit: 4096, isFile: isFile, within: limit) } catch {
      return error.line("F")
    }
  }

  @Test(
    "bytes are UTF-8 text, or the line is told where they are not",
    arguments: [
      ([], ""), (Array("a\r\nb\n\n".utf8), "a\r\nb\n\n"), ([0xef, 0xbb, 0xbf, 0x61], "a"), ([0xef, 0xbb, 0xbf], ""),
      ([0xff, 0xfe, 0x61, 0], "F:1: is UTF-16 text: save it as UTF-8"),
      ([0xfe, 0xff, 0, 0x61], "F:1: is UTF-16 text: save it as UTF-8"),
      ([0, 0x61, 0, 0x62], "F:1: is UTF-16 text: save it as UTF-8"),
      ([0x61, 0x0a, 0x0a, 0xc3, 0x28], "F:3: not UTF-8 text"), ([0x80], "F:1: not UTF-8 text"),
      ([0x7f, 0x45, 0x4c, 0x46, 0xd0], "F:1: not UTF-8 text"),
      // A surrogate, a form that is too long, and one that ends too soon.
      ([0x0a, 0xed, 0xa0, 0x80], "F:2: not UTF-8 text"), ([0xc0, 0xaf], "F:1: not UTF-8 text"),
      ([0x61, 0xe2, 0x82], "F:1: not UTF-8 text"),
      ([UInt8](repeating: 0x61, count: 4096), String(repeating: "a", count: 4096)),
      ([UInt8](repeating: 0x61, count: 4097), "F: is too long: at most 4 KiB are read"),
    ] as [([UInt8], String)])
  func bytes(bytes: [UInt8], text: String) throws {
    try Data(bytes).write(to: folder.file("file"))
    #expect(read() == text)
    #expect(read(isFile: true) == text)
  }

  @Test("whatever is no file is told as what it is, and comes to its end")
  func kinds() async throws {
    #expect(read() == "F: no such file")
    #expect(read("\(path)/deeper") == "F: no such file")
    #expect(read(folder.url.path) == "F: is a directory, not a regular file")
    #expect(read("/dev/zero") == "F: is too long: at most 4 KiB are read")
    #expect(read("/dev/zero", isFile: true) == "F: is not a regular file")
    #expect(read("/dev/null") == "")
    try await Tool.run("truncate", ["-s", "1G", path])
    #expect(read() == "F: is too long: at most 4 KiB are read")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    #expect(read() == "F: cannot be read: Too many levels of symbolic links")
  }

  @Test("a pipe is read to its end; one that nobody writes into, or nobody ends, is given up")
  func pipes() async throws {
    try await Tool.run("mkfifo", [path])
    #expect(read(isFile: true) == "F: is not a regular file")
    let endless = "F: did not come to its end in time: nobody writes into this pipe, or somebody without end"
    #expect(read() == endless)
    let slow = Process()
    slow.executableURL = URL(filePath: "/bin/sh")
    slow.arguments = ["-c", "(printf sk_; sleep 0.1; echo key) > '\(path)'"]
    try slow.run()
    #expect(read(within: .seconds(10)) == "sk_key\n")
    slow.waitUntilExit()
    let hanging = Process()
    hanging.executableURL = URL(filePath: "/bin/sh")
    hanging.arguments = ["-c", "exec 3> '\(path)'; printf half >&3; exec sleep 1"]
    try hanging.run()
    #expect(read(within: .milliseconds(300)) == endless)
    hanging.waitUntilExit()
  }

  @Test(
    "a secret is one line, whatever white space and empty lines are around it",
    arguments: [
      ("key", "key"), ("key\n", "key"), ("\n\n  key \t\r\n\r\n\n", "key"), ("\u{feff}key\r\n", "key"), ("", ""),
      (" \n", ""), ("a b", "a b"), ("one\ntwo", "F:2: more than the one line expected"),
      ("one\r\n\r\ntwo\r\n", "F:2: more than the one line expected"),
      ("one\rtwo", "F:2: more than the one line expected"),
    ])
  func lines(content: String, line: String) throws {
    try folder.write(content, to: "file")
    let found: String
    do { found = try TextFile.readLine(path, limit: 4096) } catch { found = error.line("F") }
    #expect(found == line)
  }
}
