import Foundation
import Media
import Settings
import Testing

@Suite("Files of secrets that everybody can read")
struct ExposedFilesTests {
  @Test("are told with what to do; those of their owner alone are not")
  func exposed() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "exposed-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = [("open", 0o644), ("closed", 0o600), ("group", 0o640)].map { name, mode in
      let path = folder.appending(path: name).path
      _ = FileManager.default.createFile(atPath: path, contents: Data("k".utf8), attributes: [.posixPermissions: mode])
      return path
    }
    let found = ExposedFiles.among(paths + [nil, folder.appending(path: "missing").path])
    #expect(found == [paths[0]])
    #expect(ExposedFiles.warning(found)?.remedy == "chmod 600 \(paths[0])")
    #expect(ExposedFiles.warning([]) == nil)
  }
}
