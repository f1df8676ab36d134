import Console
import Foundation
import Interface
import Testing

@Suite("The manual")
struct ManualTests {
  @Test("its table of keys is the one that the program has; RECORD_SNAPSHOTS=1 writes it")
  func keys() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../assets/manual/console.md")
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

  @Test("each command of control is in it as the help shows it")
  func commands() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../assets/manual/unattended.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    let shown = text.split(separator: "\n").filter { $0.hasPrefix("ivs-broadcast control ") }.joined(separator: " | ")
    let usages = Set(shown.replacing("ivs-broadcast control ", with: "").components(separatedBy: " | "))
    #expect(usages == Set(IntentGrammar.entries.map(\.usage)))
  }

  @Test("README and the manual link to files that are there")
  func links() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../").standardizedFileURL
    let manual = root.appending(path: "assets/manual")
    let pages = try FileManager.default.contentsOfDirectory(at: manual, includingPropertiesForKeys: nil)
    #expect(pages.count > 5)
    for page in [root.appending(path: "README.md")] + pages {
      let text = try String(contentsOf: page, encoding: .utf8)
      for link in text.matches(of: /\]\(([^)#]+)\)/).map({ String($0.1) }) where !link.hasPrefix("http") {
        let target = page.deletingLastPathComponent().appending(path: link).standardizedFileURL
        #expect(FileManager.default.fileExists(atPath: target.path), "\(page.lastPathComponent): \(link)")
      }
    }
  }
}
