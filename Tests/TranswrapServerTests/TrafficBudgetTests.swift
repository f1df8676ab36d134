import Media
import Testing
import Transwrap

@testable import TranswrapServer

@Suite("What a client may send")
struct TrafficBudgetTests {
  /// 800 kbit/s, which are 500,000 bytes in five seconds, and 10 frames a second.
  private let limits: ProxySettings.Limits = {
    var limits = ProxySettings.Limits()
    limits.bitrate = .kilobits(800)
    limits.messages = 10
    return limits
  }()

  /// The code of the limit that is broken by so many bytes, or frames, at so many seconds.
  private func broken(_ arrivals: [(seconds: Double, bytes: Int, frames: Int)]) -> [String?] {
    var budget = TrafficBudget(limits, at: .zero)
    return arrivals.map { arrival in
      let now = MediaTime(nanoseconds: Int64(arrival.seconds * 1e9))
      return budget.spend(bytes: arrival.bytes, frames: arrival.frames, at: now)?.code
    }
  }

  @Test("five seconds' worth may come at once, and not a byte more")
  func peak() {
    #expect(broken([(0, 500_000, 1)]) == [nil])
    #expect(broken([(0, 500_001, 1)]) == ["bitrate"])
    #expect(broken([(0, 400_000, 1), (1, 200_000, 1), (1, 1, 1)]) == [nil, nil, "bitrate"])
  }

  @Test("what is allowed for each second may come for ever, more may not")
  func steady() {
    #expect(broken((1...100).map { (Double($0), 100_000, 10) }).allSatisfy { $0 == nil })
    // One per cent too much uses five seconds' worth up in five hundred seconds, a tenth too much in fifty; what would
    // have come before the first second does not count.
    #expect(broken((1...500).map { (Double($0), 101_000, 1) }).firstIndex(of: "bitrate") == 400)
    #expect(broken((1...50).map { (Double($0), 1, 11) }).firstIndex(of: "messages") == 40)
  }

  @Test("what could not be sent while nothing was read comes afterwards, and is no haste")
  func pause() {
    #expect(broken([(0, 500_000, 1), (5, 500_000, 1), (5, 1, 1)]) == [nil, nil, "bitrate"])
    #expect(broken([(0, 1, 1), (1000, 500_000, 50), (1000, 0, 1)]) == [nil, nil, "messages"])
  }

  @Test("frames count without a byte in them")
  func empty() {
    #expect(broken([(0, 300, 50)]) == [nil])
    #expect(broken([(0, 306, 51)]) == ["messages"])
  }
}
