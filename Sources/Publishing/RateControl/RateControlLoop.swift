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

  init(_ actuator: RateActuator, queue: PacketQueue, tell: @escaping @Sendable (RateDecision) -> Void) {
    (self.actuator, self.queue, self.tell) = (actuator, queue, tell)
  }

  /// Samples `publisher` until the task is cancelled.
  func run(_ publisher: any Publisher) async {
    control?.connected()
    while !Task.isCancelled {
      do { try await Task.sleep(for: Self.interval) } catch { break }
      guard let limits = actuator.limits() else {
        if control != nil { actuator.apply(.unlimited) }
        control = nil
        continue
      }
      let statistics = await publisher.statistics()
      guard !Task.isCancelled,
        let sample = RateSample(
          statistics, waiting: queue.waitingBytes, proxyQueue: publisher.remoteQueue, at: .now())
      else { continue }
      decide(sample, limits)
    }
    control?.connected()
    // Whatever is captured meanwhile, such as for a recording, is not bound by a connection that is gone.
    actuator.apply(RateState(allowed: control?.allowed))
  }

  private func decide(_ sample: RateSample, _ limits: RateLimits) {
    var control = self.control ?? RateControl(limits)
    let before = control.pictureInterval
    let (decision, isFirst) = (control.handle(sample, limits), self.control == nil)
    self.control = control
    if let decision { tell(decision) }
    guard decision != nil || isFirst || control.pictureInterval != before else { return }
    actuator.apply(
      RateState(
        allowed: control.allowed, pictureInterval: control.pictureInterval, path: control.path, decision: decision))
  }
}
