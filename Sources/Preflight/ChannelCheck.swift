internal import Broadcast
internal import BroadcastConfiguration
internal import ChannelMonitor
internal import IVS
internal import Interface
internal import Media
internal import Networking
internal import RTMP
internal import Settings
internal import Transwrap
internal import Web

/// Looks at the channel, from the account that has it to the server that takes the stream.
struct ChannelCheck: Sendable {
  let settings: BroadcastSettings
  let secrets: Result<ChannelSecrets, OperatorFailure>
  let savedChannels: Result<SavedChannels?, OperatorFailure>
  /// Somebody would be asked for a missing key.
  let asks: Bool
  let dependencies: Destination.Dependencies
  let environment: [String: String]
  let board: CheckReportBuilder

  /// The AWS CLI, where it signs in or assumes a role, takes its time on a small machine.
  private static let signIn = Duration.seconds(10)
  private static let ofAccount: [CheckRow.Identifier] = [.credentials, .account]
  private static let ofServer: [CheckRow.Identifier] = [.dns, .tcp, .tls, .proxy]

  /// Looks at all of it, and tells whether somebody is live on the channel, as far as anybody knows.
  func run() async -> Bool {
    switch settings.channel {
    case .local:
      let probe = PlayerProbe(port: settings.playbackPort, isPortFixed: settings.isPlaybackPortFixed)
      _ = await board.row(.channel) { [dependencies] in Probed(await probe.look(dependencies.group)) }
      board.skip(
        Self.ofAccount + [.clock, .limits, .key, .live] + Self.ofServer,
        "does not apply: the local channel needs no account and no network")
    case .address(let address): return await lookOutside(address, "\(address)", saved: nil)
    case .anyIngest: return await lookAtNearest()
    case .account(let arn): return await lookInAccount(.arn(arn))
    case .saved(let name):
      switch savedChannels {
      case .failure(let failure):
        board.say(.channel, .fail(failure, "correct the file with the saved channels"))
        skipAllBehind(.channel)
      case .success(let savedChannels):
        guard let entry = savedChannels?[name] else {
          return await lookInAccount(.name(name, saved: savedChannels?.entries.map(\.name) ?? []))
        }
        return await lookOutside(entry.address, "\(name): \(entry.address)", saved: entry)
      }
    }
    return false
  }

  /// Finds what a broadcast would find.
  private var resolver: ChannelResolver {
    ChannelResolver(
      savedChannels: nil, secrets: dependencies.secrets, usesSRT: settings.route == .srt, account: dependencies.account,
      group: dependencies.group,
      logger: dependencies.logger)
  }

  private func skipAllBehind(_ row: CheckRow.Identifier) {
    board.skip(
      Self.ofAccount + [.clock, .channel, .limits, .key, .live] + Self.ofServer, CheckFinding.needs(row).cause)
  }

  // MARK: Without an account

  private func lookOutside(
    _ address: ChannelAddress, _ title: String, saved: SavedChannels.Entry?
  ) async -> Bool {
    board.say(.channel, .pass(title))
    async let live = lookAtSaved(saved?.arn, address)
    async let clock: Void = lookAtClock(address)
    async let credentials: Void = lookForOtherCredentials()
    async let network: Void = RouteCheck(address, settings, dependencies, environment, board).run()
    lookAtKey(address, saved)
    _ = await (clock, credentials, network)
    return await live
  }

  /// What the account tells of a saved channel that is one of its; the broadcast goes on without that, so nothing that
  /// the account does not tell is a failure.
  private func lookAtSaved(_ arn: ChannelARN?, _ address: ChannelAddress) async -> Bool {
    guard let arn else {
      board.skip([.account], "does not apply: the channel is given by its address")
      board.skip([.limits, .live], "known only for a channel that is given by its ARN or its name in AWS")
      return false
    }
    let (account, takesOver) = (dependencies.account, settings.takesOver)
    let probe = AccountProbe(sharedAccount: account, selector: .arn(arn))
    let asked = await board.row(.account) { () -> Probed<(AWSAccount, IVSChannel)> in
      guard let account = try? account.open() else {
        return Probed(.warn("the settings of AWS cannot be read", "the saved channel is used as it is"))
      }
      let found = await probe.find(account)
      switch found.value {
      case .found(let channel): return Probed(found.finding, (account, channel))
      case .missing(let finding): return Probed(finding.softened("or let the saved channel be used as it is"))
      case .unasked, nil: return Probed(found.finding.softened("or let the saved channel be used as it is"))
      }
    }
    guard let (account, channel) = asked else {
      board.skip([.limits, .live], CheckFinding.needs(.account).cause)
      return false
    }
    board.say(.limits, Self.judge(ChannelLimits(channel).findings(settings.plan(for: address))))
    return await board.row(.live) { await probe.live(channel, account.ivs, takesOver: takesOver) } ?? false
  }

  private func lookAtNearest() async -> Bool {
    let resolver = resolver
    let resolved = await board.row(.channel) { () -> Probed<ResolvedChannel> in
      do throws(OperatorFailure) {
        let resolved = try await resolver.resolve(.anyIngest)
        let isFallback = resolved.address.host == IngestFinder.fallbackHost
        return Probed(
          isFallback
            ? .warn(
              "FindIngest does not answer: the region-free \(resolved.address) is used", "check the network")
            : .pass("nearest ingest: \(resolved.address)"), resolved)
      } catch { return Probed(.fail(error)) }
    }
    guard let resolved else {
      skipAllBehind(.channel)
      return false
    }
    return await lookOutside(resolved.address, "", saved: nil)
  }

  /// Credentials that this channel does not need are said where they are there.
  private func lookForOtherCredentials() async {
    let account = dependencies.account
    await board.row(.credentials, within: Self.signIn) {
      do {
        return Probed(AccountProbe.judge(try await account.open().provider.credentials()))
      } catch { return Probed(CheckFinding.skipped("none found, and the channel needs none")) }
    }
  }

  /// By FindIngest, for ingests of Amazon's alone: nobody else's channel is its business.
  private func lookAtClock(_ address: ChannelAddress) async {
    let named = environment[ChannelResolver.findIngestVariable]
    guard named != nil || settings.channel == .anyIngest || address.host.hasSuffix(".live-video.net") else {
      return board.say(.clock, .skipped("there is no server to compare it with"))
    }
    let (group, caFile) = (dependencies.group, environment["AWS_CA_BUNDLE"])
    await board.row(.clock) {
      guard let web = try? WebClient(caFile: caFile, authoritySetting: "AWS_CA_BUNDLE", group: group) else {
        return Probed(CheckFinding.skipped("AWS_CA_BUNDLE cannot be read"))
      }
      let finding = await ClockProbe.look(at: named ?? IngestFinder.usualURL, web)
      await web.close()
      return Probed(finding)
    }
  }

  /// Whether the secrets are there that the routes want.
  private func lookAtKey(_ address: ChannelAddress, _ saved: SavedChannels.Entry?) {
    var given = ChannelSecrets()
    switch secrets {
    case .success(let secrets): given = secrets
    case .failure(let failure) where !(saved?.hasSecret ?? false): return board.say(.key, .fail(failure))
    case .failure: break
    }
    given = ChannelSecrets(
      key: saved?.key ?? given.key, token: saved?.token ?? given.token,
      passphrase: saved?.passphrase ?? given.passphrase)
    let resolved = ResolvedChannel(name: "", address: address, secrets: given, playbackURL: nil)
    do throws(OperatorFailure) { _ = try Destination.target(resolved, settings, dependencies) } catch {
      let finding = CheckFinding.fail(error)
      return board.say(.key, asks ? finding.softened("or wait to be asked for it") : finding)
    }
    if let proxy = RouteCheck.proxy(address, settings), proxy.isInTheClear {
      return board.say(
        .key,
        .warn("the way to \(proxy.host) is not encrypted: others can read the secret and the stream", "use wss://"))
    }
    if address.host.hasSuffix(".live-video.net"), let key = given.key, !key.value.hasPrefix("sk_") {
      return board.say(
        .key, .warn("the stream key does not begin with sk_, as those of IVS do", "check that it was copied whole"))
    }
    if let exposure = (try? secrets.get())?.exposure {
      return board.say(.key, .warn(exposure.cause, exposure.remedy ?? "let only its owner read it"))
    }
    let name = address.wantsToken ? "a token" : "a stream key"
    board.say(.key, .pass("\(name) is there; only going live shows whether it is accepted"))
  }

  // MARK: In the account

  private func lookInAccount(_ selector: AccountProbe.Selector) async -> Bool {
    let probe = AccountProbe(sharedAccount: dependencies.account, selector: selector)
    let opened = await board.row(.credentials, within: Self.signIn) { await probe.credentials() }
    guard case .success(let account) = opened else {
      if case .failure(let failure) = opened { sayUnknown(selector, failure) }
      skipAllBehind(.credentials)
      return false
    }
    let lookup = await board.row(.account) { await probe.find(account) }
    let skew = await Bounded.run(within: .seconds(1)) { await account.ivs.clockSkew } ?? nil
    board.say(.clock, skew.map { ClockProbe.judge(skew: $0) } ?? .skipped("no answer of the account told the time"))
    guard case .found(let channel) = lookup else {
      switch lookup {
      case .missing(let finding):
        board.say(.channel, finding)
        skipAllBehind(.channel)
      case .unasked(let failure): sayUnknown(selector, failure)
      case .found, nil: break
      }
      skipAllBehind(.account)
      return false
    }
    let address: ChannelAddress
    do throws(OperatorFailure) { address = try resolver.ingest(of: channel) } catch {
      board.say(.channel, .fail(error))
      skipAllBehind(.channel)
      return false
    }
    board.say(.channel, .pass("\(channel.title) (\(channel.kind.rawValue)): \(address)"))
    board.say(.limits, Self.judge(ChannelLimits(channel).findings(settings.plan(for: address))))
    let (ivs, takesOver) = (account.ivs, settings.takesOver)
    let (given, asks) = (secrets.map(\.key), asks)
    async let key: StreamKey? = board.row(.key) { await probe.key(channel, ivs, given: given, asks: asks) }
    async let live: Bool? = board.row(.live) { await probe.live(channel, ivs, takesOver: takesOver) }
    await RouteCheck(address, settings, dependencies, environment, board).run()
    return await (key, live).1 ?? false
  }

  /// Says of a name, which is no saved channel's, that the account was not asked for it.
  private func sayUnknown(_ selector: AccountProbe.Selector, _ failure: OperatorFailure) {
    guard case .name(let name, let saved) = selector else { return }
    board.say(.channel, .fail(SavedChannels.unknown(name, saved: saved, account: .unasked(failure))))
    skipAllBehind(.channel)
  }

  /// What is to be said of a channel's limits.
  static func judge(_ findings: [ChannelLimits.Finding]) -> CheckFinding {
    let otherwise = "change `video`, `video-bitrate`, or the channel"
    let refusals = findings.filter(\.isRefusal).map(\.explanation)
    guard refusals.isEmpty else {
      return .fail(
        refusals.map(\.cause).joined(separator: "; "),
        refusals.isEmpty ? otherwise : refusals.compactMap(\.remedy).joined(separator: "; "), .configuration)
    }
    guard let hint = findings.first?.explanation else { return .pass("what is to be sent is within them") }
    return .warn(hint.cause, hint.remedy ?? otherwise)
  }
}
