import Foundation
import TestSupport
import Testing

@Suite("Logs")
struct LogTests {
  @Test("every log handler cleans what it is given")
  func handlers() throws {
    let sources = Project.root.appending(path: "Sources")
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var handlers: [String] = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      let isHandler = text.contains(": LogHandler {") && file.lastPathComponent != "SinkLogHandler.swift"
      guard isHandler || text.contains("SinkLogHandler(") else { continue }
      handlers.append(file.lastPathComponent)
      #expect(text.contains("LogLine.text(") || text.contains("ForeignText.cleaned("), "\(file.lastPathComponent)")
    }
    #expect(handlers.count >= 4, "\(handlers)")
  }
}
