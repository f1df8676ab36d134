import Testing

@testable import Networking

@Suite("Taking a stream over")
struct TakeoverTests {
  /// 2026-11-24T10:00:00Z.
  private static let now = 1_795_600_800

  @Test("the first connection takes nothing over; those after a loss count up from one")
  func reconnect() {
    var takeover = Takeover(isRequested: false, wallSeconds: Self.now)
    #expect(takeover.priority == nil)
    takeover.lost()
    #expect(takeover.priority == 1)
    takeover.lost()
    #expect(takeover.priority == 2)
  }

  @Test("a stream is taken over a hundred times at most; after that the channel has to become free by itself")
  func limit() {
    var takeover = Takeover(isRequested: false, wallSeconds: Self.now)
    for _ in 0..<Takeover.mostPerStream { takeover.lost() }
    #expect(takeover.priority == 100)
    takeover.lost()
    #expect(takeover.priority == nil)
    takeover.accepted()
    takeover.lost()
    #expect(takeover.priority == 1)
  }

  @Test("whoever was taken over does not fight, and counts anew once it is shown again")
  func yielding() {
    var takeover = Takeover(isRequested: true, wallSeconds: Self.now)
    takeover.lost()
    let before = takeover.priority
    takeover.yielded()
    for _ in 0..<300 { takeover.lost() }
    #expect(takeover.priority == before)
    takeover.shown(isNew: true)
    for _ in 0..<Takeover.mostPerStream { takeover.lost() }
    #expect(takeover.priority != nil)
    takeover.lost()
    #expect(takeover.priority == nil)
  }

  @Test("the operator's last wish wins, whatever box it was made on, and beats every mere reconnect")
  func wishes() throws {
    let first = Takeover(isRequested: true, wallSeconds: Self.now)
    var lost = first
    for _ in 0..<20 { lost.lost() }
    let back = Takeover(isRequested: true, wallSeconds: Self.now + 60)
    var reconnect = Takeover(isRequested: false, wallSeconds: Self.now)
    for _ in 0..<100 { reconnect.lost() }
    #expect(try #require(back.priority) > #require(lost.priority))
    #expect(try #require(first.priority) > #require(reconnect.priority))
  }

  @Test(
    "priorities stay within 1 and 2,147,483,647, however wrong the clock is",
    arguments: [0, now, Int(Int32.max), 4_000_000_000])
  func range(seconds: Int) throws {
    var takeover = Takeover(isRequested: true, wallSeconds: seconds)
    for _ in 0..<100 {
      takeover.lost()
      #expect((1...Int(Int32.max)).contains(try #require(takeover.priority)))
    }
  }
}
