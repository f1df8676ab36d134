import Media
import Settings
import TestSupport
import Testing

@testable import Pipeline

@Suite("Snapshots that are asked for")
struct PreviewTapTests {
  private func asking(_ tap: PreviewTap) -> Task<Result<String, OperatorFailure>, Never> {
    Task {
      do throws(OperatorFailure) { return .success(try await tap.snapshot(in: "/pictures")) } catch {
        return .failure(error)
      }
    }
  }

  @Test("all who wait are told of the one file that the next picture becomes")
  func oneFile() async throws {
    let tap = PreviewTap()
    let both = [asking(tap), asking(tap)]
    var taken: [SnapshotRequest] = []
    try await eventually("both wait") {
      taken += tap.requests(at: .now()).snapshots
      return taken.count == 2
    }
    for request in taken { request.answer(.success("\(request.directory)/one.png")) }
    for task in both { #expect(await task.value == .success("/pictures/one.png")) }
    #expect(tap.requests(at: .now()).snapshots.isEmpty)
  }

  @Test("where no picture comes sixteen wait, the next one is refused, and the end tells all of them")
  func bounded() async throws {
    let tap = PreviewTap()
    let tasks = (0..<20).map { _ in asking(tap) }
    let refused = Result<String, OperatorFailure>.failure(
      OperatorFailure("no picture comes for the snapshots that wait", .unavailable))
    let ended = Result<String, OperatorFailure>.failure(
      OperatorFailure("no snapshot: no picture came", .unavailable))
    var results: [Result<String, OperatorFailure>] = []
    // Which of them are refused at once nobody knows; once four are, the others wait.
    await withTaskGroup { group in
      for task in tasks { group.addTask { await task.value } }
      for await result in group {
        results.append(result)
        if results.count == 4 { tap.close() }
      }
    }
    #expect(results.prefix(4).allSatisfy { $0 == refused } && results.dropFirst(4).allSatisfy { $0 == ended })
    #expect(results.count == 20)
  }
}
