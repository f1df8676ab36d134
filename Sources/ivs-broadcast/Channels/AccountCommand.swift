internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import FoundationEssentials
internal import IVS
internal import NIOPosix
internal import Settings

/// What every command on an account's channels takes.
struct AccountOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The profile of ~/.aws to use (default: AWS_PROFILE).", valueName: "name"))
  var profile: String?
  @Option(help: ArgumentHelp("The AWS region (default: AWS_REGION, then the profile's).", valueName: "region"))
  var region: String?
  @Flag(help: "Print JSON.")
  var json = false
}

/// The account that a command works on, and where this user's channels are saved.
struct AccountAccess: Sendable {
  let ivs: IVSClient
  let provider: any CredentialProvider
  let place: SettingsPlace
}

/// A command on the channels of an AWS account.
protocol AccountCommand: AsyncParsableCommand {
  var account: AccountOptions { get }
  /// Does what the command is for.
  /// - Throws: an `OperatorFailure`, or an `IVSError`.
  func perform(_ access: AccountAccess) async throws
}

extension AccountCommand {
  /// Opens the account, does the work and lets go of the account; a failure is one line and an exit code.
  ///
  /// Signals are left as they are: Control-C ends the process at once.
  func run() async throws {
    do {
      let environment = ProcessInfo.processInfo.environment
      let opened = try AWSAccount.open(
        environment: environment,
        home: environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path,
        profile: account.profile, region: account.region, group: MultiThreadedEventLoopGroup.singleton)
      let access = AccountAccess(
        ivs: opened.ivs, provider: opened.provider, place: SettingsPlace(environment: environment))
      do { try await perform(access) } catch {
        let failure = await Self.everything(behind: error, opened)
        await opened.close()
        throw failure
      }
      await opened.close()
    } catch {
      let failure = (error as? IVSError)?.failure ?? OperatorFailure(any: error)
      Output.clearProgress()
      Output.note("ivs-broadcast: \(failure)")
      throw ExitCode(failure.exitStatus.rawValue)
    }
  }

  /// Of an account that lacks both, region and credentials are asked for together.
  private static func everything(behind error: any Error, _ account: AWSAccount) async -> any Error {
    guard error as? IVSError == .noRegion else { return error }
    do { _ = try await account.provider.credentials() } catch {
      guard case .noneFound? = error as? CredentialError else { return IVSError.noRegion }
      return OperatorFailure(
        "no AWS region and no AWS credentials are known",
        "give --region or set AWS_REGION, and set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        .configuration)
    }
    return error
  }
}
