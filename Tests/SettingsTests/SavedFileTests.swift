import Foundation
import Settings
import TestSupport
import Testing

@Suite("Files that are kept")
struct SavedFileTests {
  private let folder: TemporaryDirectory
  private let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("kept.yaml").path
  }

  private func append(_ text: String, to path: String? = nil) throws(OperatorFailure) {
    try SavedFile.update(path ?? self.path, limit: 4096) { old throws(OperatorFailure) in ((old ?? "") + text, ()) }
  }

  private func content(_ path: String? = nil) throws -> String {
    try String(contentsOfFile: path ?? self.path, encoding: .utf8)
  }

  private func mode(_ path: String? = nil) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path ?? self.path)[.posixPermissions] as? Int
  }

  /// What lies in the folder.
  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? []).sorted()
  }

  @Test("changes at the same time come one after another: none is lost, and nothing is left over")
  func together() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 { group.addTask { try append("\(index)\n") } }
      try await group.waitForAll()
    }
    #expect(Set(try content().split(separator: "\n").compactMap { Int($0) }) == Set(0..<20))
    #expect(names == ["kept.yaml"])
    #expect(try mode() == 0o600)
  }

  @Test("no text leaves all as it is; a failure of the change too")
  func nothing() throws {
    let answer = try SavedFile.update(path, limit: 10) { old throws(OperatorFailure) in (nil, old == nil) }
    #expect(answer && names.isEmpty)
    try append("a")
    #expect(throws: OperatorFailure("no", .usage)) {
      try SavedFile.update(path, limit: 10) { _ throws(OperatorFailure) -> (text: String?, answer: Void) in
        throw OperatorFailure("no", .usage)
      }
    }
    #expect(try content() == "a" && names == ["kept.yaml"])
  }

  @Test(
    "the group keeps its rights where nobody else has any; otherwise the file is its owner's alone",
    arguments: [(0o600, 0o600), (0o640, 0o640), (0o660, 0o660), (0o644, 0o600), (0o666, 0o600), (0o400, 0o600)])
  func modes(before: Int, after: Int) throws {
    try append("a")
    try FileManager.default.setAttributes([.posixPermissions: before], ofItemAtPath: path)
    try append("b")
    #expect(try mode() == after)
    #expect(try content() == "ab")
  }

  @Test("a file that links lead to is changed where it lies, and the links stay")
  func links() throws {
    _ = try folder.folder("real")
    let link = folder.file("link").path
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real/kept.yaml")
    try append("a")
    try append("b")
    #expect(try content(folder.file("real/kept.yaml").path) == "ab")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "link")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real/kept.yaml")
    #expect(names == ["kept.yaml", "link", "real"])
  }

  @Test("what cannot be written is told with the system's reason, and nothing is left over")
  func refusals() throws {
    let circle = folder.file("circle").path
    try FileManager.default.createSymbolicLink(atPath: circle, withDestinationPath: "circle")
    _ = try folder.folder("sub")
    try append("a")
    let table: [(String, String, Settings.ExitStatus)] = [
      (circle, "cannot be written: it is no file's name, or a circle of links", .cannotCreate),
      (folder.file("sub").path, "is a directory, not a regular file", .configuration),
      ("\(path)/deeper", "cannot be written: Not a directory", .cannotCreate),
      ("/proc/kept.yaml", "cannot be written: No such file or directory", .cannotCreate),
      ("\(folder.url.path)/", "cannot be written: it is no file's name, or a circle of links", .cannotCreate),
      (folder.file(String(repeating: "x", count: 300)).path, "cannot be read: File name too long", .configuration),
      ("/dev/null", "is not a regular file", .configuration),
    ]
    for (path, words, status) in table {
      #expect(throws: OperatorFailure("\(path): \(words)", status), "\(path)") { try append("b", to: path) }
    }
    #expect(throws: OperatorFailure("\(path): cannot be written: it would be longer than 4 KiB", .cannotCreate)) {
      try append(String(repeating: "b", count: 4096))
    }
    #expect(try content() == "a" && names == ["circle", "kept.yaml", "sub"])
  }
}
