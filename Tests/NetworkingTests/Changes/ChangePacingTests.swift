import Media
import TestSupport
import Testing

@testable import Networking

@Suite("Telling changes of the network")
struct ChangePacingTests {
  private static func at(_ milliseconds: Int64) -> MediaTime { MediaTime(milliseconds: milliseconds) }

  /// When changes at these times are told, asked each 10 ms.
  private static func told(_ changes: [Int64]) -> [Int64] {
    var (pacing, told) = (ChangePacing(), [Int64]())
    for now in stride(from: Int64(0), through: 6000, by: 10) {
      if changes.contains(now) { pacing.noted(at: at(now)) }
      if pacing.isDue(at: at(now)) { told.append(now) }
    }
    return told
  }

  @Test(
    "what comes together is told once, 200 ms after its first; the next a second later at the earliest",
    arguments: [
      ([0], [200]), ([0, 50, 190], [200]), ([0, 210], [200, 1200]), ([0, 3000], [200, 3200]),
      ([0, 300, 900, 1100, 1300], [200, 1200, 2200]),
    ] as [([Int64], [Int64])])
  func pacing(changes: [Int64], times: [Int64]) { #expect(Self.told(changes) == times) }

  @Test("an interface that comes and goes all the time is told of once a second")
  func flapping() {
    #expect(Self.told(Array(stride(from: 0, through: 6000, by: 10))).count == 6)
  }
}

@Suite("Listening for changes of the network")
struct NetworkWatchTests {
  @Test("the kernel's socket is to be had, and a watch that goes away ends")
  func lives() throws {
    let watch = try NetworkWatch {}
    withExtendedLifetime(watch) {}
  }
}
