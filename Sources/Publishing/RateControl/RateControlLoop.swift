internal import Media
internal import Networking
internal import Packets

/// Feeds ``RateControl`` with what a connection measures, as long as packets are sent over it.
actor RateControlLoop {
  /// From one sample to the next.
  static let interval = Duration.milliseconds(25)

  private let actuator: RateActuator
  private let queue: PacketQueue
  private let tell: @Sendable (RateDecision) -> Void
  private var control: RateControl?
  private var runs = 0
  /// What was told last.
  private var state: RateState?
  /// The connection that is sampled, and its figures of before.
  private var publisher: (any Publisher)?
  private var last: TransportStatistics?

  init(_ actuator: RateActuator, queue: PacketQueue, tell: @escaping @Sendable (RateDecision) -> Void) {
    (self.actuator, self.queue, self.tell) = (actuator, queue, tell)
  }

  /// Samples `publisher` until the task is cancelled; one at a time.
  ///
  /// What a connection allowed is where the next one begins; between two of them nothing is limited, so that a recording
  /// is not bound by a connection that is gone.
  func run(_ first: any Publisher) async {
    follow(first)
    runs += 1
    let run = runs
    while !Task.isCancelled, run == runs, let publisher {
      if let limits = actuator.limits() {
        let statistics = await publisher.statistics()
        guard !Task.isCancelled, run == runs else { break }
        // Another one took its place meanwhile, and its figures are not to meet those of this one.
        guard publisher === self.publisher else { continue }
        // SRT's figures come less often than they are asked for.
        if statistics.kernelUnsentBytes != nil || statistics != last,
          let sample = RateSample(
            statistics, waiting: queue.waitingBytes, proxyQueue: publisher.remoteQueue, at: .now())
        {
          decide(sample, limits)
        }
        last = statistics
        do { try await Task.sleep(for: Self.interval) } catch { break }
      } else {
        control = nil
        apply(.unlimited)
        do { try await Task.sleep(for: Self.interval * 10) } catch { break }
      }
    }
    // Another run, which has begun meanwhile, says itself what is allowed.
    if run == runs { apply(.unlimited) }
  }

  /// Goes on with another connection, within what is allowed now.
  func follow(_ next: any Publisher) {
    control?.connected()
    (publisher, last) = (next, nil)
  }

  private func decide(_ sample: RateSample, _ limits: RateLimits) {
    var control = self.control ?? RateControl(limits)
    let decision = control.handle(sample, limits)
    self.control = control
    if let decision { tell(decision) }
    apply(
      RateState(
        allowed: control.allowed, pictureInterval: control.pictureInterval, path: control.path, decision: decision))
  }

  private func apply(_ new: RateState) {
    guard new != state else { return }
    state = new
    actuator.apply(new)
  }
}
