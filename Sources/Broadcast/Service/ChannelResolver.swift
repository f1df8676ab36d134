internal import FoundationEssentials
internal import IVS
internal import Logging
internal import NIOCore
internal import RTMP
internal import SRT
internal import Settings

/// A channel with all that is needed to send to it.
struct ResolvedChannel: Sendable {
  /// What people call it.
  let name: String
  let address: ChannelAddress
  let secrets: ChannelSecrets
  let playbackURL: String?
  /// What the account says of it; `nil` where no account knows it.
  var channel: IVSChannel?
}

/// Finds out where a channel is and what it wants: from the saved channels, the AWS account, or FindIngest.
struct ChannelResolver: Sendable {
  let book: ChannelBook?
  let secrets: ChannelSecrets
  /// SRT is the way to a channel of the account; else RTMPS.
  var usesSRT = false
  let account: AccountHolder
  let group: any EventLoopGroup
  let logger: Logger

  /// Where FindIngest is asked instead of at AWS; for networks of one's own.
  static let findIngestVariable = "IVS_FIND_INGEST_URL"

  /// - Throws: one line: an unknown channel, a key that cannot be had, an account that cannot be asked.
  func resolve(_ wish: BroadcastSettings.Channel) async throws(OperatorFailure) -> ResolvedChannel {
    switch wish {
    case .local: throw OperatorFailure("internal error: the local channel has no ingest of its own", .software)
    case .address(let address):
      return ResolvedChannel(name: "\(address)", address: address, secrets: secrets, playbackURL: nil)
    case .saved(let name):
      guard let entry = book?[name] else { return try await inAccount(named: name) }
      var saved = ChannelSecrets(
        key: entry.key ?? secrets.key, token: entry.token ?? secrets.token,
        passphrase: entry.passphrase ?? secrets.passphrase)
      saved.ask = secrets.ask
      return ResolvedChannel(name: name, address: entry.address, secrets: saved, playbackURL: entry.playbackURL)
    case .account(let arn): return try await inAccount(arn)
    case .anyIngest: return try await anyIngest()
    }
  }

  private func inAccount(named name: String) async throws(OperatorFailure) -> ResolvedChannel {
    let known = (["local"] + (book?.entries.map(\.name) ?? [])).joined(separator: ", ")
    let isAccountName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    guard isAccountName else { throw Self.unknown(name, known, "") }
    let found: [IVSChannel]
    do { found = try await account.open().ivs.allChannels(named: name).filter { $0.name == name } } catch {
      let reason = (error as? IVSError)?.failure ?? OperatorFailure(any: error)
      // Without an account there are only the saved ones.
      throw OperatorFailure(
        "no channel '\(name)' is saved (there are \(known)), and the AWS account was not asked: \(reason)",
        reason.exitStatus)
    }
    guard let only = found.first else { throw Self.unknown(name, known, ", and the AWS account has none of that name") }
    guard found.count == 1 else {
      throw OperatorFailure(
        "the AWS account has \(found.count) channels called '\(name)': give one of "
          + found.prefix(5).map(\.arn.text).joined(separator: ", "), .configuration)
    }
    return try await inAccount(only.arn)
  }

  private static func unknown(_ name: String, _ known: String, _ more: String) -> OperatorFailure {
    OperatorFailure(
      "no channel '\(name)' is saved\(more): the names are \(known); or give an ARN or an ingest URL", .configuration)
  }

  private func inAccount(_ arn: ChannelARN) async throws(OperatorFailure) -> ResolvedChannel {
    let ivs = try account.open().ivs
    let channel: IVSChannel
    do throws(IVSError) { channel = try await ivs.channel(arn) } catch { throw error.failure }
    let address = try ingest(of: channel)
    var found = secrets
    if usesSRT, let passphrase = channel.srt?.passphrase {
      do { found.passphrase = try SRTPassphrase(passphrase) } catch {
        throw OperatorFailure("\(arn): its SRT passphrase: \(error)", .protocol)
      }
    }
    // A key from elsewhere may be another channel's: the account's own comes first.
    do throws(IVSError) {
      guard let value = try await ivs.streamKey(of: arn)?.value else {
        throw IVSError.invalid(
          operation: "ListStreamKeys",
          message: "channel '\(channel.title)' has no stream key: make one with ivs-broadcast channels rotate-key")
      }
      do { found.key = try StreamKey(value) } catch {
        throw IVSError.invalid(operation: "GetStreamKey", message: "\(error)")
      }
    } catch {
      if found.key == nil, case .accessDenied = error { found.key = secrets.ask?("Stream key for \(channel.title): ") }
      guard case .accessDenied = error, found.key != nil else { throw error.failure }
      logger.info("the account does not show stream keys; the given one is used")
    }
    return ResolvedChannel(
      name: channel.title, address: address, secrets: found, playbackURL: channel.playbackUrl, channel: channel)
  }

  /// Where a channel of the account is published to.
  func ingest(of channel: IVSChannel) throws(OperatorFailure) -> ChannelAddress {
    let endpoint = (usesSRT ? channel.srt?.endpoint : channel.ingestEndpoint) ?? ""
    guard !endpoint.isEmpty else {
      throw OperatorFailure(
        "\(channel.arn): the account tells no \(usesSRT ? "SRT " : "")ingest for it"
          + (usesSRT ? ": leave out --road srt" : ""), .unavailable)
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
      let web = try WebClient(caFile: ProcessInfo.processInfo.environment["AWS_CA_BUNDLE"], group: group)
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
