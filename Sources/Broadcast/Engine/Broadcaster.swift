public import BroadcastConfiguration
internal import ChannelMonitor
internal import Codec
public import Interface
public import Logging
internal import Media
internal import NIOCore
internal import NIOPosix
package import Pipeline
public import Publishing
public import Settings
public import StatusCollection

/// The engine: sources, encoders, a connection, and what an operator wants of them.
///
/// The console, `stream` and a kiosk run the same one; what differs is in ``BroadcasterOptions``. Every intent is
/// answered, by success or by a failure; ``close()`` ends it.
public actor Broadcaster: Engine {
  /// Where the operator sees the picture.
  package nonisolated let tap = PreviewTap()

  let options: BroadcasterOptions
  let events: EventLog
  let logger: Logger
  let place: SettingsPlace
  let secrets: ChannelSecrets
  let group: MultiThreadedEventLoopGroup
  let account: SharedAccount
  let catalog: AccountCatalog
  let keeper: SettingsWriter?
  var values: [SettingKey: SettingValue]
  var settings: BroadcastSettings
  /// The saved channels, once they were needed: nobody else reads the file with the keys.
  var savedChannels: SavedChannels?
  var production: Production
  var collector: StatusCollector
  let adaptation: BitrateAdaptation
  var isRunning = false
  var offers = Offers()
  /// What is being opened or is on air.
  var broadcast = Broadcast.none
  /// Why the last broadcast ended, or the sources failed.
  var lastFailure: OperatorFailure?
  /// The broadcast was ended by its sources, and is to go on with new ones.
  var resumes = false
  /// How long a production that failed is waited with.
  var restartDelay = RestartDelay()
  var isClosed = false
  private var outcome: BroadcastOutcome?
  private var watching: Task<Void, Never>?
  private var measuring: Task<Void, Never>?
  private var waiting: [CheckedContinuation<BroadcastOutcome, Never>] = []
  private var lastStatus: BroadcastStatus?
  /// The file that was begun with the broadcast, and by nobody's hand.
  var recordingOfBroadcast: String?
  /// The file of the last snapshot.
  var snapshot: String?
  var onEnding: (@Sendable (BroadcastOutcome) -> Void)?

  /// What is going out, or is about to.
  enum Broadcast {
    case none
    /// The channel is being opened: `attempt` counts, and a failure that may pass is waited out until `retry`.
    case opening(Task<Void, Never>, retry: MediaTime?)
    case onAir(OnAir, Task<Void, Never>)

    /// The connection, or the attempt at one.
    var onAir: OnAir? { if case .onAir(let onAir, _) = self { onAir } else { nil } }
    /// Nothing goes out.
    var isNone: Bool { if case .none = self { true } else { false } }
  }

  /// Prepares everything; opens nothing yet.
  /// - Parameters:
  ///   - values: what was said on the command line and in the settings file.
  ///   - place: where channels are kept.
  ///   - secrets: a stream key or token for a channel that is given by its URL.
  ///   - savedChannels: the saved channels, where they have been read.
  public init(
    _ options: BroadcasterOptions, values: [SettingKey: SettingValue], place: SettingsPlace, secrets: ChannelSecrets,
    savedChannels: SavedChannels? = nil, events: EventLog, logger: Logger
  ) throws(OperatorFailure) {
    self.options = options
    self.values = values
    self.place = place
    self.secrets = secrets
    self.events = events
    self.logger = logger
    let settings = try BroadcastSettings(options: values)
    self.settings = settings
    self.savedChannels =
      options.hasPreview && savedChannels == nil ? try SavedChannels(path: place.channelsFile) : savedChannels
    keeper = options.settingsFile.map { SettingsWriter($0, logger: logger) }
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    account = SharedAccount(profile: settings.profile, region: settings.region, group: group)
    catalog = AccountCatalog(account, logger: logger)
    production = Production(
      settings.pipeline, isAttended: options.hasPreview || settings.keepsTrying, tap: tap, logger: logger)
    adaptation = BitrateAdaptation(settings, logger: logger)
    collector = StatusCollector(production)
    for hint in values.values.compactMap(\.hint) { logger.notice("\(hint)") }
    // What stands in for devices is there before they are found.
    (offers.cameras, offers.microphones) = (Offers.cameras([]), Offers.microphones([]))
    offers.channels = Offers.channels(self.savedChannels)
  }

  /// Keeps the console's own keys for the next time; any thread, never waits.
  nonisolated public func keep(keys: [String: String]) { keeper?.keep(keys: keys) }

  /// Starts the preview and looks for devices.
  public func start() {
    startProduction()
    findDevices()
    Task { [catalog] in try? await catalog.refresh(isWanted: false) }
    watching = Task { [catalog] in await catalog.watch() }
    measure()
  }

  /// Samples what the status tells, until the end.
  private func measure() {
    guard measuring == nil, !isClosed else { return }
    measuring = Task { [weak self] in
      while !Task.isCancelled, await self?.sample() != nil {
        try? await Task.sleep(for: StatusCollector.interval)
      }
    }
  }

  private func sample() async { await collector.sample(broadcast.onAir?.measured) }

  /// Goes live, and returns when that broadcast is over.
  /// - Parameter onEnding: called when the outcome is certain and only closing is left, which a device or a disk that
  ///   hangs can hold up: the time to set a limit.
  public func broadcast(onEnding: @escaping @Sendable (BroadcastOutcome) -> Void) async -> BroadcastOutcome {
    self.onEnding = onEnding
    measure()
    // A stop may come before there is anything to stop.
    if outcome == nil {
      do { try goLive() } catch { return .failed(error) }
    }
    if let outcome { return outcome }
    return await withCheckedContinuation { waiting.append($0) }
  }

  /// The last broadcast is over, with what it came to.
  func finish(_ outcome: BroadcastOutcome, _ last: BroadcastStatus?) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    lastStatus = last
    for waiter in waiting { waiter.resume(returning: outcome) }
    waiting = []
  }

  /// Ends the broadcast and everything else; takes less than three seconds unless a device hangs.
  public func close() async {
    isClosed = true
    watching?.cancel()
    measuring?.cancel()
    await endBroadcast()
    await production.stop()
    tap.close()
    await account.close()
    await keeper?.flush(within: .seconds(2))
    try? await group.shutdownGracefully()
  }

  /// Everything there is to know now.
  public func status() async -> BroadcastStatus {
    if let lastStatus { return lastStatus }
    var status = await collector.status(broadcast.onAir?.measured, rate: adaptation.status(production), ended: false)
    switch broadcast {
    case .onAir: break
    case .none: status.phase = .idle
    case .opening(_, let retry):
      status.phase = retry == nil ? .connecting : .waiting
      status.retryInSeconds = retry.map { max(0, ($0 - .now()).inSeconds) }
    }
    if broadcast.onAir == nil, let lastFailure {
      status.verdict = Verdict(level: .bad, reason: lastFailure.description)
    }
    if status.channel.isEmpty { status.channel = savedChannels?[channelName].map { "\($0.address)" } ?? channelName }
    status.playbackURL = status.playbackURL ?? savedChannels?[channelName]?.playbackURL
    (offers.account, offers.accountChannels) = await catalog.offers(apartFrom: savedChannels)
    status.offers = offers
    status.offers.channels = await catalog.marked(offers.channels)
    status = await withSurroundings(status)
    if broadcast.isNone, !status.hasKnownChannel {
      let saved = status.offers.channels.map(\.name)
      status.verdict = Verdict(level: .bad, reason: SavedChannels.notSaved(channelName, saved: saved))
    }
    return status
  }

  /// The status with what the collector does not know.
  func withSurroundings(_ status: BroadcastStatus) async -> BroadcastStatus {
    var status = status
    status.choice = production.choice(channel: channelName)
    status.machine = await collector.machine
    status.events = events.events
    status.snapshot = snapshot
    return status
  }

  /// The one broadcast that there was to be is over.
  var isOver: Bool { outcome != nil }
  var channelName: String { values[.channel]?.text ?? "local" }
  var isOffAir: Bool { broadcast.isNone }
}
