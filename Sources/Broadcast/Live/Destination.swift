package import BroadcastConfiguration
package import ChannelMonitor
internal import Codec
internal import FoundationEssentials
package import IVS
internal import LocalChannel
package import Logging
internal import Media
package import NIOCore
internal import Networking
internal import Pipeline
package import Publishing
internal import RTMP
internal import Rehearsal
package import Settings

/// Where a broadcast goes, opened for it: the local channel, or somebody's ingest.
package struct Destination: Sendable {
  /// How it is reached.
  package let target: PublishLoop.Target
  /// What it is called.
  package let name: String
  /// Where it goes, without anything secret; `nil` for the local channel.
  package let ingest: String?
  /// Where it can be watched.
  package let playbackURL: String?
  /// What goes on with Amazon IVS's API meanwhile, for a channel of the account.
  package let monitor: ChannelMonitor?
  /// What the channel allows, where an account knows it.
  package let limits: ChannelLimits?
  private let local: LocalChannel?
  private let link: RehearsalLink?

  /// What it takes to open one.
  package struct Dependencies: Sendable {
    /// What was found for an ingest or a proxy.
    package let secrets: ChannelSecrets
    /// The saved channels, where they have been read.
    package let savedChannels: SavedChannels?
    /// The AWS account.
    package let account: SharedAccount
    /// Where what is kept lies.
    package let place: SettingsPlace
    /// Where connections live.
    package let group: any EventLoopGroup
    /// Told what happens.
    package let logger: Logger
    /// Whether the log is where others may read it.
    package var isLogShared: Bool

    /// Gathers it.
    package init(
      secrets: ChannelSecrets, savedChannels: SavedChannels?, account: SharedAccount, place: SettingsPlace,
      group: any EventLoopGroup, logger: Logger, isLogShared: Bool = false
    ) {
      (self.secrets, self.savedChannels, self.account) = (secrets, savedChannels, account)
      (self.place, self.group, self.logger, self.isLogShared) = (place, group, logger, isLogShared)
    }
  }

  /// Opens the local channel where that is wanted, and asks the account where the channel is one of its.
  /// - Throws: one line for a missing key or token, an unknown channel, settings that the channel does not take, or a
  ///   local channel that cannot listen.
  @concurrent
  package static func open(_ settings: BroadcastSettings, _ dependencies: Dependencies) async throws -> Destination {
    guard settings.channel != .local else { return try await openLocal(settings, dependencies) }
    if let exposure = dependencies.secrets.exposure { dependencies.logger.warning("\(exposure)") }
    let resolver = ChannelResolver(
      savedChannels: dependencies.savedChannels, secrets: dependencies.secrets, usesSRT: settings.route == .srt,
      account: dependencies.account,
      group: dependencies.group, logger: dependencies.logger)
    let resolved = try await resolver.resolve(settings.channel)
    let limits = resolved.channel.map(ChannelLimits.init)
    try check(settings, limits, resolved.address, dependencies.logger)
    let monitor = try resolved.channel.map { channel throws(OperatorFailure) in
      ChannelMonitor(
        ivs: try dependencies.account.open().ivs, channel: channel, figures: settings.ivsFigures,
        schedule: try settings.metadataSchedule.map { path throws(OperatorFailure) in
          try MetadataSchedule(path: path)
        }, logger: dependencies.logger)
    }
    if monitor == nil, settings.metadataSchedule != nil {
      // An account that does not answer now must not keep a saved channel off air.
      guard resolved.arn == nil else {
        dependencies.logger.warning(
          "`metadata-schedule`: nothing of it is sent in this broadcast, which has no AWS account")
        return try opened(resolved, settings, dependencies, monitor: nil, limits)
      }
      throw OperatorFailure("`metadata-schedule`: timed metadata needs a channel of the AWS account", .configuration)
    }
    return try opened(resolved, settings, dependencies, monitor: monitor, limits)
  }

  private static func opened(
    _ resolved: ResolvedChannel, _ settings: BroadcastSettings, _ dependencies: Dependencies, monitor: ChannelMonitor?,
    _ limits: ChannelLimits?
  ) throws(OperatorFailure) -> Destination {
    Destination(
      target: try target(resolved, settings, dependencies), name: resolved.name, ingest: "\(resolved.address)",
      playbackURL: resolved.playbackURL, monitor: monitor, limits: limits, local: nil, link: nil)
  }

  private static func openLocal(_ settings: BroadcastSettings, _ dependencies: Dependencies) async throws -> Destination
  {
    let channel = try await LocalChannel.start(
      playbackPort: settings.playbackPort, isPortFixed: settings.isPlaybackPortFixed,
      // An address that is another one each time cannot be kept anyway.
      secret: settings.playbackPort == 0 ? PlaybackSecret() : .load(dependencies.place.playbackSecretFile),
      group: dependencies.group, logger: dependencies.logger)
    dependencies.logger.notice(
      dependencies.isLogShared
        ? "watch at \(channel.playbackAddress) with the path that `ivs-broadcast status` shows"
        : "watch at \(channel.playbackURL)")
    do {
      let link = try await rehearsalLink(settings, to: channel.endpoint.port, dependencies)
      let endpoint = try link.map { link throws(IngestEndpointError) in
        try IngestEndpoint(scheme: .rtmp, host: channel.endpoint.host, port: link.port)
      }
      let route = RoutePlan.direct(
        to: endpoint ?? channel.endpoint, key: channel.streamKey, group: dependencies.group)
      var target = PublishLoop.Target(routes: [route], takeover: nil, group: dependencies.group)
      target.takesSecondConnection = false
      return Destination(
        target: target, name: "local", ingest: nil, playbackURL: channel.playbackURL, monitor: nil, limits: nil,
        local: channel, link: link)
    } catch {
      await channel.stop()
      throw error
    }
  }

  /// The link that fails as planned, where one is rehearsed.
  private static func rehearsalLink(
    _ settings: BroadcastSettings, to port: Int, _ dependencies: Dependencies
  ) async throws -> RehearsalLink? {
    guard let plan = settings.rehearsal else { return nil }
    return try await RehearsalLink.start(to: port, plan, group: dependencies.group, logger: dependencies.logger)
  }

  /// Refuses what the channel would hang up on, before anything is connected.
  private static func check(
    _ settings: BroadcastSettings, _ limits: ChannelLimits?, _ address: ChannelAddress, _ logger: Logger
  ) throws(OperatorFailure) {
    guard let limits else { return }
    for finding in limits.findings(settings.plan(for: address)) {
      guard !finding.isRefusal else { throw OperatorFailure(finding.explanation, .configuration) }
      logger.warning("\(finding)")
    }
  }

  /// Amazon IVS ends each stream after 48 h, in the middle of whatever is shown.
  private static let longestIVSStream = Duration.seconds(47 * 3600 + 1800)

  /// The routes to a channel with the secrets that they want; connects nothing.
  /// - Throws: one line for a missing key or token.
  package static func target(
    _ resolved: ResolvedChannel, _ settings: BroadcastSettings, _ dependencies: Dependencies
  ) throws(OperatorFailure) -> PublishLoop.Target {
    let plan = RoutePlan(settings, secrets: resolved.secrets, group: dependencies.group, logger: dependencies.logger)
    let routes = try plan.routes(to: resolved.address)
    if settings.takesOver, resolved.address.isProxy {
      dependencies.logger.warning("`takeover` has no effect through a proxy: it takes over by its own setting")
    }
    let takeover = Takeover(isRequested: settings.takesOver, wallSeconds: WallClock.secondsSince1970)
    return PublishLoop.Target(
      routes: routes, takeover: resolved.isIVS || settings.takesOver ? takeover : nil,
      longestStream: resolved.isIVS ? longestIVSStream : nil, group: dependencies.group)
  }

  /// Ends the local channel, and the link to it.
  package func close() async {
    await link?.stop()
    await local?.stop()
  }
}

extension BroadcastSettings {
  /// What is about to be sent, for a channel's limits.
  package func plan(for address: ChannelAddress) -> ChannelLimits.Plan {
    let isInTheClear = if case .ingest(let endpoint) = address { endpoint.scheme == .rtmp } else { false }
    return plan(isInTheClear: isInTheClear)
  }

  /// The same for a connection that is made.
  package func plan(isInTheClear: Bool) -> ChannelLimits.Plan {
    ChannelLimits.Plan(
      size: video.size, frameRate: video.frameRate.perSecond, videoBitrate: video.bitrate, audioBitrate: audioBitrate,
      isInTheClear: isInTheClear)
  }
}
