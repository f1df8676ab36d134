import Foundation
import TestSupport

/// botocore's answers to what the tests ask this project; see `Tests/IVS/botocore-referee`.
enum Referee {
  struct Question: Encodable {
    var kind: String
    var environment: [String: String] = [:]
    var profile: String?
    var text = ""
    var region = ""
    var dualstack = false
    var fips = false
  }

  /// All answers, in the order of the questions.
  static func answers<Answer: Decodable>(to questions: [Question], as _: Answer.Type) async throws -> [Answer] {
    let folder = try TemporaryDirectory()
    let file = folder.file("questions.json")
    try JSONEncoder().encode(questions).write(to: file)
    let script = Project.root.appending(path: "Tests/IVS/botocore-referee").path
    let result = try await Tool.run("python3", [script, file.path], within: .seconds(120))
    return try JSONDecoder().decode([Answer].self, from: Data(result.standardOutput))
  }
}

/// An answer that is a value, or the word `error`.
struct Judged<Value: Decodable & Sendable>: Decodable, Sendable {
  let value: Value?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self), text == "error" {
      value = nil
    } else {
      value = try container.decode(Value.self)
    }
  }
}
