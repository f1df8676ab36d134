internal import Interface
internal import Logging
internal import Media
internal import Settings

/// One broadcast from start to end without anybody at the controls: a production, and its connection.
struct Session: Sendable {
  private let settings: BroadcastSettings
  private let production: Production
  private let onAir: OnAir
  private let collector: StatusCollector
  private let intents: ProductionIntents

  init(
    settings: BroadcastSettings, recordDirectory: String?, destination: Destination, logger: Logger
  ) throws {
    self.settings = settings
    production = Production(settings, isAttended: false, logger: logger)
    let publishing = PublishShell(
      target: destination.target, queue: production.queue, duration: settings.duration,
      policy: settings.keepsTrying ? .unattended : .attended, logger: logger)
    onAir = OnAir(
      publishing: publishing, channelName: destination.name, ingest: destination.ingest,
      playbackURL: destination.playbackURL,
      desk: destination.desk, limits: destination.limits)
    collector = StatusCollector(production)
    intents = ProductionIntents(
      production: production, directory: settings.recordDirectory ?? RecordingPath.usualDirectory)
    if let recordDirectory { try production.record(in: recordDirectory) }
  }

  /// Runs all parts until the publishing ends; then stops the others and waits for them.
  func run(
    until stopWish: StopWish, onEnding: @Sendable (BroadcastOutcome) -> Void,
    onStatus: @escaping @Sendable (BroadcastStatus) -> Void
  ) async -> BroadcastOutcome {
    let ticker = Task { await tick(onStatus) }
    let service = Task { [onAir] in await onAir.desk?.run(onAir.publishing) }
    defer { service.cancel() }
    production.start { [onAir] in onAir.publishing.report(.sourceFailed($0)) }
    stopWish.onRaise { [onAir, production] in
      onAir.publishing.report(.stop)
      production.cancel()
    }
    let outcome: BroadcastOutcome
    if let stream = await production.description() {
      outcome = await onAir.run(stream)
    } else {
      outcome = production.failure.map { .failed($0) } ?? .stopped
    }
    onEnding(outcome)
    ticker.cancel()
    await production.stop()
    await ticker.value
    onStatus(await status(ended: true))
    return outcome
  }

  /// Everything there is to know now.
  func status(ended: Bool = false) async -> BroadcastStatus {
    var status = await collector.collect(onAir, ended: ended)
    status.choice = production.choice(channel: onAir.channelName)
    status.machine = await collector.machineNow()
    return status
  }

  /// Does what somebody wants of a broadcast that is on air from its start to its end.
  /// - Throws: one line that says why not.
  func perform(_ intent: Intent) async throws(OperatorFailure) {
    if try await onAir.perform(intent, settings) { return }
    if try intents.perform(intent) { return }
    switch intent {
    case .goLive, .takeOver: throw refusal("already on air")
    case .channel: throw refusal("the channel cannot change while on air: start another broadcast with --channel")
    case .video: throw refusal("size and rate cannot change while on air: start another broadcast with --video")
    case .videoPreset: throw refusal("the preset cannot change while on air: start another one with --video-preset")
    case .refreshDevices, .saveChannel, .removeChannel, .refreshChannels, .createChannel:
      throw refusal("only the console does that: this broadcast has none")
    case .stop, .mute, .gain, .camera, .microphone, .microphoneInputs, .videoBitrate, .slate, .mark, .metadata, .record,
      .snapshot, .reconnect, .serviceFigures:
      break
    }
  }

  private func refusal(_ text: String) -> OperatorFailure { OperatorFailure(text, .unavailable) }

  private func tick(_ onStatus: @Sendable (BroadcastStatus) -> Void) async {
    while !Task.isCancelled {
      onStatus(await status())
      try? await Task.sleep(for: .seconds(1))
    }
  }
}
