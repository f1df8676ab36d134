internal import Codec
internal import IVS
public import Interface
public import Logging
internal import Media
internal import NIOCore
internal import NIOPosix
public import Settings
internal import Synchronization

/// The broadcaster with somebody at its controls: shows the picture before it is on air, takes intents, tells its status.
///
/// Goes on whatever its sources, its channel and its operator do; ``close()`` ends it.
public actor Studio {
  /// Where the operator sees the picture.
  public nonisolated let tap = PictureTap()

  private let events: EventLog
  private let logger: Logger
  private let place: SettingsPlace
  private let settingsFile: String
  private let secrets: ChannelSecrets
  private let group: MultiThreadedEventLoopGroup
  private let account: AccountHolder
  private let catalog: AccountCatalog
  private var options: [SettingKey: SettingValue]
  private var settings: BroadcastSettings
  private var book: ChannelBook
  private var production: Production
  private var collector: StatusCollector
  private var broadcast: (onAir: OnAir, destination: Destination, task: Task<Void, Never>)?
  /// Finds the channel and opens it; what it finds after it was cancelled never goes live.
  private var opening: Task<Void, Never>?
  private var watching: Task<Void, Never>?
  private var isClosed = false
  private var lastFailure: OperatorFailure?
  private var offers = Offers()
  private var machine = MachineMeter()

  /// Opens the studio's sources.
  /// - Parameters:
  ///   - options: what was said on the command line and in the settings file.
  ///   - place: where channels are kept, and settings unless `settingsFile` says otherwise.
  ///   - secrets: a stream key or token for a channel that is given by its URL.
  public init(
    options: [SettingKey: SettingValue], place: SettingsPlace, settingsFile: String? = nil, secrets: ChannelSecrets,
    events: EventLog, logger: Logger
  ) throws {
    self.options = options
    self.place = place
    self.settingsFile = settingsFile ?? place.settingsFile
    self.secrets = secrets
    self.events = events
    self.logger = logger
    settings = try BroadcastSettings(options: options)
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    account = AccountHolder(profile: settings.profile, region: settings.region, group: group)
    catalog = AccountCatalog(account, logger: logger)
    book = try ChannelBook(path: place.channelsFile)
    production = Production(settings, isAttended: true, tap: tap, logger: logger)
    collector = StatusCollector(production)
    // What stands in for devices is there before they are found.
    (offers.cameras, offers.microphones) = (Offers.cameras([]), Offers.microphones([]))
    offers.channels = Offers.channels(book)
  }

  /// Starts the preview and looks for devices.
  public func start() {
    startProduction()
    findDevices()
    Task { [catalog] in await catalog.refresh(isWanted: false) }
    watching = Task { [catalog] in await catalog.watch() }
  }

  private func startProduction() {
    let started = production
    started.start { [weak self] failure in Task { [weak self] in await self?.failed(started, failure) } }
  }

  /// An encoder that gave up takes the broadcast with it; the preview begins anew.
  private func failed(_ failing: Production, _ failure: OperatorFailure) async {
    guard production === failing, !isClosed else { return }
    logger.error("\(failure)")
    lastFailure = failure
    broadcast?.onAir.publishing.report(.sourceFailed(failure))
    try? await Task.sleep(for: .seconds(2))
    guard production === failing, !isClosed else { return }
    await restart()
  }

  /// Ends the broadcast and everything else; takes less than three seconds unless a device hangs.
  public func close() async {
    isClosed = true
    watching?.cancel()
    await endBroadcast()
    await production.stop()
    await account.close()
    try? await group.shutdownGracefully()
  }

  /// Everything there is to know now.
  public func status() async -> BroadcastStatus {
    var status = await collector.collect(broadcast?.onAir, ended: false)
    if broadcast == nil {
      status.phase = opening == nil ? .idle : .connecting
      if let lastFailure { status.verdict = Verdict(level: .bad, reason: lastFailure.description) }
    }
    if status.channel.isEmpty { status.channel = book[channelName].map { "\($0.address)" } ?? channelName }
    status.playbackURL = status.playbackURL ?? book[channelName]?.playbackURL
    status.choice = choice
    (offers.account, offers.accountChannels) = await catalog.offers(apartFrom: book)
    status.offers = offers
    status.offers.channels = await catalog.marked(offers.channels)
    status.machine = machine.measure(at: .now())
    status.events = events.events
    return status
  }

  private var channelName: String { options[.channel]?.text ?? "local" }

  private var choice: Choice { production.choice(channel: channelName) }

  // MARK: Intents

  /// Does what the operator wants, or says in an event of severity `warning` why not.
  public func handle(_ intent: Intent) async {
    do { try await perform(intent) } catch { logger.warning("\(error)") }
  }

  /// Does what the operator wants.
  /// - Throws: one line that says why not.
  public func perform(_ intent: Intent) async throws(OperatorFailure) {
    do {
      let intents = ProductionIntents(
        production: production, directory: settings.recordDirectory ?? RecordingPath.usualDirectory)
      if let onAir = broadcast?.onAir, try await onAir.perform(intent, settings) { return }
      if try intents.perform(intent) { keep(intent) } else { try await performHere(intent) }
    } catch { throw OperatorFailure(any: error) }
  }

  /// Keeps what was chosen for the next time.
  private func keep(_ intent: Intent) {
    switch intent {
    case .camera(let text): try? change(.camera, to: text)
    case .microphone(let text): try? change(.microphone, to: text)
    case .microphoneInputs(let text): try? change(.microphoneInputs, to: text)
    case .videoBitrate(let kilobits): try? change(.videoBitrate, to: "\(kilobits)k")
    default: break
    }
  }

  private func performHere(_ intent: Intent) async throws {
    switch intent {
    case .goLive: try goLive()
    case .takeOver: try goLive(takesOver: true)
    case .stop: await endBroadcast()
    case .channel(let name):
      try requireOffAir("the channel")
      try change(.channel, to: name, accountNames: await catalog.names)
      lastFailure = nil
    case .video(let text):
      try requireOffAir("size and rate")
      try change(.video, to: text)
      await restart()
    case .videoPreset(let preset):
      try requireOffAir("the preset")
      try change(.videoPreset, to: preset)
      await restart()
    case .reconnect: throw refusal("there is no connection to make again")
    case .metadata: throw refusal("metadata goes with a stream: go live first")
    case .serviceFigures: throw refusal("there is nothing on air to ask IVS about")
    case .refreshDevices: findDevices()
    case .saveChannel(let profile):
      try book.save(profile)
      logger.notice("channel '\(profile.name)' saved")
      offerChannels()
      if isOffAir { try change(.channel, to: profile.name) }
    // The account may take its time: what else is wanted must not wait for it.
    case .refreshChannels: Task { [catalog] in await catalog.refresh(isWanted: true) }
    case .createChannel(let wish): Task { await create(wish) }
    case .removeChannel(let name):
      guard name != channelName else { throw refusal("'\(name)' is the channel in use: choose another one first") }
      try book.remove(name)
      logger.notice("channel '\(name)' removed")
      offerChannels()
    case .mute, .gain, .camera, .microphone, .microphoneInputs, .videoBitrate, .slate, .mark, .record, .snapshot: break
    }
  }

  private func refusal(_ text: String) -> OperatorFailure { OperatorFailure(text, .unavailable) }

  private var isOffAir: Bool { broadcast == nil && opening == nil }

  private func requireOffAir(_ what: String) throws {
    guard isOffAir else { throw refusal("\(what) cannot change while on air: stop first") }
  }

  /// Makes a channel in the account, and chooses it unless something is on air by then.
  private func create(_ wish: NewChannel) async {
    do {
      let made = try await catalog.create(wish)
      if isOffAir, !isClosed { try change(.channel, to: made.arn.text) }
    } catch { logger.warning("\(error)") }
  }

  /// Takes a value over if it is right, and keeps it in the settings file.
  private func change(_ key: SettingKey, to text: String, accountNames: Set<String> = []) throws {
    var changed = options
    changed[key] = .option(key, text)
    let parsed = try BroadcastSettings(options: changed)
    if case .saved(let name) = parsed.channel, key == .channel, book[name] == nil, !accountNames.contains(name) {
      throw refusal("no channel '\(name)' is saved, and none of that name is in the AWS account as far as it is known")
    }
    (options, settings) = (changed, parsed)
    keep([key: text])
  }

  /// Writes to the settings file; a home that cannot be written to is no reason not to broadcast.
  private func keep(_ values: [SettingKey: String]) {
    do { try SettingsFile.change(settingsFile, values) } catch {
      logger.warning("not kept for the next time: \(error)")
    }
  }

  /// Makes a production anew, for another geometry or preset.
  private func restart() async {
    let before = production.context
    await production.stop()
    // The sources on air may have been chosen by rules that the settings no longer tell.
    settings.camera = before.camera.current.specification
    settings.microphone = before.microphone.current.specification
    settings.microphoneInputs = before.sound.inputs
    production = Production(settings, isAttended: true, tap: tap, logger: logger)
    collector = StatusCollector(production)
    production.context.sound.isMuted = before.sound.isMuted
    production.context.sound.gainDecibels = before.sound.gainDecibels
    production.context.picture.isSlate = before.picture.isSlate
    startProduction()
  }

  // MARK: On air

  /// Begins to open the channel; events and the status tell what comes of it.
  /// - Parameter takesOver: a stream that somebody else sends there is taken over, by this broadcast alone.
  private func goLive(takesOver: Bool = false) throws {
    guard isOffAir else { throw refusal(takesOver ? "already on air: stop first, then take over" : "already on air") }
    guard !isClosed else { throw refusal("the program ends") }
    lastFailure = nil
    var wanted = settings
    wanted.takesOver = wanted.takesOver || takesOver
    let means = Destination.Means(secrets: secrets, book: book, account: account, group: group, logger: logger)
    opening = Task { [wanted] in
      let destination: Destination
      do { destination = try await Destination.open(wanted, means) } catch {
        guard !Task.isCancelled else { return }
        let failure = OperatorFailure(any: error)
        (opening, lastFailure) = (nil, failure)
        return logger.warning("\(failure)")
      }
      guard !Task.isCancelled, !isClosed else { return await destination.close(logger) }
      opening = nil
      begin(destination)
    }
  }

  /// Sends to a channel that is open.
  private func begin(_ destination: Destination) {
    if !place.hasSettings { keepChoices() }
    let publishing = PublishShell(
      target: destination.target, queue: production.queue, duration: settings.duration,
      policy: settings.keepsTrying ? .unattended : .attended, logger: logger)
    let onAir = OnAir(
      publishing: publishing, channelName: destination.name, ingest: destination.ingest,
      playbackURL: destination.playbackURL,
      desk: destination.desk, limits: destination.limits)
    let (production, logger) = (production, logger)
    let task = Task {
      let service = Task { await destination.desk?.run(publishing) }
      defer { service.cancel() }
      var outcome = production.failure.map { BroadcastOutcome.failed($0) } ?? .stopped
      if let stream = await production.description() { outcome = await onAir.run(stream) }
      production.queue.close()
      await destination.close(logger)
      await self.ended(outcome)
    }
    broadcast = (onAir, destination, task)
  }

  /// What a first run ended with is where the next one begins.
  private func keepChoices() {
    let choice = choice
    keep([.camera: choice.camera, .microphone: choice.microphone, .channel: choice.channel])
  }

  private func ended(_ outcome: BroadcastOutcome) async {
    if let onAir = broadcast?.onAir {
      let last = await collector.collect(onAir, ended: true)
      logger.notice("\(StatusLine.summary(last))")
    }
    broadcast = nil
    guard case .failed(let failure) = outcome else { return }
    lastFailure = failure
    logger.error("\(failure)")
  }

  private func endBroadcast() async {
    if let opening {
      self.opening = nil
      opening.cancel()
      logger.notice("stopped before it was live")
      // What hangs is left to itself.
      _ = await Bounded.run(within: .seconds(1)) { await opening.value }
    }
    guard let broadcast else { return }
    broadcast.onAir.publishing.report(.stop)
    await broadcast.task.value
  }

  // MARK: Offers

  private func offerChannels() { offers.channels = Offers.channels(book) }

  /// Looks for devices on a thread of its own: a driver may take its time to answer.
  private func findDevices() {
    offerChannels()
    do throws(NoThreadError) {
      try DetachedThread.start(name: "devices") { [weak self] in
        let (cameras, microphones) = (Offers.findCameras(), Offers.findMicrophones())
        Task { [weak self] in await self?.offer(cameras, microphones) }
      }
    } catch { logger.warning("cameras and microphones are not looked for: \(error)") }
  }

  private func offer(_ cameras: [Offers.Device], _ microphones: [Offers.Device]) {
    let context = production.context
    let (video, audio) = (context.video.source.withLock { $0 }, context.audio.source.withLock { $0 })
    offers.cameras = cameras.map { $0.inUse(by: video) }
    offers.microphones = microphones.map { $0.inUse(by: audio) }
  }
}
