internal import Codec
internal import FoundationEssentials
public import Logging
internal import Media
public import NIOCore
public import RTMP
internal import Synchronization

/// A channel inside this process, shaped like one of Amazon IVS: an RTMP ingest, a recording and an HLS playback URL.
///
/// Everything listens on loopback only; the stream key is made anew for each channel and never leaves the process.
public final class LocalChannel: Sendable {
  /// Where to publish to.
  public let endpoint: IngestEndpoint
  /// The key that the ingest wants.
  public let streamKey: StreamKey
  /// Where a browser or a player can watch.
  public let playbackURL: String
  /// The Matroska file that is written while somebody publishes.
  public let recordingPath: String

  /// Whether anything was recorded.
  public var hasRecording: Bool { FileManager.default.fileExists(atPath: recordingPath) }

  private let ingest: RTMPIngest
  private let playback: PlaybackServer
  private let directory: String
  private let serving: Task<Void, Never>

  /// Starts the ingest and the playback server.
  /// - Parameters:
  ///   - recordingPath: a file that does not exist yet, in a directory that does.
  ///   - playbackPort: the player's loopback port; where it is taken, any free one.
  public static func start(
    recordingPath: String, playbackPort: Int, group: any EventLoopGroup, logger: Logger
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
        directory: directory, port: playbackPort, channelJSON: { playing.json }, group: group)
    } catch {
      await ingest.stop()
      throw LocalChannelError.noPlaybackServer(reason: "\(error)")
    }
    let endpoint = try IngestEndpoint(scheme: .rtmp, host: "127.0.0.1", port: ingest.port)
    return LocalChannel(
      endpoint: endpoint, streamKey: key, recordingPath: recordingPath, ingest: ingest, playback: playback,
      directory: directory,
      serving: serve(
        ingest, on: thread, recordingPath: recordingPath, directory: directory, playing: playing, logger: logger))
  }

  private init(
    endpoint: IngestEndpoint, streamKey: StreamKey, recordingPath: String, ingest: RTMPIngest,
    playback: PlaybackServer, directory: String, serving: Task<Void, Never>
  ) {
    self.endpoint = endpoint
    self.streamKey = streamKey
    self.recordingPath = recordingPath
    self.ingest = ingest
    self.playback = playback
    self.directory = directory
    self.serving = serving
    playbackURL = "http://127.0.0.1:\(playback.port)/"
  }

  /// Ends the ingest and the player; the recording is complete when this returns.
  public func stop() async {
    await ingest.stop()
    await serving.value
    await playback.stop()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Writes each publication; one after the other, as there is one key.
  private static func serve(
    _ ingest: RTMPIngest, on thread: ThreadExecutor, recordingPath: String, directory: String, playing: Playing,
    logger: Logger
  ) -> Task<Void, Never> {
    let recordings = Recordings(path: recordingPath)
    let turns = Turns()
    return Task(executorPreference: thread) {
      defer { withExtendedLifetime(thread) {} }
      await ingest.run { publication in
        // A publisher that comes back waits until the files of its last connection are complete.
        await turns.take()
        // A page must not take the segments of the last connection for those of this one.
        clear(directory)
        playing.begin(publication.description)
        await write(publication, to: recordings.next(), directory: directory, logger: logger)
        await turns.give()
      }
    }
  }

  /// Writes one publication to its recording and as HLS; a full disk ends the recording, not the playback.
  private static func write(_ publication: Publication, to path: String, directory: String, logger: Logger) async {
    var recording = Output(.matroska(path: path), publication.description, logger)
    var live = Output(.hls(directory: directory), publication.description, logger)
    for await packet in publication.packets {
      recording.write(packet, logger)
      live.write(packet, logger)
    }
    recording.finish(logger)
    live.finish(logger)
  }

  /// Removes the live segments and their playlist.
  private static func clear(_ directory: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
      try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")
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

/// Why the local channel cannot be made.
public enum LocalChannelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No place for the live segments.
  case noDirectory(path: String)
  /// The player's server cannot listen.
  case noPlaybackServer(reason: String)

  /// What happened and what to do, in one line.
  public var description: String {
    switch self {
    case .noDirectory(let path):
      "\(path) cannot be made for the local channel's segments: set TMPDIR to a directory with room"
    case .noPlaybackServer(let reason): "the local channel's player cannot listen on loopback: \(reason)"
    }
  }
}

/// A file that is written until it fails.
private struct Output: ~Copyable {
  private var writer: StreamWriter?
  private let name: String

  init(_ format: StreamWriter.Format, _ description: StreamDescription, _ logger: Logger) {
    name = if case .matroska = format { "recording" } else { "playback" }
    do { writer = try StreamWriter(format, description) } catch {
      writer = nil
      logger.error("\(name) cannot begin, the stream goes on: \(error)")
    }
  }

  mutating func write(_ packet: EncodedPacket, _ logger: Logger) {
    do { try writer?.write(packet) } catch {
      writer = nil
      logger.error("\(name) ended, the stream goes on: \(error)")
    }
  }

  mutating func finish(_ logger: Logger) {
    do { try writer?.finish() } catch { logger.error("\(name) could not be completed: \(error)") }
    writer = nil
  }
}

/// Lets one publication after the other write.
private actor Turns {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func give() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}

/// The path of the first publication, then numbered ones: a publisher that comes back begins a new file.
private final class Recordings: Sendable {
  private let path: String
  private let count = Mutex(0)

  init(path: String) { self.path = path }

  func next() -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    guard number > 1 else { return path }
    let stem = path.hasSuffix(".mkv") ? String(path.dropLast(4)) : path
    return "\(stem)-part\(number).mkv"
  }
}

/// What a page has to know of the publication that it plays.
private final class Playing: Sendable {
  private struct Facts {
    /// Changes with each publication, so that a page sees that its stream is another one.
    var stream = ""
    /// The codecs as a browser wants them named (RFC 6381).
    var codecs = ""
  }

  private let facts = Mutex(Facts())

  func begin(_ description: StreamDescription) {
    var all: [String] = []
    if let video = description.video,
      let profile = video.decoderConfiguration.getBytes(at: video.decoderConfiguration.readerIndex + 1, length: 3)
    {
      all.append("avc1." + profile.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
    if description.audio != nil { all.append("mp4a.40.2") }
    let began = Facts(stream: UUID().uuidString, codecs: all.joined(separator: ","))
    facts.withLock { $0 = began }
  }

  var json: String {
    let now = facts.withLock { $0 }
    return "{\"stream\":\"\(now.stream)\",\"codecs\":\"\(now.codecs)\"}\n"
  }
}
