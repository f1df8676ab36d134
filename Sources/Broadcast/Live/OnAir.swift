internal import BroadcastConfiguration
internal import ChannelMonitor
internal import IVS
internal import Interface
internal import Logging
internal import Media
internal import Packets
internal import Publishing
internal import Settings
internal import StatusCollection

/// A connection, or the attempt at one, what it is called, and what is known of its channel.
struct OnAir: Sendable {
  let publishing: PublishLoop
  let channelName: String
  /// Where it goes, without anything secret; `nil` for the local channel.
  let ingest: String?
  let playbackURL: String?
  /// What goes on with Amazon IVS's API, for a channel of the account.
  let monitor: ChannelMonitor?
  /// What the channel allows, where an account knows it.
  let limits: ChannelLimits?

  /// What its status is made of.
  var measured: MeasuredBroadcast {
    MeasuredBroadcast(
      publishing, channelName: channelName, ingest: ingest, playbackURL: playbackURL, monitor: monitor)
  }

  /// Goes live, and says at the end what IVS knows of it.
  func run(_ stream: StreamDescription) async -> BroadcastOutcome {
    guard let monitor else { return await publishing.run(stream) }
    let events = publishing.events()
    async let following: Void = monitor.follow(events, of: publishing)
    let outcome = await publishing.run(stream)
    await following
    return await monitor.explained(outcome)
  }

  /// Whether viewers could see anything: an ingest that hangs up right after its yes has shown nothing.
  func wasOnAir(_ outcome: BroadcastOutcome) -> Bool {
    let snapshot = publishing.snapshot
    guard snapshot.firstLive != nil else { return false }
    if case .rejected = outcome { return snapshot.hasBeenAccepted }
    return true
  }

  /// Performs an intent that concerns the connection or its channel; answers false where it concerns more.
  /// - Throws: one line that says why not.
  func perform(_ intent: Intent, _ settings: BroadcastSettings) async throws(OperatorFailure) -> Bool {
    switch intent {
    case .reconnect:
      publishing.logger.notice("reconnecting by request")
      publishing.report(.reconnect)
    case .metadata(let text):
      guard let monitor else { throw Self.noAccount("timed metadata") }
      try await monitor.put(text)
    case .serviceFigures(let isWanted):
      guard let monitor else { throw Self.noAccount("what IVS receives") }
      await monitor.requestFigures(isWanted)
    case .videoBitrate(let kilobits):
      try check(kilobits, settings)
      await monitor?.bitrateChanges()
      return false
    default: return false
    }
    return true
  }

  private static func noAccount(_ what: String) -> OperatorFailure {
    OperatorFailure("\(what) needs a channel of the AWS account", "give it by its name there or its ARN", .unavailable)
  }

  /// The channel would hang up on more than it takes.
  private func check(_ kilobits: Int, _ settings: BroadcastSettings) throws(OperatorFailure) {
    guard let limits else { return }
    var plan = settings.plan(isInTheClear: false)
    plan.videoBitrate = Bitrate(bitsPerSecond: kilobits * 1000)
    for finding in limits.findings(plan) where finding.isRefusal && finding.subject == .bitrate {
      throw OperatorFailure(finding.explanation, .unavailable)
    }
  }
}
