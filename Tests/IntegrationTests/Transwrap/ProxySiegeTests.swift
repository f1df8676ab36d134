import Foundation
import TestSupport
import Testing

/// The proxy among attackers of all kinds at once, see `Tests/Transwrap/attack`.
@Suite("A proxy under siege")
struct ProxySiegeTests {
  private struct Report: Decodable {
    var wrong: [String]
    var answers: [String: [String: Int]]
  }

  /// What came of so many seconds of these kinds.
  private func attack(_ kinds: [String], seconds: Int) async throws -> (report: Report, text: String) {
    let environment = [
      "IVS_TRANSWRAP": try Product.ivsTranswrap(), "IVS_BROADCAST": try Product.ivsBroadcast(),
    ]
    let result = try await Tool.attemptAsRoot(
      Project.root.appending(path: "Tests/Transwrap/attack").path,
      ["--seconds", "\(seconds)", "--kinds", kinds.joined(separator: ",")], within: .seconds(60),
      environment: environment)
    do {
      return (try JSONDecoder().decode(Report.self, from: Data(result.text.utf8)), result.text)
    } catch { throw HarnessError.unreadable(what: "the report of the attack", reason: result.errorText) }
  }

  @Test("the good stream has no gap, memory and descriptors are bounded, and SIGTERM is obeyed in the middle of it")
  func siege() async throws {
    // More sessions want a thread than there are threads: those are turned away, and nothing waits for one.
    let (report, text) = try await attack(
      [
        "threads", "pings", "texts", "empty-pieces", "broken-frames", "slow-headers", "half-open", "odd-requests",
        "original-urls", "junk-tokens",
      ], seconds: 8)
    #expect(report.wrong == [], "\(text)")
    #expect(report.answers["threads"]?["closed 1013", default: 0] ?? 0 > 0, "\(text)")
    #expect(report.answers["broken-frames"]?["closed 1002", default: 0] ?? 0 > 0, "\(text)")
    #expect(["closed 1003", "closed 1008"].reduce(0) { $0 + (report.answers["texts"]?[$1] ?? 0) } > 0, "\(text)")
    #expect(report.answers["pings"]?.isEmpty == false, "\(text)")
  }
}
