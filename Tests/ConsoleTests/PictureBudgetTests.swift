import Console
import Media
import Testing

@Suite("Picture budget") struct PictureBudgetTests {
  @Test("a terminal behind SSH gets a tenth") func remote() {
    #expect(PictureBudget(sshConnection: nil).bytesPerSecond == 200_000)
    #expect(PictureBudget(sshConnection: "").bytesPerSecond == 200_000)
    #expect(PictureBudget(sshConnection: "10.0.0.1 5000 10.0.0.2 22").bytesPerSecond == 20_000)
  }

  @Test("nothing is painted while the link is congested, or with a budget of nothing") func none() {
    var budget = PictureBudget(bytesPerSecond: 200_000)
    budget.isCongested = true
    #expect(budget.nextPaint(after: .zero) == nil)
    #expect(budget.affordableCells(at: .zero) == 0)
    #expect(PictureBudget(bytesPerSecond: 0).nextPaint(after: .zero) == nil)
  }

  @Test("a quiet picture comes ten times a second") func quiet() throws {
    var budget = PictureBudget(bytesPerSecond: 200_000)
    budget.record(bytes: 500, changed: 20, wanted: 20, at: .zero)
    #expect(try #require(budget.nextPaint(after: .zero)) == MediaTime(milliseconds: 100))
  }

  @Test(
    "whatever the picture wants, the bytes stay within the budget, and it comes each two seconds at least",
    arguments: [20_000, 200_000], [10, 25, 50])
  func sustained(rate: Int, bytesPerCell: Int) throws {
    var budget = PictureBudget(bytesPerSecond: rate)
    var now = MediaTime.zero
    var bytes = 0
    while now < MediaTime(milliseconds: 60_000) {
      let next = try #require(budget.nextPaint(after: now))
      #expect(next - now <= .seconds(2))
      now = next
      let changed = min(7200, budget.affordableCells(at: now))
      bytes += changed * bytesPerCell
      budget.record(bytes: changed * bytesPerCell, changed: changed, wanted: 7200, at: now)
    }
    #expect(Double(bytes) < Double(rate) * 66)
    #expect(Double(bytes) > Double(rate) * 50)
  }
}
