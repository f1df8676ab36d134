internal import FoundationEssentials
internal import Glibc
public import Logging
internal import Media
public import NIOCore
public import Networking
public import RTMP

/// A channel inside this process, shaped like one of Amazon IVS: an RTMP ingest and an HLS playback URL.
///
/// Everything listens on loopback only, where every user and every page of a browser of this machine can connect: the
/// stream key is made anew for each channel and never leaves the process, and watching takes a secret.
public final class LocalChannel: Sendable {
  /// Where to publish to.
  public let endpoint: IngestEndpoint
  /// The key that the ingest wants.
  public let streamKey: StreamKey
  /// Where a browser or a player can watch; it holds the secret.
  public let playbackURL: String
  /// The same without the secret, for others to read.
  public let playbackAddress: String

  private let ingest: RTMPIngest
  private let playback: PlaybackServer
  private let directory: String
  private let serving: Task<Void, Never>

  /// Starts the ingest and the playback server.
  /// - Parameters:
  ///   - playbackPort: the player's loopback port.
  ///   - isPortFixed: whether a taken port is an error; else any free one serves.
  ///   - secret: what the playback URL holds.
  public static func start(
    playbackPort: Int, isPortFixed: Bool = false, secret: PlaybackSecret = PlaybackSecret(),
    group: any EventLoopGroup, logger: Logger
  ) async throws -> LocalChannel {
    let thread = try ThreadExecutor(name: "local-writer")
    let directory = try makeDirectory()
    let key = try StreamKey("local_\(UUID().uuidString)")
    let ingest = try await RTMPIngest.listen(port: 0, group: group, logger: logger) { app, given in
      app == "app" && given.names(sameChannelAs: key)
        ? .accept : .refuse(code: "NetStream.Publish.BadName", description: "not the key of the local channel")
    }
    let playing = Playing()
    let playback: PlaybackServer
    do {
      playback = try await PlaybackServer.start(
        PlaybackContent(directory: directory, secret: secret) { playing.json }, port: playbackPort,
        isPortFixed: isPortFixed,
        group: group, logger: logger)
    } catch {
      await ingest.stop()
      try? FileManager.default.removeItem(atPath: directory)
      if isPortFixed, (error as? IOError)?.errnoCode == EADDRINUSE { throw LocalChannelError.portTaken(playbackPort) }
      throw LocalChannelError.noPlaybackServer(reason: "\(error)")
    }
    let endpoint = try IngestEndpoint(scheme: .rtmp, host: "127.0.0.1", port: ingest.port)
    let writer = PublicationWriter(directory: directory, playing: playing, logger: logger)
    return LocalChannel(
      endpoint: endpoint, streamKey: key, ingest: ingest, playback: playback, secret: secret, directory: directory,
      serving: serve(ingest, writer, on: thread))
  }

  private init(
    endpoint: IngestEndpoint, streamKey: StreamKey, ingest: RTMPIngest, playback: PlaybackServer,
    secret: PlaybackSecret, directory: String, serving: Task<Void, Never>
  ) {
    self.endpoint = endpoint
    self.streamKey = streamKey
    self.ingest = ingest
    self.playback = playback
    self.directory = directory
    self.serving = serving
    playbackAddress = "http://127.0.0.1:\(playback.port)/"
    playbackURL = "\(playbackAddress)\(secret.text)/"
  }

  /// Ends the ingest and the player.
  public func stop() async {
    await ingest.stop()
    await serving.value
    await playback.stop()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Writes each publication; one after the other, as there is one key.
  private static func serve(
    _ ingest: RTMPIngest, _ writer: PublicationWriter, on thread: ThreadExecutor
  ) -> Task<Void, Never> {
    return Task(executorPreference: thread) {
      defer { withExtendedLifetime(thread) {} }
      await ingest.run { publication in await writer.write(publication) }
    }
  }

  private static var temporaryDirectory: String { ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp" }

  private static func makeDirectory() throws(LocalChannelError) -> String {
    let name = "ivs-broadcast-\(UUID().uuidString)"
    let parents = [ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"], temporaryDirectory]
    for parent in parents.compactMap({ $0 }) where !parent.isEmpty {
      let path = "\(parent.hasSuffix("/") ? parent : parent + "/")\(name)"
      let made: Void? = try? FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      if made != nil { return path }
    }
    throw .noDirectory(path: "\(temporaryDirectory)/\(name)")
  }
}
