import Foundation
import TestSupport
import Testing

@Suite("Recordings of browsers and phones through the proxy")
struct RecordingTests {
  @Test("what comes out of each is what IVS takes: a part of the table that Tests/Transwrap/recordings prints")
  func quick() async throws {
    let result = try await Tool.attempt(
      Project.root.appending(path: "Tests/Transwrap/recordings").path,
      [try Product.ivsTranswrap(), "--quick", "--at-once", "8"], within: .seconds(180))
    #expect(result.termination == .exit(0) && result.text.contains(", 0 wrong"), "\(result.text)\(result.errorText)")
  }
}
