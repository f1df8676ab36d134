internal import ArgumentParser
internal import IVS
internal import Settings

/// `ivs-broadcast channels update`.
struct UpdateChannel: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Changes a channel; not while it is live.",
    discussion: """
      Only what is given changes.

        ivs-broadcast channels update venue --type standard
        ivs-broadcast channels update venue --no-insecure-ingest --recording none
      """)

  @Argument(help: "ARN, name in the account, or saved channel.")
  var channel: String
  @Option(help: ArgumentHelp("A new name.", valueName: "name"))
  var name: String?
  @OptionGroup(title: "Channel") var options: ChannelAttributeOptions
  @OptionGroup(title: "Account") var account: AccountOptions

  func perform(_ access: AccountAccess) async throws {
    var attributes = try options.attributes()
    if let name { try ChannelName.check(name) }
    attributes.name = name
    guard attributes != ChannelAttributes() else {
      throw OperatorFailure(
        "nothing to change", "give --name, --type, --latency, --authorized, --insecure-ingest, --preset or --recording",
        .usage)
    }
    let changed = try await access.ivs.updateChannel(try await access.find(channel), attributes)
    if account.json {
      try Output.json(ChannelReport(changed))
    } else {
      Output.result("changed \(changed.title.printable) (\(changed.arn))")
    }
  }
}
