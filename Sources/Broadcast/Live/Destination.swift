internal import LocalChannel
internal import Logging
internal import NIOCore
internal import RTMP
internal import Settings

/// Where a broadcast goes, opened for it: the local channel, or somebody's ingest.
struct Destination: Sendable {
  let target: PublishShell.Target
  let name: String
  let playbackURL: String?
  /// Whether it records by itself.
  var records: Bool { local != nil }
  private let local: LocalChannel?

  /// Opens the local channel where that is wanted; `key` is what was found for an ingest.
  /// - Throws: one line for a missing key, an unknown channel, or a local channel that cannot listen or record.
  static func open(
    _ settings: BroadcastSettings, key: StreamKey?, book: ChannelBook?, group: any EventLoopGroup, logger: Logger
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
          endpoint: channel.endpoint, key: channel.streamKey, tls: TLSSettings(), group: group),
        name: "local", playbackURL: channel.playbackURL, local: channel)
    case .ingest(let endpoint):
      guard let key else { throw StreamKeySource.missing(for: endpoint) }
      return Destination(
        target: PublishShell.Target(
          endpoint: endpoint, key: key, tls: TLSSettings(caFile: settings.tlsCAFile), group: group),
        name: "\(endpoint)", playbackURL: nil, local: nil)
    case .saved(let name):
      guard let entry = book?[name] else { throw unknown(name, book) }
      guard let key = entry.key ?? key else { throw StreamKeySource.missing(for: entry.endpoint) }
      return Destination(
        target: PublishShell.Target(
          endpoint: entry.endpoint, key: key, tls: TLSSettings(caFile: settings.tlsCAFile), group: group),
        name: name, playbackURL: entry.playbackURL, local: nil)
    }
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
