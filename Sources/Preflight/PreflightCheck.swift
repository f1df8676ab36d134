internal import Broadcast
public import BroadcastConfiguration
internal import ChannelMonitor
internal import Codec
internal import FoundationEssentials
internal import IVS
internal import Interface
internal import Logging
internal import Media
internal import NIOCore
internal import NIOPosix
internal import Networking
internal import Pipeline
public import Settings

/// Looks at everything that a broadcast with these settings would need, before it is needed.
///
/// Nothing goes on air and nothing is changed, unless ``Request/uploads`` is set. What does not hang on each other is
/// looked at together.
public struct PreflightCheck: Sendable {
  /// What is to be looked at beside the settings.
  public struct Request: Sendable {
    /// The settings file that was read, for people.
    public var settingsFile: String?
    /// Test pictures are sent to the real ingest: viewers may see them.
    public var uploads = false
    /// Somebody is there who would be asked for a key that is missing.
    public var asks = false

    /// Nothing beside them.
    public init() {}
  }

  /// All is said after this time, whatever hangs; an upload comes on top.
  static let limit = Duration.seconds(14)

  private let settings: BroadcastSettings
  private let secrets: Result<ChannelSecrets, OperatorFailure>
  private let savedChannels: Result<SavedChannels?, OperatorFailure>
  private let request: Request

  /// Prepares a check; nothing is opened yet.
  /// - Parameters:
  ///   - secrets: stream key and token from the sources that need nobody, or why a source cannot be read.
  ///   - savedChannels: the saved channels, or what is wrong with their file.
  public init(
    settings: BroadcastSettings, secrets: Result<ChannelSecrets, OperatorFailure>,
    savedChannels: Result<SavedChannels?, OperatorFailure>, request: Request
  ) {
    self.settings = settings
    self.secrets = secrets
    self.savedChannels = savedChannels
    self.request = request
  }

  /// The report where the settings themselves are wrong, so that nothing can be looked at.
  public static func failed(
    _ failure: OperatorFailure, onEvent: @escaping @Sendable (CheckEvent) -> Void = { _ in }
  ) -> CheckReport {
    let board = CheckReportBuilder(onEvent)
    board.say(.settings, .fail(failure, "correct it there; `ivs-broadcast settings` lists all settings"))
    board.skip(CheckRow.Identifier.allCases.filter { $0 != .settings }, CheckFinding.needs(.settings).cause)
    return board.close()
  }

  /// Looks, and tells each row as it comes.
  /// - Parameter onEvent: called on any thread, in the order of what happens; it must not block.
  public func run(onEvent: @escaping @Sendable (CheckEvent) -> Void) async -> CheckReport {
    let board = CheckReportBuilder(onEvent)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let account = SharedAccount(profile: settings.profile, region: settings.region, group: group)
    let logger = Logger(label: "ivs-broadcast.check") { _ in SwiftLogNoOpLogHandler() }
    let dependencies = Destination.Dependencies(
      secrets: (try? secrets.get()) ?? ChannelSecrets(), savedChannels: (try? savedChannels.get()) ?? nil,
      account: account,
      place: SettingsPlace(environment: ProcessInfo.processInfo.environment), group: group, logger: logger)
    let limit = request.uploads ? Self.limit + UploadProbe.limit : Self.limit
    let isDone = await Bounded.run(within: limit) { await look(dependencies, board) } != nil
    let report = board.close()
    // What hangs keeps its connections until the process ends.
    if isDone {
      _ = await Bounded.run(within: .milliseconds(500)) {
        await account.close()
        try? await group.shutdownGracefully()
      }
    }
    return report
  }

  private func look(_ dependencies: Destination.Dependencies, _ board: CheckReportBuilder) async {
    board.say(.settings, judgeSettings())
    guard !board.hasFailure(among: [.settings]) else {
      return board.skip(CheckRow.Identifier.allCases, CheckFinding.needs(.settings).cause)
    }
    async let devices: Void = lookAtDevices(board)
    async let channel = ChannelCheck(
      settings: settings, secrets: secrets, savedChannels: savedChannels, asks: request.asks,
      dependencies: dependencies,
      environment: ProcessInfo.processInfo.environment, board: board
    ).run()
    let (encoding, bitrate) = (settings.video, settings.audioBitrate)
    let second = await board.row(.encoder) {
      await Bounded.onThread("check-encoder", orElse: { Probed(.fail($0)) }) {
        EncoderProbe.look(encoding, audioBitrate: bitrate)
      }
    }
    let isLive = await channel
    await devices
    await upload(second, isLive: isLive, dependencies, board)
  }

  private func judgeSettings() -> CheckFinding {
    if let interface = settings.bindInterface, !interface.exists {
      return .fail(
        "`bind-interface`: there is no network interface \(interface)", "`ip link` lists what there is", .unavailable)
    }
    if let path = settings.metadataSchedule {
      do throws(OperatorFailure) { _ = try MetadataSchedule(path: path) } catch {
        return .fail(error, "correct the schedule, or leave `metadata-schedule` out")
      }
      let isInAccount =
        switch settings.channel {
        case .local, .address, .anyIngest: false
        case .account: true
        case .saved(let name): (try? savedChannels.get())??[name].map { $0.arn != nil } ?? true
        }
      guard isInAccount else {
        return .fail(
          "`metadata-schedule`: timed metadata needs a channel of the AWS account",
          "give the channel by its ARN or its name in AWS, or leave the option out", .configuration)
      }
    }
    return .pass(request.settingsFile.map { "\($0) and options" } ?? "options only: there is no settings file")
  }

  private func lookAtDevices(_ board: CheckReportBuilder) async {
    let (camera, microphone, encoding) = (settings.camera, settings.microphone, settings.video)
    let inputs = settings.microphoneInputs
    async let picture: Bool? = board.row(.camera) {
      await Bounded.onThread("check-camera", orElse: { Probed(.fail($0)) }) {
        Probed(CameraProbe.look(camera, for: encoding))
      }
    }
    async let sound: Bool? = board.row(.microphone) {
      await Bounded.onThread("check-mic", orElse: { Probed(.fail($0)) }) {
        Probed(MicrophoneProbe.look(microphone, inputs))
      }
    }
    async let machine: Bool? = board.row(.machine) {
      await Bounded.onThread("check-machine", orElse: { Probed(.fail($0)) }) { Probed(MachineProbe.look()) }
    }
    await lookAtRecording(board)
    _ = await (picture, sound, machine)
  }

  private func lookAtRecording(_ board: CheckReportBuilder) async {
    guard settings.isRecorded else { return board.say(.recording, .skipped("record is off")) }
    let directory = settings.filesDirectory
    let bitrate = Bitrate(bitsPerSecond: settings.video.bitrate.bitsPerSecond + settings.audioBitrate.bitsPerSecond)
    await board.row(.recording) {
      await Bounded.onThread("check-disk", orElse: { Probed(.fail($0)) }) {
        Probed(RecordingProbe.look(directory, bitrate: bitrate))
      }
    }
  }

  private func upload(
    _ second: EncodedSecond?, isLive: Bool, _ dependencies: Destination.Dependencies, _ board: CheckReportBuilder
  ) async {
    guard request.uploads else {
      return board.say(.upload, .skipped("only with --upload: it sends test pictures that viewers may see"))
    }
    guard !isLive else { return board.say(.upload, .skipped("another stream is live on the channel")) }
    guard let second, !board.hasFailure(among: CheckRow.Identifier.allCases.filter { $0 != .recording }) else {
      return board.say(.upload, .skipped("needs: everything else"))
    }
    let probe = UploadProbe(settings: settings, dependencies: dependencies, second: second)
    await board.row(.upload, within: UploadProbe.limit) { Probed(await probe.look()) }
  }
}
