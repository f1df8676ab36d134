public import Settings

/// Performs intents in the order in which they come, and answers each within a limit.
public struct IntentQueue: Sendable {
  private let engine: any Engine
  private let limit: Duration
  private var last: Task<Void, Never>?

  /// Makes a queue for `engine`.
  public init(_ engine: any Engine, limit: Duration = .seconds(10)) { (self.engine, self.limit) = (engine, limit) }

  /// Performs an intent after those before it; nobody waits for one that a network or a driver may hold up.
  /// - Parameter answer: called once, within the limit.
  public mutating func perform(
    _ intent: Intent, answer: @escaping @Sendable (Result<Answer, OperatorFailure>) async -> Void
  ) {
    let task = Task { [engine, limit, last] in
      do throws(OperatorFailure) {
        await answer(.success(try await engine.perform(intent, after: last, within: limit)))
      } catch { await answer(.failure(error)) }
    }
    if !intent.mayTakeLong { last = task }
  }
}

extension Intent {
  /// Whether it waits for somebody else: a network, a service, a driver.
  fileprivate var mayTakeLong: Bool {
    switch self {
    case .goLive, .takeOver, .metadata, .refreshDevices, .refreshChannels, .createChannel: true
    case .stop, .mute, .gain, .camera, .microphone, .microphoneInputs, .channel, .video, .videoBitrate, .videoPreset,
      .adaptiveBitrate, .videoBitrateMinimum, .delayLimit,
      .slate, .mark, .reconnect, .record, .snapshot, .saveChannel, .removeChannel, .serviceFigures, .reload:
      false
    }
  }
}
