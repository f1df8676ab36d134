internal import Broadcast
internal import BroadcastConfiguration
internal import ChannelMonitor
internal import IVS
internal import Media
internal import Networking
internal import RTMP
internal import Settings
internal import Web

/// Looks at the AWS account and at a channel of it; changes nothing there.
struct AccountProbe: Sendable {
  /// How the account finds its channel.
  enum Selector: Sendable {
    case arn(ChannelARN)
    /// A name that none of the saved channels has, with theirs.
    case name(String, saved: [String])
  }

  /// What asking for the channel came to.
  enum Lookup: Sendable {
    case found(IVSChannel)
    /// The account answered, but there is no such channel, or more than one.
    case missing(CheckFinding)
    /// The account could not be asked.
    case unasked(OperatorFailure)
  }

  let sharedAccount: SharedAccount
  let selector: Selector

  /// Credentials that end sooner are said.
  private static let soon = 15 * 60.0

  /// Whether credentials are found, and where.
  ///
  /// Who only mistyped a saved channel's name needs none: then that is the failure, not the missing credentials.
  func credentials() async -> Probed<Result<AWSAccount, OperatorFailure>> {
    do {
      let account = try sharedAccount.open()
      return Probed(Self.judge(try await account.provider.credentials()), .success(account))
    } catch {
      let failure = OperatorFailure(any: error)
      if case .name = selector, case .noneFound? = error as? CredentialError {
        return Probed(.skipped("none found: only a channel of the AWS account needs them"), .failure(failure))
      }
      return Probed(.fail(failure, "check AWS_PROFILE, or name another `channel`"), .failure(failure))
    }
  }

  /// What is to be said of credentials that were found.
  static func judge(_ credentials: AWSCredentials) -> CheckFinding {
    let found = "found in: \(credentials.source)"
    guard let end = credentials.expiration else { return .pass(found) }
    let left = end - Double(WallClock.secondsSince1970)
    guard left < soon else { return .pass("\(found), good until \(WallClock.local(end, "%H:%M"))") }
    return .warn(
      "\(found), but they end \(left > 0 ? "in \(Int(left / 60)) min" : "now")",
      "sign in again, or use a profile that renews them")
  }

  /// Asks the account for the channel.
  func find(_ account: AWSAccount) async -> Probed<Lookup> {
    let start = MediaTime.now()
    do throws(IVSError) {
      let lookup = try await look(account.ivs)
      return Probed(.pass("answers in \(Int((MediaTime.now() - start).inMilliseconds)) ms"), lookup)
    } catch {
      if case .name = selector, error == .noRegion {
        return Probed(.skipped("not asked: \(error.explanation.cause)"), .unasked(error.failure))
      }
      return Probed(Self.failure(error), .unasked(error.failure))
    }
  }

  private func look(_ ivs: IVSClient) async throws(IVSError) -> Lookup {
    let arn: ChannelARN
    switch selector {
    case .arn(let given): arn = given
    case .name(let name, let saved):
      let found = try await ivs.allChannels(named: name).filter { $0.name == name }
      guard let only = found.first, found.count == 1 else {
        let some = found.prefix(5).map(\.arn.text).joined(separator: ", ")
        return .missing(
          found.isEmpty
            ? .fail(SavedChannels.unknown(name, saved: saved, account: .none))
            : .fail(
              "the AWS account has \(found.count) channels called '\(name)'", "give one of \(some)", .configuration))
      }
      arn = only.arn
    }
    do throws(IVSError) { return .found(try await ivs.channel(arn)) } catch .notFound {
      return .missing(
        .fail("\(arn): no such channel", "check the ARN, its region and the account", .noInput))
    }
  }

  /// The channel's key, else the given one where the account does not show keys.
  /// - Parameter asks: somebody is there to be asked for it.
  func key(
    _ channel: IVSChannel, _ ivs: IVSClient, given: Result<StreamKey?, OperatorFailure>, asks: Bool
  ) async -> Probed<StreamKey> {
    do throws(IVSError) {
      guard let value = try await ivs.streamKey(of: channel.arn)?.value else {
        return Probed(
          .fail(
            "channel '\(channel.title)' has no stream key", "make one: ivs-broadcast channels rotate-key",
            .configuration))
      }
      guard let key = try? StreamKey(value) else {
        return Probed(.fail("the account's stream key is none that can be sent", "make another one", .protocol))
      }
      return Probed(.pass("the account shows it"), key)
    } catch {
      guard case .accessDenied = error else { return Probed(Self.failure(error)) }
      if case .failure(let failure) = given { return Probed(.fail(failure)) }
      guard case .success(let key?) = given else {
        let finding = Self.failure(error)
        return Probed(asks ? finding.softened("or wait to be asked for it") : finding)
      }
      return Probed(.pass("the account does not show it; the given one is used"), key)
    }
  }

  /// Whether somebody sends to the channel already.
  func live(_ channel: IVSChannel, _ ivs: IVSClient, takesOver: Bool) async -> Probed<Bool> {
    do throws(IVSError) {
      guard let stream = try await ivs.stream(of: channel.arn) else {
        return Probed(.pass("nothing is streaming to it"), false)
      }
      let since = stream.startTime.map { " since \(WallClock.local($0.seconds, "%H:%M"))" } ?? ""
      return Probed(
        takesOver
          ? .warn(
            "another stream is live on it\(since): that stream is taken over", "omit `takeover` to leave it alone")
          : .fail(
            "another stream is live on it\(since): a second stream is refused",
            "end that one, or take it over with `takeover`", .unavailable), true)
    } catch {
      if case .accessDenied = error {
        return Probed(.skipped("these credentials may not see streams (ivs:GetStream)"), nil)
      }
      return Probed(Self.failure(error), nil)
    }
  }

  private static func failure(_ error: IVSError) -> CheckFinding {
    switch error {
    case .transport(.tls):
      .fail(error.failure, "check this machine's clock, or name the authority with AWS_CA_BUNDLE")
    case .transport: .fail(error.failure, "check the network, the region and AWS_ENDPOINT_URL_IVS")
    default: .fail(error.failure)
    }
  }
}
