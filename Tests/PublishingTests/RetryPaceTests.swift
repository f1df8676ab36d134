import Media
import Networking
import Testing

@testable import Publishing

private let lost = PublishFailure(Explanation("lost"), .temporary)
private let refused = PublishFailure(Explanation("refused"), .unavailable, isWithoutConnection: true)
private let denied = PublishFailure(Explanation("wrong key"), .refused)

@Suite("Waiting between attempts")
struct RetryPaceTests {
  /// The longest delays after these failures, each after the delay before; a list reads like an outage.
  private func delays(_ failures: [PublishFailure], hasBeenLive: Bool = true) -> [Double] {
    var (pace, now) = (RetryPace(), 0.0)
    return failures.map { failure in
      let delay = pace.delay(after: failure, hasBeenLive: hasBeenLive, at: at(now), jitter: 1).inSeconds
      now += delay
      return delay
    }
  }

  @Test("a server that refuses connections is asked again within a second of each other")
  func refusedConnections() {
    #expect(delays([lost] + Array(repeating: refused, count: 5)) == [0.5, 1, 1, 1, 1, 1])
    var pace = RetryPace()
    #expect(pace.delay(after: refused, hasBeenLive: true, at: at(0), jitter: 0) == .milliseconds(200))
  }

  @Test("a server that takes connections and then fails is asked ever more rarely")
  func growing() {
    #expect(delays([lost, lost, lost, denied]) == [0.5, 0.75, 1.125, 1.6875])
  }

  @Test("attempts that reach nobody do not make those that do rarer, nor count towards giving up")
  func mixed() {
    #expect(delays([lost, refused, refused, refused, denied, refused, denied]) == [0.5, 1, 1, 1, 0.75, 1, 1.125])
    var pace = RetryPace()
    for _ in 0..<50 { _ = pace.delay(after: refused, hasBeenLive: true, at: at(1), jitter: 0) }
    #expect(pace.failures == 50 && pace.counted == 0)
  }

  @Test("after three minutes, and where no server ever took the stream, they come ever more rarely too")
  func longOutage() {
    let all = delays(Array(repeating: refused, count: 200))
    #expect(all.prefix(180).allSatisfy { $0 == 1 })
    #expect(all.suffix(3) == [15, 15, 15])
    #expect(delays([refused, refused, refused], hasBeenLive: false) == [0.5, 0.75, 1.125])
  }

  @Test("a connection that held for some seconds begins the delays again, one that held for long the count too")
  func held() {
    var pace = RetryPace()
    for _ in 0..<6 { _ = pace.delay(after: lost, hasBeenLive: true, at: at(0), jitter: 1) }
    var short = pace
    short.held(for: .seconds(9))
    #expect(short.delay(after: lost, hasBeenLive: true, at: at(9), jitter: 1) > .seconds(5))
    var some = pace
    some.held(for: .seconds(10))
    #expect(some.delay(after: lost, hasBeenLive: true, at: at(10), jitter: 1) == .milliseconds(250))
    #expect(some.counted == 7)
    var long = pace
    long.held(for: .seconds(30))
    _ = long.delay(after: lost, hasBeenLive: true, at: at(30), jitter: 1)
    #expect(long.counted == 1 && long.failures == 1)
  }

  @Test("a change of the network begins the delays again, not the count")
  func networkChanged() {
    var pace = RetryPace()
    for _ in 0..<6 { _ = pace.delay(after: denied, hasBeenLive: true, at: at(0), jitter: 1) }
    pace.networkChanged()
    #expect(pace.delay(after: denied, hasBeenLive: true, at: at(1), jitter: 1) == .milliseconds(500))
    #expect(pace.counted == 7)
  }
}
