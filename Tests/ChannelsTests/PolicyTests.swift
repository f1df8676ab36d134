import Foundation
import TestSupport
import Testing

@testable import ivs_broadcast

@Suite("assets/iam-policy.json")
struct PolicyTests {
  private struct Policy: Decodable {
    struct Statement: Decodable {
      let sid: String
      let effect: String
      let actions: [String]

      private enum CodingKeys: String, CodingKey { case sid = "Sid", effect = "Effect", action = "Action" }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        sid = try container.decode(String.self, forKey: .sid)
        effect = try container.decode(String.self, forKey: .effect)
        actions =
          try (try? container.decode([String].self, forKey: .action)) ?? [
            container.decode(String.self, forKey: .action)
          ]
      }
    }
    let statements: [Statement]
    enum CodingKeys: String, CodingKey { case statements = "Statement" }
  }

  private func policy() throws -> Policy {
    let file = Project.root.appending(path: "assets/iam-policy.json")
    return try JSONDecoder().decode(Policy.self, from: try Data(contentsOf: file))
  }

  /// The operations that the module IVS calls, by its source.
  private func calledOperations() throws -> Set<String> {
    let sources = Project.root.appending(path: "Sources/IVS")
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var called: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /service\.call\(\s*"(\w+)"/) { called.insert("ivs:\(match.1)") }
      for match in text.matches(of: /service\.callCloudWatch\(\s*"(\w+)"/) { called.insert("cloudwatch:\(match.1)") }
    }
    return called
  }

  @Test("is what `channels policy` prints")
  func printed() throws {
    let file = Project.root.appending(path: "assets/iam-policy.json")
    #expect(try String(contentsOf: file, encoding: .utf8) == AccountPolicy.json + "\n")
  }

  @Test("allows every operation that the program calls, and nothing else")
  func operations() throws {
    let allowed = try policy().statements.flatMap(\.actions)
    #expect(Set(allowed).count == allowed.count)
    // CreateChannel with tags is a matter of this right too (Service Authorization Reference, Amazon IVS).
    let besides: Set = ["ivs:TagResource"]
    let called = try calledOperations()
    #expect(called.count == 17, "\(called.sorted())")
    #expect(Set(allowed).subtracting(called) == besides)
    #expect(called.subtracting(allowed).isEmpty)
  }

  @Test("what streaming alone needs is one statement, and only reads; the rest is optional, each by itself")
  func statements() throws {
    let statements = try policy().statements
    #expect(statements.allSatisfy { $0.effect == "Allow" && $0.sid.allSatisfy { $0.isASCII && $0.isLetter } })
    #expect(Set(statements.map(\.sid)).count == statements.count)
    let needed = statements.filter { !$0.sid.hasPrefix("Optional") }
    #expect(needed.map(\.sid) == ["StreamToChannels"])
    #expect(
      needed.flatMap(\.actions).allSatisfy { action in
        ["ivs:Get", "ivs:List", "ivs:BatchGet"].contains { action.hasPrefix($0) }
      })
  }
}
