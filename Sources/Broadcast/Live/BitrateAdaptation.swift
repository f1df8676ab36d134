internal import BroadcastConfiguration
internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import Networking
internal import Packets
internal import Pipeline
internal import Publishing
internal import Settings
internal import Synchronization

/// What the operator wants of the bitrate's adaptation, what it decided, and the pipeline that it acts on.
final class BitrateAdaptation: Sendable {
  /// What can be changed while it runs.
  struct Options: Sendable {
    var isOn: Bool
    var minimum: Bitrate
    var delayLimit: Duration
    /// What may wait for the connection of it: the kernel and the path hold the rest.
    var queueLimit: Duration { isOn ? delayLimit * 2 / 3 : delayLimit }
  }

  private struct State {
    var options: Options
    /// Counts broadcasts: what one that is over still tells is not heard.
    var broadcast = 0
    var path: Bitrate?
    var decisions: [RateStatus.Decision] = []
    var count = 0
    /// The last bitrate that a line of the log told.
    var told: Bitrate?
  }

  private let state: Mutex<State>
  private let logger: Logger

  init(_ settings: BroadcastSettings, logger: Logger) {
    let options = Options(
      isOn: settings.adaptsBitrate, minimum: settings.videoBitrateMinimum, delayLimit: settings.delayLimit)
    state = Mutex(State(options: options))
    self.logger = logger
  }

  /// What is wanted; any thread.
  var options: Options { state.withLock { $0.options } }

  /// Takes what is wanted now, and has `production` go by it.
  func change(_ production: Production, _ change: (inout Options) -> Void = { _ in }) {
    let options = state.withLock { state in
      change(&state.options)
      return state.options
    }
    production.queue.limit = options.queueLimit
  }

  /// What a publish loop asks and tells.
  func actuator(for production: Production) -> RateActuator {
    let (picture, settings, context) = (production.context.picture, production.settings, production.context)
    let number = state.withLock { state in
      state.broadcast += 1
      return state.broadcast
    }
    return RateActuator {
      let options = self.options
      guard options.isOn else { return nil }
      return RateLimits(
        requested: picture.requestedBitrate, minimum: options.minimum, sound: settings.audioBitrate,
        delay: options.delayLimit, encoderDelay: settings.video.encoderDelay,
        frameInterval: settings.video.frameRate.interval,
        changesLive: VideoEncoderChoice.changesBitrateLive(context.video.source.withLock { $0.encoder }))
    } apply: { rate in
      let isCurrent = self.state.withLock { state in
        guard state.broadcast == number else { return false }
        (picture.allowedBitrate, picture.pictureInterval) = (rate.allowed, rate.pictureInterval)
        state.path = rate.path
        return true
      }
      if isCurrent, let decision = rate.decision { self.note(decision) }
    }
  }

  /// Nothing is on air any more.
  func reset(_ production: Production) {
    state.withLock { state in
      state.broadcast += 1
      (production.context.picture.allowedBitrate, production.context.picture.pictureInterval) = (nil, .zero)
      (state.path, state.told) = (nil, nil)
    }
  }

  private func note(_ decision: RateDecision) {
    var noted = RateStatus.Decision()
    noted.clock = WallClock.now("%H:%M:%S")
    noted.kilobits = decision.bitrate.kilobitsPerSecond
    noted.kilobitsBefore = decision.before.kilobitsPerSecond
    noted.pathKilobits = decision.path?.kilobitsPerSecond
    noted.delayMilliseconds = decision.delay?.inMilliseconds
    noted.reason = decision.reasonText
    let isWorthALine = state.withLock { state in
      state.count += 1
      noted.id = state.count
      state.decisions.append(noted)
      state.decisions.removeFirst(max(0, state.decisions.count - RateStatus.limit))
      // Small steps are in the journal; a line is for what a person would do something about.
      let told = state.told ?? decision.before
      let isFar = abs(told.bitsPerSecond - decision.bitrate.bitsPerSecond) * 4 >= told.bitsPerSecond
      guard isFar || decision.reason == .recovered else { return false }
      state.told = decision.bitrate
      return true
    }
    // What the operator asked for is said already.
    guard isWorthALine, decision.reason != .requested else { return }
    let line = "video bitrate \(noted.text)"
    if decision.bitrate < decision.before { logger.warning("\(line)") } else { logger.notice("\(line)") }
  }

  /// What the status shows of it.
  func status(_ production: Production) -> RateStatus {
    let picture = production.context.picture
    var status = RateStatus()
    status.requestedKilobits = picture.requestedBitrate.kilobitsPerSecond
    status.allowedKilobits =
      picture.allowedBitrate.flatMap { $0 < picture.requestedBitrate ? $0.kilobitsPerSecond : nil }
    state.withLock { state in
      status.isAdaptive = state.options.isOn
      status.minimumKilobits = min(state.options.minimum, picture.requestedBitrate).kilobitsPerSecond
      status.delayLimitMilliseconds = state.options.delayLimit.inMilliseconds
      status.pathKilobits = state.path?.kilobitsPerSecond
      status.decisions = state.decisions
    }
    return status
  }
}

extension RateDecision {
  /// Why, in a few words with their figures.
  fileprivate var reasonText: String {
    let takes = path.map { "the path takes \($0)" } ?? "the path takes less"
    return switch reason {
    case .slowPath: delay.map { "\(takes), \($0.wholeMilliseconds) ms are on the way" } ?? takes
    case .silence(let time): "nothing was acknowledged for \(time.wholeMilliseconds) ms"
    case .drained: "\(takes), nothing waits any more"
    case .probing: "nothing waits, trying more"
    case .recovered: "nothing waits, as requested again"
    case .requested: "requested"
    }
  }
}
