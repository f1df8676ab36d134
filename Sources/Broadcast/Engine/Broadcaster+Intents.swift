internal import BroadcastConfiguration
internal import ChannelMonitor
internal import FoundationEssentials
internal import IVS
public import Interface
internal import Logging
internal import Media
internal import Packets
internal import Pipeline
public import Settings
internal import Synchronization

/// What an operator wants, done or refused: the same with a console and without one.
extension Broadcaster {
  /// Does what the operator wants, or says in an event of severity `warning` why not.
  public func handle(_ intent: Intent) async {
    do { try await perform(intent) } catch { logger.warning("\(error)") }
  }

  /// Does what the operator wants.
  /// - Throws: one line that says why not.
  @discardableResult
  public func perform(_ intent: Intent) async throws(OperatorFailure) -> Answer {
    let intents = ProductionIntents(production: production)
    if let onAir = broadcast.onAir, try await onAir.perform(intent, settings) { return Answer(intent.confirmation) }
    if try intents.perform(intent) {
      try? change(intent)
      return Answer(intent.confirmation + (await absence(of: intent)))
    }
    return Answer(try await performHere(intent) ?? intent.confirmation)
  }

  /// What to add for a device that gives nothing yet, as a mistyped one never does.
  private func absence(of intent: Intent) async -> String {
    let (context, isDevice) = (production.context, ["/dev/", "usb:", "path:", "name:", "hw:", "plughw:"])
    let (text, what): (String, String)
    switch intent {
    case .camera(let camera): (text, what) = (camera, "no picture from it yet")
    case .microphone(let microphone): (text, what) = (microphone, "no sound from it yet")
    default: return ""
    }
    guard isDevice.contains(where: text.hasPrefix) else { return "" }
    // The source before may run for a moment.
    for wait in [Duration.milliseconds(300)] + Array(repeating: .milliseconds(100), count: 8) {
      try? await Task.sleep(for: wait)
      let isCamera = if case .camera = intent { true } else { false }
      let state = isCamera ? context.video.source.withLock { $0.state } : context.audio.source.withLock { $0.state }
      if state == .running { return "" }
    }
    return ", \(what): waiting for it"
  }

  /// - Returns: what there is to say beside that it is done.
  private func performHere(_ intent: Intent) async throws(OperatorFailure) -> String? {
    switch intent {
    case .goLive, .takeOver:
      try await openChannel(takesOver: intent == .takeOver)
      // Whether the ingest accepts the stream is known later; events and the status tell.
      return "going live on \(channelName)"
    case .stop: await endBroadcast()
    case .channel:
      try requireOffAir("the channel")
      try change(intent, accountNames: await catalog.names)
      lastFailure = nil
    case .video:
      try requireOffAir("size and rate")
      try change(intent)
      await restart()
    case .videoPreset:
      try requireOffAir("the preset")
      try change(intent)
      await restart()
    case .adaptiveBitrate(let isOn):
      try change(intent)
      adaptation.change(production) { $0.isOn = isOn }
      logger.notice(isOn ? "the bitrate follows the network" : "the bitrate stays as requested")
    case .videoBitrateMinimum:
      try change(intent)
      adaptation.change(production) { [settings] in $0.minimum = settings.videoBitrateMinimum }
    case .delayLimit:
      try change(intent)
      adaptation.change(production) { [settings] in $0.delayLimit = settings.delayLimit }
    case .reconnect: throw refusal("there is no connection to re-establish")
    case .metadata: throw refusal("metadata goes with a stream: go live first")
    case .serviceFigures: throw refusal("there is nothing on air to ask IVS about")
    case .refreshDevices: findDevices()
    case .saveChannel(let profile):
      try await changeSavedChannels { savedChannels throws(OperatorFailure) in try savedChannels.save(profile) }
      logger.notice("channel '\(profile.name)' saved")
      guard isOffAir else { return "channel \(profile.name) saved; it can be selected once this broadcast is over" }
      try change(.channel(profile.name))
      return "channel \(profile.name) saved and selected"
    case .removeChannel(let name):
      guard name != channelName else { throw refusal("'\(name)' is the channel in use: choose another one first") }
      try await changeSavedChannels { savedChannels throws(OperatorFailure) in try savedChannels.remove(name) }
      logger.notice("channel '\(name)' removed")
    case .refreshChannels: try await catalog.refresh(isWanted: true)
    case .createChannel(let requested):
      let made = try await catalog.create(requested)
      // Something may be on air by now, elsewhere.
      if isOffAir, !isClosed { try change(.channel(made.arn.text)) }
    case .record(true):
      guard production.recordingStatus == nil else { throw refusal("a recording is running") }
      try await startRecording(in: settings.filesDirectory)
      return production.recordingStatus.map { "recording to \($0.path)" }
    case .record(false):
      guard let recording = production.recordingStatus else { throw refusal("no recording is running") }
      // A disk that hangs must not hold up what else the operator wants.
      Task { [production] in
        await production.awaitHeldPictures()
        await production.stopRecording()
      }
      return recording.bytes > 0 ? "recorded \(recording.path)" : "nothing was recorded"
    case .snapshot:
      let path = try await production.context.tap.snapshot(in: settings.filesDirectory)
      snapshot = path
      return "snapshot \(path)"
    case .reload: return try await reload()
    case .mute, .gain, .camera, .microphone, .microphoneInputs, .videoBitrate, .slate, .mark: break
    }
    return nil
  }

  func refusal(_ text: String) -> OperatorFailure { OperatorFailure(text, .unavailable) }

  private func requireOffAir(_ what: String) throws(OperatorFailure) {
    guard isOffAir else { throw refusal("\(what) cannot change while on air: stop first") }
  }

  /// Goes live; returns once the channel is open.
  private func openChannel(takesOver: Bool = false) async throws(OperatorFailure) {
    try goLive(takesOver: takesOver)
    guard case .opening(let task, _) = broadcast else { return }
    await task.value
    if broadcast.onAir == nil { throw lastFailure ?? refusal("stopped before it went live") }
  }

  // MARK: Saved channels and settings

  /// Changes the file of saved channels as it is now.
  private func changeSavedChannels(
    _ change: @escaping @Sendable (inout SavedChannels) throws(OperatorFailure) -> Void
  ) async throws(OperatorFailure) {
    let (known, path) = (savedChannels, place.channelsFile)
    savedChannels = try await Disk.run(path) { () throws(OperatorFailure) in
      var savedChannels = if let known { known } else { try SavedChannels(path: path) }
      try change(&savedChannels)
      return savedChannels
    }
    offers.channels = Offers.channels(savedChannels)
  }

  /// Takes over what an intent changes in the settings, if it is right, and keeps it in their file.
  private func change(_ intent: Intent, accountNames: Set<String> = []) throws(OperatorFailure) {
    guard let (key, text) = intent.setting else { return }
    var changed = values
    changed[key] = .option(key, text)
    let parsed = try BroadcastSettings(options: changed)
    if case .saved(let name) = parsed.channel, key == .channel, savedChannels?[name] == nil,
      !accountNames.contains(name)
    {
      throw refusal("no channel '\(name)' is saved, and none of that name is in the AWS account as far as it is known")
    }
    (values, settings) = (changed, parsed)
    keeper?.keep([key: text])
  }

  /// What a first run went live with is where the next one begins.
  func keepFirstChoices() {
    guard let path = options.settingsFile, !FileManager.default.fileExists(atPath: path) else { return }
    let choice = production.choice(channel: channelName)
    keeper?.keep([.camera: choice.camera, .microphone: choice.microphone, .channel: choice.channel])
  }
}
