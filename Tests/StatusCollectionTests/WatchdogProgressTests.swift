import Interface
import Media
import Testing

@testable import StatusCollection

@Suite("What a watchdog is told")
struct WatchdogProgressTests {
  /// A broadcast second by second; the watchdog's interval is 30 s.
  private struct Run {
    var status = BroadcastStatus()
    var progress = WatchdogProgress(interval: .seconds(30), at: .zero)
    var now = MediaTime.zero
    /// Seconds at which it was told that there is progress.
    var told: [Int] = []
    /// Seconds at which it was told that there is none.
    var stuck: [Int] = []

    mutating func pass(
      _ seconds: Int, _ phase: BroadcastStatus.Phase, pictures: Bool = false, acknowledged: Bool = false,
      retryIn: Double? = nil
    ) {
      for _ in 0..<seconds {
        now = now + .seconds(1)
        status.phase = phase
        status.retryInSeconds = retryIn
        if pictures {
          status.video.framesShown = (status.video.framesShown ?? 0) + 30
          if phase == .live { status.video.framesEncoded += 30 }
        }
        if acknowledged {
          status.transport.bytesAcknowledgedByTransport = (status.transport.bytesAcknowledgedByTransport ?? 0) + 9000
        }
        look()
      }
    }

    mutating func look() {
      let second = Int((now - .zero) / .seconds(1))
      switch progress.decide(status, at: now) {
      case .nothing: break
      case .progress: told.append(second)
      case .stuck: stuck.append(second)
      }
    }
  }

  @Test("on air: at each half of the interval, while pictures are made and acknowledged")
  func onAir() {
    var run = Run()
    run.pass(60, .live, pictures: true, acknowledged: true)
    #expect(run.told == [14, 28, 42, 56])
    #expect(run.stuck.isEmpty)
  }

  @Test("pictures that nobody acknowledges are no progress")
  func unacknowledged() {
    var run = Run()
    run.pass(20, .live, pictures: true, acknowledged: true)
    run.pass(40, .live, pictures: true)
    // What was acknowledged after the last time counts once more.
    #expect(run.told == [14, 28])
  }

  @Test("an encoder that stands still on air is told within a third of the interval, and once")
  func encoder() {
    var run = Run()
    run.pass(20, .live, pictures: true, acknowledged: true)
    run.pass(40, .live, acknowledged: true)
    #expect(run.stuck == [30])
    #expect(run.told == [14, 28])
  }

  @Test("the network is away from the start: nothing is shown yet, and each attempt is progress")
  func noNetworkAtStart() {
    var run = Run()
    for _ in 0..<20 {
      run.pass(9, .connecting)
      run.pass(6, .waiting, retryIn: 3)
    }
    #expect(run.told.count == 21)
    #expect(run.stuck.isEmpty)
  }

  @Test("the network goes away: pictures go on, and so does the watchdog")
  func noNetwork() {
    var run = Run()
    run.pass(30, .live, pictures: true, acknowledged: true)
    for _ in 0..<10 {
      run.pass(10, .connecting, pictures: true)
      run.pass(20, .waiting, pictures: true, retryIn: 5)
    }
    #expect(run.told.count == 330 / 14)
  }

  @Test("pictures that stop while the connection is away are no progress")
  func stillWithoutConnection() {
    var run = Run()
    run.pass(30, .waiting, pictures: true, retryIn: 5)
    run.pass(60, .waiting, retryIn: 5)
    #expect(run.told == [14, 28, 42])
  }

  @Test("an attempt that never ends, and a wait that is over and goes on, are no progress")
  func bounds() {
    var connecting = Run()
    connecting.pass(400, .connecting, pictures: true)
    #expect(connecting.told.last.map { (100...121).contains($0) } == true, "\(connecting.told)")
    var waiting = Run()
    waiting.pass(60, .waiting, pictures: true, retryIn: 5)
    waiting.pass(60, .waiting, pictures: true, retryIn: 0)
    #expect(waiting.told.last.map { (56...71).contains($0) } == true, "\(waiting.told)")
  }

  @Test("encoders that are begun anew have their time")
  func restart() {
    var run = Run()
    run.pass(20, .live, pictures: true, acknowledged: true)
    run.pass(60, .idle)
    // Another pipeline counts from zero.
    (run.status.video.framesShown, run.status.video.framesEncoded) = (0, 0)
    run.pass(5, .connecting)
    run.pass(30, .live, pictures: true, acknowledged: true)
    #expect(run.told.count == 115 / 14)
    #expect(run.stuck.isEmpty)
  }

  @Test("a process that was stopped for long and goes on has not stood still by itself")
  func stopped() {
    var run = Run()
    run.pass(20, .live, pictures: true, acknowledged: true)
    run.now = run.now + .seconds(300)
    run.look()
    run.pass(2, .live, pictures: true, acknowledged: true)
    #expect(run.stuck.isEmpty)
  }

  @Test("a short interval is kept as well as looks of each second can")
  func short() {
    var run = Run()
    run.progress = WatchdogProgress(interval: .seconds(2), at: .zero)
    run.pass(5, .connecting)
    #expect(run.told == [1, 2, 3, 4, 5])
  }
}
