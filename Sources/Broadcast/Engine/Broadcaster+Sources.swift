internal import BroadcastConfiguration
internal import Interface
internal import Logging
internal import Media
internal import Pipeline
internal import Publishing
internal import Settings
internal import StatusCollection
internal import Synchronization

/// Sources and encoders: started, restarted, and looked for.
extension Broadcaster {
  /// Sources that cannot be opened, or end, are waited for.
  private var isAttended: Bool { options.hasPreview || settings.keepsTrying }

  func startProduction() {
    guard !isRunning else { return }
    isRunning = true
    let started = production
    restartDelay.started(at: .now())
    started.start { [weak self] failure in Task { [weak self] in await self?.failed(started, failure) } }
  }

  /// An encoder that gave up takes the broadcast with it; what is to go on begins anew.
  private func failed(_ failing: Production, _ failure: OperatorFailure) async {
    guard production === failing, !isClosed else { return }
    lastFailure = failure
    let onAir = broadcast
    onAir.onAir?.publishing.report(.sourceFailed(failure))
    guard options.hasPreview || settings.keepsTrying else { return }
    logger.error("\(failure)")
    if case .onAir(_, let task) = onAir { await task.value }
    try? await Task.sleep(for: restartDelay.failed(at: .now()))
    guard production === failing, !isClosed, !isOver else { return }
    await restart()
    guard resumes else { return }
    resumes = false
    do { try goLive() } catch { logger.warning("\(error)") }
  }

  /// Makes a production anew, for another geometry or preset.
  func restart() async {
    let before = production.context
    await production.stop()
    // The sources on air may have been chosen by rules that the settings no longer tell.
    settings.camera = before.camera.current.specification
    settings.microphone = before.microphone.current.specification
    settings.microphoneInputs = before.sound.inputs
    production = Production(settings.pipeline, isAttended: isAttended, tap: tap, logger: logger)
    collector = StatusCollector(production)
    production.context.sound.isMuted = before.sound.isMuted
    production.context.sound.gainDecibels = before.sound.gainDecibels
    production.context.picture.isSlate = before.picture.isSlate
    isRunning = false
    startProduction()
  }

  /// Looks for devices; a driver may take its time to answer, or never do.
  func findDevices() {
    offers.channels = Offers.channels(savedChannels)
    Task {
      await find(Devices.cameras) { broadcaster, found in
        let source = broadcaster.production.context.video.source.withLock { $0 }
        broadcaster.offers.cameras = Offers.cameras(found).map { $0.inUse(by: source) }
        broadcaster.offers.hasLookedForCameras = true
      }
    }
    Task {
      await find(Devices.microphones) { broadcaster, found in
        let source = broadcaster.production.context.audio.source.withLock { $0 }
        broadcaster.offers.microphones = Offers.microphones(found).map { $0.inUse(by: source) }
        broadcaster.offers.hasLookedForMicrophones = true
      }
    }
  }

  /// Offers what is found, and once more what is found later because a driver was slow.
  private func find<Description>(
    _ search: DeviceSearch<Description>, _ offer: (isolated Broadcaster, [Description]) -> Void
  ) async {
    let found = await search.find()
    offer(self, found.devices)
    guard let problem = found.problem else { return }
    logger.warning("\(problem)")
    if let late = await search.lateAnswer() { offer(self, late.devices) }
  }
}
