package import BroadcastConfiguration
internal import FoundationEssentials
package import IVS
internal import Interface
package import Logging
internal import Media
package import NIOCore
internal import Networking
internal import RTMP
internal import SRT
package import Settings
internal import Web

/// Finds out where a channel is and what it wants: from the saved channels, the AWS account, or FindIngest.
package struct ChannelResolver: Sendable {
  private let savedChannels: SavedChannels?
  private let secrets: ChannelSecrets
  private let usesSRT: Bool
  private let account: SharedAccount
  private let group: any EventLoopGroup
  private let logger: Logger

  /// Where FindIngest is asked instead of at AWS; for networks of one's own.
  package static let findIngestVariable = "IVS_FIND_INGEST_URL"

  /// Makes a resolver.
  /// - Parameter usesSRT: SRT is the way to a channel of the account; else RTMPS.
  package init(
    savedChannels: SavedChannels?, secrets: ChannelSecrets, usesSRT: Bool, account: SharedAccount,
    group: any EventLoopGroup,
    logger: Logger
  ) {
    self.savedChannels = savedChannels
    self.secrets = secrets
    self.usesSRT = usesSRT
    self.account = account
    self.group = group
    self.logger = logger
  }

  /// Finds a channel.
  /// - Throws: one line: an unknown channel, a key that cannot be had, an account that cannot be asked.
  package func resolve(_ request: BroadcastSettings.Channel) async throws(OperatorFailure) -> ResolvedChannel {
    switch request {
    case .local: throw OperatorFailure("internal error: the local channel has no ingest of its own", .software)
    case .address(let address):
      return ResolvedChannel(name: "\(address)", address: address, secrets: secrets, playbackURL: nil)
    case .saved(let name):
      guard let entry = savedChannels?[name] else { return try await inAccount(named: name) }
      var saved = ChannelSecrets(
        key: entry.key ?? secrets.key, token: entry.token ?? secrets.token,
        passphrase: entry.passphrase ?? secrets.passphrase)
      saved.ask = secrets.ask
      let resolved = ResolvedChannel(
        name: name, address: entry.address, secrets: saved, playbackURL: entry.playbackURL, arn: entry.arn)
      return entry.arn == nil ? resolved : try await completed(resolved)
    case .account(let arn): return try await inAccount(arn)
    case .anyIngest: return try await anyIngest()
    }
  }

  /// An account must not hold up a saved channel, which has what it takes to send, for longer.
  private static let timeout: Duration = .seconds(10)

  /// A saved channel with what the account says of it; without that where the account cannot be asked.
  /// - Throws: one line where the saved channel alone is not enough: SRT is wanted, and its ingest is not saved.
  private func completed(_ saved: ResolvedChannel) async throws(OperatorFailure) -> ResolvedChannel {
    guard let arn = saved.arn else { return saved }
    let isSRT = if case .srt = saved.address { true } else { false }
    let asked = await Bounded.run(within: Self.timeout) { () -> Result<IVSChannel, OperatorFailure> in
      do { return .success(try await account.open().ivs.channel(arn)) } catch {
        return .failure(OperatorFailure(ofAccount: error))
      }
    }
    switch asked ?? .failure(OperatorFailure("it does not answer", .temporary)) {
    case .failure(let reason):
      guard !usesSRT || isSRT || saved.address.isProxy else {
        throw OperatorFailure(
          "`route` srt: the AWS account was not asked where '\(saved.name)' takes SRT: \(reason)", reason.exitStatus)
      }
      logger.warning(
        "the AWS account does not tell of '\(saved.name)': limits, health and timed metadata are left out",
        metadata: ["reason": "\(reason)"])
      return saved
    case .success(let channel):
      var (address, secrets) = (saved.address, saved.secrets)
      if usesSRT, !isSRT, !address.isProxy {
        address = try ingest(of: channel)
        if secrets.passphrase == nil { secrets.passphrase = try passphrase(of: channel) }
      }
      if secrets.key == nil, !address.wantsToken { secrets.key = try await key(of: channel, given: nil) }
      return ResolvedChannel(
        name: saved.name, address: address, secrets: secrets, playbackURL: saved.playbackURL ?? channel.playbackUrl,
        channel: channel, arn: arn)
    }
  }

  private func passphrase(of channel: IVSChannel) throws(OperatorFailure) -> SRTPassphrase? {
    guard usesSRT, let text = channel.srt?.passphrase else { return nil }
    do { return try SRTPassphrase(text) } catch {
      throw OperatorFailure("\(channel.arn): its SRT passphrase: \(error)", .protocol)
    }
  }

  private func inAccount(named name: String) async throws(OperatorFailure) -> ResolvedChannel {
    let saved = savedChannels?.entries.map(\.name) ?? []
    let isAccountName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    guard isAccountName else { throw SavedChannels.unknown(name, saved: saved, account: .none) }
    let found: [IVSChannel]
    do {
      let opened = try account.open()
      // Without credentials a region helps nobody.
      do { _ = try await opened.provider.credentials() } catch {
        throw OperatorFailure(Explanation(of: error), .configuration)
      }
      found = try await opened.ivs.allChannels(named: name).filter { $0.name == name }
    } catch {
      // Without an account there are only the saved ones.
      throw SavedChannels.unknown(name, saved: saved, account: .unasked(OperatorFailure(ofAccount: error)))
    }
    guard let only = found.first else { throw SavedChannels.unknown(name, saved: saved, account: .none) }
    guard found.count == 1 else {
      throw OperatorFailure(
        "the AWS account has \(found.count) channels called '\(name)': give one of "
          + found.prefix(5).map(\.arn.text).joined(separator: ", "), .configuration)
    }
    return try await inAccount(only.arn)
  }

  private func inAccount(_ arn: ChannelARN) async throws(OperatorFailure) -> ResolvedChannel {
    let ivs = try account.open().ivs
    let channel: IVSChannel
    do throws(IVSError) { channel = try await ivs.channel(arn) } catch { throw error.failure }
    let address = try ingest(of: channel)
    var found = secrets
    found.passphrase = try passphrase(of: channel) ?? found.passphrase
    found.key = try await key(of: channel, given: secrets.key)
    return ResolvedChannel(
      name: channel.title, address: address, secrets: found, playbackURL: channel.playbackUrl, channel: channel,
      arn: arn)
  }

  /// The account's own key of a channel comes first: one from elsewhere may be another channel's.
  /// - Parameter given: is used where the account does not show keys.
  private func key(of channel: IVSChannel, given: StreamKey?) async throws(OperatorFailure) -> StreamKey {
    let ivs = try account.open().ivs
    do throws(IVSError) {
      guard let value = try await ivs.streamKey(of: channel.arn)?.value else {
        throw IVSError.invalid(
          operation: "ListStreamKeys",
          message: "channel '\(channel.title)' has no stream key: make one with ivs-broadcast channels rotate-key")
      }
      do { return try StreamKey(value) } catch {
        throw IVSError.invalid(operation: "GetStreamKey", message: "\(error)")
      }
    } catch {
      guard case .accessDenied = error, let key = given ?? secrets.ask?("Stream key for \(channel.title): ") else {
        throw error.failure
      }
      // An ingest takes every key of its account and region: the key alone says which channel that is.
      logger.warning(
        "the given key is used for '\(channel.title)': it alone decides which channel the stream goes to",
        metadata: ["arn": "\(channel.arn)", "reason": "the account does not show stream keys"])
      return key
    }
  }

  /// Where a channel of the account is published to.
  package func ingest(of channel: IVSChannel) throws(OperatorFailure) -> ChannelAddress {
    let endpoint = (usesSRT ? channel.srt?.endpoint : channel.ingestEndpoint) ?? ""
    guard !endpoint.isEmpty else {
      throw OperatorFailure(
        "\(channel.arn): the account names no \(usesSRT ? "SRT " : "")ingest for it"
          + (usesSRT ? ": leave out `route` srt" : ""), .unavailable)
    }
    let port = endpoint.contains(":") ? "" : usesSRT ? ":9000" : ":443"
    do throws(OperatorFailure) {
      return try ChannelAddress(parsing: usesSRT ? "srt://\(endpoint)\(port)" : "rtmps://\(endpoint)\(port)/app")
    } catch { throw OperatorFailure("\(channel.arn): its ingest cannot be used: \(error)", .protocol) }
  }

  /// The nearest ingest, for a channel of which only the key is known.
  private func anyIngest() async throws(OperatorFailure) -> ResolvedChannel {
    let url = ProcessInfo.processInfo.environment[Self.findIngestVariable] ?? IngestFinder.usualURL
    let fallback = "rtmps://\(IngestFinder.fallbackHost):443/app"
    let found: [IngestFinder.Ingest]
    do throws(HTTPFailure) {
      let web = try WebClient(
        caFile: ProcessInfo.processInfo.environment["AWS_CA_BUNDLE"], authoritySetting: "AWS_CA_BUNDLE", group: group)
      found = await IngestFinder(http: web, url: url).find()
      await web.close()
    } catch { throw OperatorFailure("AWS_CA_BUNDLE: \(error)", .configuration) }
    for ingest in found {
      guard let address = try? ChannelAddress(parsing: ingest.url) else { continue }
      logger.info("nearest ingest", metadata: ["name": "\(ingest.name)", "ingest": "\(address)"])
      return ResolvedChannel(name: "ivs", address: address, secrets: secrets, playbackURL: nil)
    }
    logger.warning("FindIngest does not answer: the region-free ingest is used", metadata: ["ingest": "\(fallback)"])
    return ResolvedChannel(
      name: "ivs", address: try ChannelAddress(parsing: fallback), secrets: secrets, playbackURL: nil)
  }
}

extension OperatorFailure {
  /// Why an account could not be opened or asked.
  fileprivate init(ofAccount error: any Error) {
    self =
      switch error {
      case let failure as OperatorFailure: failure
      case let error as IVSError: error.failure
      default: OperatorFailure("internal error: \(error)", .software)
      }
  }
}
