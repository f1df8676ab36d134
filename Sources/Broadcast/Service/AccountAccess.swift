internal import FoundationEssentials
internal import IVS
internal import NIOCore
internal import Settings
internal import Synchronization

/// The AWS account of whoever runs this process, opened when it is first needed and then kept.
final class AccountHolder: Sendable {
  private let profile: String?
  private let region: String?
  private let group: any EventLoopGroup
  private let account = Mutex<AWSAccount?>(nil)

  /// - Parameters:
  ///   - profile: instead of what the environment says.
  ///   - region: instead of what the environment and the profile say.
  init(profile: String?, region: String?, group: any EventLoopGroup) {
    self.profile = profile
    self.region = region
    self.group = group
  }

  /// The account, as the environment and the files in `~/.aws` say; asks no server yet.
  /// - Throws: one line for settings that are wrong.
  func open() throws(OperatorFailure) -> AWSAccount {
    if let open = account.withLock({ $0 }) { return open }
    let made = try AWSAccount.open(
      environment: ProcessInfo.processInfo.environment, home: SettingsPlace.home, profile: profile, region: region,
      group: group)
    account.withLock { $0 = made }
    return made
  }

  /// Lets go of its connections.
  func close() async {
    let open = account.withLock { account in
      defer { account = nil }
      return account
    }
    await open?.close()
  }
}
