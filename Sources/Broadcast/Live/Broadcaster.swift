public import Interface
public import Logging
internal import Media
internal import NIOCore
internal import NIOPosix
internal import RTMP
public import Settings
internal import Synchronization

/// One broadcast from its first frame to its end: sources, encoders, connection, recording, status.
public final class Broadcaster: Sendable {
  private let settings: BroadcastSettings
  private let secrets: ChannelSecrets
  private let book: ChannelBook?
  private let logger: Logger
  private let isLogShared: Bool
  private let stopWish = StopWish()
  private let running = Mutex<Session?>(nil)

  /// Prepares a broadcast; nothing is opened yet.
  /// - Parameters:
  ///   - secrets: stream key or token; not needed for the local channel and for saved ones.
  ///   - book: the saved channels.
  ///   - isLogShared: others may read what is logged: the local channel's playback URL does not go there.
  public init(
    settings: BroadcastSettings, secrets: ChannelSecrets, book: ChannelBook? = nil, logger: Logger,
    isLogShared: Bool = false
  ) {
    self.settings = settings
    self.secrets = secrets
    self.book = book
    self.logger = logger
    self.isLogShared = isLogShared
  }

  /// Asks for the end; ``run(onStatus:)`` returns within three seconds.
  ///
  /// Any thread, any number of times.
  public func stop() { stopWish.raise() }

  /// Everything there is to know now; before ``run(onEnding:onStatus:)`` and after it not much.
  ///
  /// Any thread.
  public func status() async -> BroadcastStatus {
    guard let session = running.withLock({ $0 }) else { return BroadcastStatus() }
    return await session.status()
  }

  /// Does what somebody wants of the running broadcast; a stop is only asked for.
  ///
  /// Any thread.
  /// - Throws: one line that says why not: the console alone does it, it cannot change while on air, or it is too early.
  public func perform(_ intent: Intent) async throws(OperatorFailure) {
    if case .stop = intent { return stop() }
    guard let session = running.withLock({ $0 }) else {
      throw OperatorFailure("nothing is on air yet, or no longer: try again in a moment", .temporary)
    }
    try await session.perform(intent)
  }

  /// Streams until it is stopped, the wanted duration is over, or it cannot go on.
  /// - Parameters:
  ///   - onEnding: called when the outcome is certain and only closing is left, which a device or a disk that hangs can
  ///     hold up: the time to set a limit.
  ///   - onStatus: called once a second, and at the end; it must not block.
  public func run(
    onEnding: @escaping @Sendable (BroadcastOutcome) -> Void,
    onStatus: @escaping @Sendable (BroadcastStatus) -> Void
  ) async -> BroadcastOutcome {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let outcome: BroadcastOutcome
    do { outcome = try await run(on: group, onEnding: onEnding, onStatus: onStatus) } catch {
      outcome = .failed(OperatorFailure(any: error))
    }
    try? await group.shutdownGracefully()
    return outcome
  }

  private func run(
    on group: MultiThreadedEventLoopGroup, onEnding: @escaping @Sendable (BroadcastOutcome) -> Void,
    onStatus: @escaping @Sendable (BroadcastStatus) -> Void
  ) async throws -> BroadcastOutcome {
    let account = AccountHolder(profile: settings.profile, region: settings.region, group: group)
    do {
      let outcome = try await run(on: group, account, onEnding: onEnding, onStatus: onStatus)
      await account.close()
      return outcome
    } catch {
      await account.close()
      throw error
    }
  }

  private func run(
    on group: MultiThreadedEventLoopGroup, _ account: AccountHolder,
    onEnding: @escaping @Sendable (BroadcastOutcome) -> Void, onStatus: @escaping @Sendable (BroadcastStatus) -> Void
  ) async throws -> BroadcastOutcome {
    let means = Destination.Means(
      secrets: secrets, book: book, account: account, group: group, logger: logger, isLogShared: isLogShared)
    let opening = Task { try await open(means) }
    stopWish.onRaise { opening.cancel() }
    let destination: Destination
    do { destination = try await opening.value } catch {
      guard stopWish.isRaised else { throw error }
      return .stopped
    }
    let session = try Session(
      settings: settings, recordDirectory: destination.records ? nil : settings.recordDirectory,
      destination: destination, logger: logger)
    running.withLock { $0 = session }
    defer { running.withLock { $0 = nil } }
    let outcome = await session.run(until: stopWish, onEnding: onEnding, onStatus: onStatus)
    await destination.close(logger)
    return outcome
  }
}

extension Broadcaster {
  /// Opens the channel; where the broadcast is to keep trying, a failure that may pass is waited out.
  private func open(_ means: Destination.Means) async throws -> Destination {
    var attempt = 0
    while true {
      do { return try await Destination.open(settings, means) } catch {
        let failure = OperatorFailure(any: error)
        guard settings.keepsTrying, failure.mayPass, !Task.isCancelled else { throw failure }
        attempt += 1
        logger.warning("the channel cannot be opened", metadata: ["attempt": "\(attempt)", "reason": "\(failure)"])
        try await Task.sleep(for: Backoff.delay(beforeAttempt: attempt, jitter: .random(in: 0...1)))
      }
    }
  }
}

extension OperatorFailure {
  /// Whether the same may succeed a while later: a host, a network or a service that is not there now.
  fileprivate var mayPass: Bool {
    switch exitStatus {
    case .noHost, .temporary, .unavailable: true
    default: false
    }
  }
}

/// A wish to stop that may come before there is anything to stop.
final class StopWish: Sendable {
  private struct State {
    var isRaised = false
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// Whether it has come.
  var isRaised: Bool { state.withLock { $0.isRaised } }

  func raise() {
    let action = state.withLock { state in
      state.isRaised = true
      return state.action
    }
    action?()
  }

  /// Calls `action` when the wish comes, at once if it is there already.
  func onRaise(_ action: @escaping @Sendable () -> Void) {
    let isRaised = state.withLock { state in
      state.action = action
      return state.isRaised
    }
    if isRaised { action() }
  }
}
