internal import BroadcastConfiguration
internal import Interface
internal import Logging
internal import Media
internal import Networking
internal import Packets
internal import Pipeline
internal import Publishing
internal import RTMP
internal import Settings
internal import StatusCollection

/// From going live to the end of a broadcast.
extension Broadcaster {
  /// Begins to open the channel; events and the status tell what comes of it.
  /// - Parameter takesOver: a stream that somebody else sends there is taken over, by this broadcast alone.
  func goLive(takesOver: Bool = false) throws(OperatorFailure) {
    guard isOffAir else { throw refusal(takesOver ? "already on air: stop first, then take over" : "already on air") }
    guard !isClosed, !isOver else { throw refusal("the program ends") }
    lastFailure = nil
    var wanted = settings
    wanted.takesOver = wanted.takesOver || takesOver
    let dependencies = Destination.Dependencies(
      secrets: secrets, savedChannels: savedChannels, account: account, place: place, group: group, logger: logger,
      isLogShared: options.isLogShared)
    broadcast = .opening(Task { [wanted] in await open(wanted, dependencies) }, retry: nil)
  }

  /// Opens the channel and begins to send to it; where the broadcast is to keep trying, a failure that may pass is
  /// waited out.
  private func open(_ settings: BroadcastSettings, _ dependencies: Destination.Dependencies) async {
    var attempt = 0
    while !Task.isCancelled {
      do {
        // A channel that nothing could be recorded of is not opened at all.
        try await prepareRecording()
        let destination = try await Destination.open(settings, dependencies)
        guard !Task.isCancelled, !isClosed else { return await destination.close() }
        return try await begin(destination)
      } catch {
        guard !Task.isCancelled else { return }
        let failure = OperatorFailure(any: error)
        lastFailure = failure
        guard settings.keepsTrying, failure.exitStatus.mayPass, case .opening(let task, _) = broadcast else {
          return await ended(.failed(failure), nil)
        }
        attempt += 1
        let delay = Backoff.delay(beforeAttempt: attempt, jitter: .random(in: 0...1))
        logger.warning("the channel cannot be opened", metadata: ["attempt": "\(attempt)", "reason": "\(failure)"])
        broadcast = .opening(task, retry: .now() + delay)
        await Self.pause(delay)
      }
    }
  }

  /// Waits, but not on when the network may lead to what it did not lead to.
  private static func pause(_ limit: Duration) async {
    let (changes, told) = AsyncStream.makeStream(of: Void.self)
    let clock = Task {
      try? await Task.sleep(for: limit)
      told.finish()
    }
    let watch = try? NetworkWatch { told.yield() }
    for await _ in changes { break }
    withExtendedLifetime(watch) {}
    clock.cancel()
  }

  /// Sends to a channel that is open.
  private func begin(_ destination: Destination) async throws(OperatorFailure) {
    keepFirstChoices()
    do { try await recordIfWanted() } catch {
      await destination.close()
      throw error
    }
    guard !Task.isCancelled else {
      await discardRecording()
      return await destination.close()
    }
    startProduction()
    lastFailure = nil
    adaptation.change(production)
    let publishing = PublishLoop(
      target: destination.target, queue: production.queue, duration: settings.duration,
      policy: settings.keepsTrying ? .unattended : .attended, actuator: adaptation.actuator(for: production),
      logger: logger)
    let onAir = OnAir(
      publishing: publishing, channelName: destination.name, ingest: destination.ingest,
      playbackURL: destination.playbackURL, monitor: destination.monitor, limits: destination.limits)
    broadcast = .onAir(onAir, Task { [production] in await run(onAir, destination, production) })
  }

  private func run(_ onAir: OnAir, _ destination: Destination, _ production: Production) async {
    // What is counted for the broadcast is counted from here.
    await collector.sample(onAir.measured)
    let outcome: BroadcastOutcome
    if let stream = await production.description() {
      outcome = await onAir.run(stream)
    } else {
      outcome = production.failure.map { .failed($0) } ?? .stopped
    }
    production.queue.close()
    adaptation.reset(production)
    if !onAir.wasOnAir(outcome) { await discardRecording() }
    let isLast = options.endsWithBroadcast && !(settings.keepsTrying && production.failure != nil)
    if isLast {
      onEnding?(outcome)
      await production.stop()
    } else if options.endsWithBroadcast || production.recordingPath == recordingOfBroadcast {
      // What was asked for beside the broadcast goes on.
      await production.stopRecording()
    }
    await collector.sample(onAir.measured)
    var last = await withSurroundings(
      await collector.status(onAir.measured, rate: adaptation.status(production), ended: true))
    last.offers = offers
    if last.onAirSeconds > 0 { logger.notice("\(StatusLine.summary(last))") }
    await destination.close()
    await ended(outcome, last)
  }

  private func ended(_ outcome: BroadcastOutcome, _ last: BroadcastStatus?) async {
    broadcast = .none
    if let failure = outcome.failure { lastFailure = failure }
    resumes = settings.keepsTrying && production.failure != nil && outcome != .stopped
    guard options.endsWithBroadcast else {
      if let failure = outcome.failure { logger.error("\(failure)") }
      return
    }
    if !resumes { finish(outcome, last) }
  }

  /// Ends what is going out, or the attempt at it.
  func endBroadcast() async {
    resumes = false
    switch broadcast {
    case .none: break
    case .opening(let task, _):
      broadcast = .none
      task.cancel()
      logger.notice("stopped before it went live")
      // What hangs is left to itself.
      _ = await Bounded.run(within: .seconds(1)) { await task.value }
      lastFailure = nil
    case .onAir(let onAir, let task):
      if case .live = onAir.publishing.snapshot.state { await production.awaitHeldPictures() }
      onAir.publishing.report(.stop)
      // Nothing is sent before both encoders are open; a source that does not open is not waited for.
      if options.endsWithBroadcast { production.cancel() }
      await task.value
    }
    if options.endsWithBroadcast { finish(.stopped, nil) }
  }

  // MARK: Recording

  private var startsRecording: Bool { settings.isRecorded && production.recordingStatus == nil }

  private func prepareRecording() async throws(OperatorFailure) {
    guard startsRecording else { return }
    let directory = settings.filesDirectory
    try await Disk.run("recording to \(directory)") { () throws(OperatorFailure) in
      try RecordingPath.prepare(directory)
    }
  }

  private func recordIfWanted() async throws(OperatorFailure) {
    guard startsRecording else { return }
    try await startRecording(in: settings.filesDirectory)
    recordingOfBroadcast = production.recordingPath
  }

  /// Keeps nothing of a broadcast that never went on air; what was asked for beside it goes on.
  private func discardRecording() async {
    guard let path = recordingOfBroadcast, production.recordingPath == path else { return }
    await production.stopRecording(discards: true)
  }

  /// Begins a recording; a disk that hangs holds up nothing else.
  func startRecording(in directory: String) async throws(OperatorFailure) {
    try await Disk.run("recording to \(directory)") { [production] () throws(OperatorFailure) in
      try production.record(in: directory)
    }
  }
}
