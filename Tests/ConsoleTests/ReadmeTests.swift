import Console
import Foundation
import Testing

@Suite("README")
struct ReadmeTests {
  @Test("its table of keys is the one that the program has; RECORD_SNAPSHOTS=1 writes it")
  func keys() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../README.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    let (begin, end) = ("<!-- keys -->\n", "<!-- end of keys -->")
    let start = try #require(text.range(of: begin)?.upperBound)
    let stop = try #require(text.range(of: end)?.lowerBound)
    let table = Keymap().markdown
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try text.replacingCharacters(in: start..<stop, with: table).write(to: path, atomically: true, encoding: .utf8)
    } else {
      #expect(String(text[start..<stop]) == table)
    }
  }
}
