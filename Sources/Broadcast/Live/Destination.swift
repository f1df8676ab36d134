internal import FoundationEssentials
internal import LocalChannel
internal import Logging
internal import NIOCore
internal import RTMP
internal import SRT
internal import Settings
internal import Transwrap

/// Where a broadcast goes, opened for it: the local channel, or somebody's ingest.
struct Destination: Sendable {
  let target: PublishShell.Target
  let name: String
  let playbackURL: String?
  /// Whether it records by itself.
  var records: Bool { local != nil }
  private let local: LocalChannel?

  /// Opens the local channel where that is wanted; `secrets` are what was found for an ingest or a proxy.
  /// - Throws: one line for a missing key or token, an unknown channel, or a local channel that cannot listen or record.
  static func open(
    _ settings: BroadcastSettings, secrets: ChannelSecrets, book: ChannelBook?, group: any EventLoopGroup,
    logger: Logger
  ) async throws -> Destination {
    switch settings.channel {
    case .local:
      let channel = try await LocalChannel.start(
        recordingPath: try RecordingPath.make(in: settings.recordDirectory ?? RecordingPath.usualDirectory),
        playbackPort: settings.playbackPort, group: group, logger: logger)
      logger.notice("watch at \(channel.playbackURL)")
      logger.notice("recording to \(channel.recordingPath)")
      return Destination(
        target: PublishShell.Target(
          roads: Roads([.direct(channel.endpoint, key: channel.streamKey)]), tls: TLSSettings(), group: group),
        name: "local", playbackURL: channel.playbackURL, local: channel)
    case .address(let address):
      return Destination(
        target: try target(address, secrets, settings, group, logger), name: "\(address)", playbackURL: nil, local: nil)
    case .saved(let name):
      guard let entry = book?[name] else { throw unknown(name, book) }
      let saved = ChannelSecrets(
        key: entry.key ?? secrets.key, token: entry.token ?? secrets.token,
        passphrase: entry.passphrase ?? secrets.passphrase)
      return Destination(
        target: try target(entry.address, saved, settings, group, logger), name: name, playbackURL: entry.playbackURL,
        local: nil)
    }
  }

  private static func target(
    _ address: ChannelAddress, _ secrets: ChannelSecrets, _ settings: BroadcastSettings, _ group: any EventLoopGroup,
    _ logger: Logger
  ) throws(OperatorFailure) -> PublishShell.Target {
    var roads: [Road] = []
    let usesProxy = settings.road != .direct && settings.proxy != nil
    if case .ingest(let endpoint) = address, settings.road != .proxy || settings.proxy == nil {
      guard let key = secrets.key else { throw SecretSource.missing(for: address) }
      roads.append(.direct(endpoint, key: key))
    }
    if case .srt(let endpoint) = address, settings.road != .proxy || settings.proxy == nil {
      guard let key = secrets.key else { throw SecretSource.missing(for: address) }
      roads.append(try .srt(to: endpoint, key: key, passphrase: secrets.passphrase, logger))
    }
    if case .proxy(let proxy) = address { roads.append(try road(through: proxy, secrets, logger)) }
    if usesProxy, let proxy = settings.proxy, !address.isProxy {
      roads.append(try road(through: proxy, secrets, logger))
    }
    return PublishShell.Target(roads: Roads(roads), tls: TLSSettings(caFile: settings.tlsCAFile), group: group)
  }

  private static func road(
    through proxy: ProxyEndpoint, _ secrets: ChannelSecrets, _ logger: Logger
  ) throws(OperatorFailure) -> Road {
    let credential: ProxyCredential? =
      switch proxy.target {
      case .channel: secrets.token.map { .token($0) }
      case .ingest: secrets.key.map { .key($0) }
      }
    guard let credential else { throw SecretSource.missing(for: .proxy(proxy)) }
    if proxy.isInTheClear {
      logger.warning("without TLS others on the way can read the secret: use wss://", metadata: ["proxy": "\(proxy)"])
    }
    let tunnel = HTTPTunnel(environment: ProcessInfo.processInfo.environment, for: proxy)
    if let tunnel { logger.info("the network's HTTP proxy is used", metadata: ["proxy": "\(tunnel)"]) }
    return .proxy(proxy, credential, through: tunnel)
  }

  private static func unknown(_ name: String, _ book: ChannelBook?) -> OperatorFailure {
    let names = ["local"] + (book?.entries.map(\.name) ?? [])
    return OperatorFailure(
      "no channel '\(name)' is saved: the names are \(names.joined(separator: ", ")); or give an ingest URL",
      .configuration)
  }

  /// Ends the local channel; its recording is complete when this returns.
  func close(_ logger: Logger) async {
    guard let local else { return }
    await local.stop()
    if local.hasRecording { logger.notice("recorded \(local.recordingPath)") }
  }
}
