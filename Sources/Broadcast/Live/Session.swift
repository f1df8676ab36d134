internal import Logging
internal import Media

/// One broadcast from start to end without anybody at the controls: a production, and its connection.
struct Session: Sendable {
  private let settings: BroadcastSettings
  private let production: Production
  private let onAir: OnAir
  private let status: StatusCollector
  private let desk: ServiceDesk?

  init(
    settings: BroadcastSettings, recordDirectory: String?, destination: Destination, logger: Logger
  ) throws {
    self.settings = settings
    production = Production(settings, isAttended: false, logger: logger)
    let publishing = PublishShell(
      target: destination.target, queue: production.queue, duration: settings.duration,
      policy: settings.keepsTrying ? .unattended : .attended, logger: logger)
    desk = destination.desk
    onAir = OnAir(
      publishing: publishing, channelName: destination.name, playbackURL: destination.playbackURL, desk: desk)
    status = StatusCollector(production)
    if let recordDirectory { try production.record(in: recordDirectory) }
  }

  /// Runs all parts until the publishing ends; then stops the others and waits for them.
  func run(
    until stopWish: StopWish, onEnding: @Sendable (BroadcastOutcome) -> Void,
    onStatus: @escaping @Sendable (BroadcastStatus) -> Void
  ) async -> BroadcastOutcome {
    let ticker = Task { await tick(onStatus) }
    let service = Task { [desk, onAir] in await desk?.run(onAir.publishing) }
    defer { service.cancel() }
    production.start { [onAir] in onAir.publishing.report(.sourceFailed($0)) }
    stopWish.onRaise { [onAir, production] in
      onAir.publishing.report(.stop)
      production.cancel()
    }
    let outcome: BroadcastOutcome
    if let stream = await production.description() {
      outcome = await onAir.publishing.run(stream)
    } else {
      outcome = production.failure.map { .failed($0) } ?? .stopped
    }
    onEnding(outcome)
    ticker.cancel()
    await production.stop()
    await ticker.value
    onStatus(await status.collect(onAir, ended: true))
    return outcome
  }

  private func tick(_ onStatus: @Sendable (BroadcastStatus) -> Void) async {
    while !Task.isCancelled {
      onStatus(await status.collect(onAir, ended: false))
      try? await Task.sleep(for: .seconds(1))
    }
  }
}

/// A connection, or the attempt at one, and what it is called.
struct OnAir: Sendable {
  let publishing: PublishShell
  let channelName: String
  let playbackURL: String?
  /// What goes on with Amazon IVS's API, for a channel of the account.
  let desk: ServiceDesk?
}
