internal import BroadcastConfiguration
internal import FoundationEssentials
package import IVS
package import NIOCore
package import Settings
internal import Synchronization

/// The AWS account of whoever runs this process, opened when it is first needed and then kept.
package final class SharedAccount: Sendable {
  private let profile: String?
  private let region: String?
  private let group: any EventLoopGroup
  private let account = Mutex<State>(.unopened)

  private enum State: Sendable {
    case unopened
    case open(AWSAccount)
    case closed
  }

  /// Opens nothing yet.
  /// - Parameters:
  ///   - profile: instead of what the environment says.
  ///   - region: instead of what the environment and the profile say.
  package init(profile: String?, region: String?, group: any EventLoopGroup) {
    self.profile = profile
    self.region = region
    self.group = group
  }

  /// The account, as the environment and the files in `~/.aws` say; asks no server yet.
  /// - Throws: one line for settings that are wrong.
  package func open() throws(OperatorFailure) -> AWSAccount {
    // Inside the lock: two at once must not make two of them.
    try account.withLock { state throws(OperatorFailure) in
      switch state {
      case .open(let account): return account
      case .closed: throw OperatorFailure("the AWS account is not asked any more: the program ends", .unavailable)
      case .unopened:
        let made = try AWSAccount.open(
          environment: ProcessInfo.processInfo.environment, home: SettingsPlace.home, profile: profile,
          region: region, group: group)
        state = .open(made)
        return made
      }
    }
  }

  /// Lets go of its connections; it cannot be opened again.
  package func close() async {
    let before = account.withLock { state in
      defer { state = .closed }
      return state
    }
    if case .open(let account) = before { await account.close() }
  }
}
