internal import ArgumentParser
internal import IVS
internal import Settings

/// `ivs-broadcast channels stop`.
struct StopStream: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Disconnects the stream on a channel.",
    discussion: """
      Most programs reconnect; run rotate-key first to keep them out.

        ivs-broadcast channels stop venue
      """)

  @Argument(help: "ARN, name in the account, or saved channel.")
  var channel: String
  @OptionGroup var consent: ConfirmationOptions
  @OptionGroup(title: "Account") var account: AccountOptions

  private struct Report: Encodable { let stopped: String }

  func perform(_ access: AccountAccess) async throws {
    let arn = try await access.find(channel)
    if case .offline = try await access.state(of: arn) { throw IVSError.channelNotBroadcasting }
    try consent.agree(to: "End the stream of \(channel.printable) (\(arn))?")
    try await access.ivs.stopStream(of: arn)
    if account.json {
      try Output.json(Report(stopped: arn.text))
    } else {
      Output.result("the stream of \(channel.printable) is ended")
    }
  }
}
