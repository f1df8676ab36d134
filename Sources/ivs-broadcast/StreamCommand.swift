internal import ArgumentParser
internal import Broadcast
internal import FoundationEssentials
internal import Logging
internal import RTMP

/// `ivs-broadcast stream`: streams until it is told to stop.
struct StreamCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream",
    abstract: "Streams a camera and a microphone until told to stop.",
    discussion: """
      On a terminal one living line shows how it goes; elsewhere there are log lines on standard error. \
      Control-C or SIGTERM stops within three seconds and closes the stream; a second one ends at once.

      The stream key comes from --stream-key-file, the variable IVS_STREAM_KEY, the systemd credential \
      ivs-stream-key, or a prompt. It never stands on the command line.

      Exit codes:
        0   stopped as wished
        64  wrong option
        65  not a media file
        66  no such device or file
        68  unknown host
        69  connection refused, or device busy
        70  fault of an encoder or of this program
        71  system error
        73  recording or status file cannot be made
        74  device or file failed
        75  connection lost or timed out
        76  certificate or protocol
        77  no permission, or stream key refused
        78  wrong settings file, or no stream key
      """)

  @Option(help: ArgumentHelp("Settings file; each long option is a key in it.", valueName: "file"))
  var config: String?
  @Option(
    help: ArgumentHelp(
      "auto, /dev/videoN, usb:SERIAL, path:TOPOLOGY, name:TEXT, test, file:PATH or none (default: auto).",
      valueName: "spec"))
  var camera: String?
  @Option(
    help: ArgumentHelp(
      "auto, an ALSA PCM, usb:SERIAL, name:TEXT, test, file:PATH or silence (default: goes with the camera).",
      valueName: "spec"))
  var microphone: String?
  @Option(help: ArgumentHelp("local, rtmps://HOST:443/app or rtmp://HOST/app (default: local).", valueName: "channel"))
  var channel: String?
  @Option(help: ArgumentHelp("File with the stream key, one line.", valueName: "file"))
  var streamKeyFile: String?
  @Option(help: ArgumentHelp("Size and frames a second on air (default: 1280x720@30).", valueName: "WxH@FPS"))
  var video: String?
  @Option(help: ArgumentHelp("Video bitrate, 100k to 8500k (default: 2500k).", valueName: "rate"))
  var videoBitrate: String?
  @Option(
    help: ArgumentHelp(
      "auto, libx264, h264_vaapi, h264_v4l2m2m, h264_nvenc or h264_qsv (default: auto).", valueName: "encoder"))
  var videoEncoder: String?
  @Option(help: ArgumentHelp("x264 preset, ultrafast to slow (default: veryfast).", valueName: "preset"))
  var videoPreset: String?
  @Option(help: ArgumentHelp("AAC bitrate, 64k to 320k (default: 128k).", valueName: "rate"))
  var audioBitrate: String?
  @Option(help: ArgumentHelp("Stop after this time on air: 90s, 15m, 1h30m.", valueName: "time"))
  var duration: String?
  @Option(help: ArgumentHelp("Record to a Matroska file in this directory too.", valueName: "directory"))
  var record: String?
  @Option(help: ArgumentHelp("Trust the authorities in this PEM file instead of the system's.", valueName: "file"))
  var tlsCAFile: String?
  @Option(help: ArgumentHelp("Loopback port of the local channel's player (default: 8935; 0: any).", valueName: "port"))
  var playbackPort: String?
  @Flag(help: "Never give up connecting, not even the first time; for boxes that nobody watches.")
  var keepTrying = false
  @Option(
    help: ArgumentHelp("Write a JSON status line each second to a file, or - for standard output.", valueName: "file"))
  var jsonStatus: String?
  @Option(help: ArgumentHelp("trace, debug, info, notice, warning or error (default: info).", valueName: "level"))
  var logLevel: String?

  private var options: [SettingKey: SettingValue] {
    let given: [(SettingKey, String?)] = [
      (.camera, camera), (.microphone, microphone), (.channel, channel), (.streamKeyFile, streamKeyFile),
      (.video, video), (.videoBitrate, videoBitrate), (.videoEncoder, videoEncoder), (.videoPreset, videoPreset),
      (.audioBitrate, audioBitrate), (.duration, duration), (.record, record), (.tlsCAFile, tlsCAFile),
      (.playbackPort, playbackPort), (.keepTrying, keepTrying ? "true" : nil), (.logLevel, logLevel),
    ]
    return Dictionary(
      uniqueKeysWithValues: given.compactMap { key, text in text.map { (key, SettingValue.option(key, $0)) } })
  }

  func run() async throws {
    let screen = Screen()
    defer { screen.flush() }
    do {
      let settings = try BroadcastSettings(options: options, file: config.map(SettingsFile.load) ?? [:])
      try await stream(settings, on: screen)
    } catch let failure as BroadcastFailure {
      screen.fail(failure)
      throw ExitCode(failure.exitStatus.rawValue)
    }
  }

  private func stream(_ settings: BroadcastSettings, on screen: Screen) async throws {
    let logger = screen.logger(level: settings.logLevel)
    let key = try streamKey(for: settings, on: screen)
    let status = try jsonStatus.map(StatusFile.init(path:))
    let broadcaster = Broadcaster(settings: settings, key: key, logger: logger)
    let stops = StopSignals { broadcaster.stop() }
    defer { stops.cancel() }
    let outcome = await broadcaster.run { outcome in
      LastResort.exit(status: outcome.exitStatus.rawValue) {
        if case .failed(let failure) = outcome { screen.fail(failure) }
        screen.flush()
      }
    } onStatus: { snapshot in
      screen.show(snapshot)
      status?.write(snapshot)
      if snapshot.phase == .ended, snapshot.onAirSeconds > 0 { logger.notice("\(StatusLine.summary(snapshot))") }
    }
    screen.clearStatus()
    status?.flush()
    if case .failed(let failure) = outcome { throw failure }
  }

  private func streamKey(for settings: BroadcastSettings, on screen: Screen) throws -> StreamKey? {
    guard case .ingest(let endpoint) = settings.channel else { return nil }
    let environment = ProcessInfo.processInfo.environment
    if let key = try StreamKeySource.find(file: settings.streamKeyFile, environment: environment) { return key }
    guard let typed = KeyPrompt.ask("Stream key for \(endpoint.host): ") else {
      throw StreamKeySource.missing(for: endpoint)
    }
    return try StreamKeySource.check(typed, from: "the prompt")
  }
}
