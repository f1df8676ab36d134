internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import IVS
internal import Interface
internal import Settings
internal import Web

/// `ivs-broadcast channels create`.
struct CreateChannel: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Creates a channel with a stream key and prints its ARN and playback URL.",
    discussion: """
      The key is not printed: --save keeps it with the channel in channels.yaml, --key-file writes it to a new file, and \
      `channels save` gets it later.

        ivs-broadcast channels create venue --type basic --save venue
        ivs-broadcast channels create studio-2 --tag room=2 --key-file ./key
      """)

  @Argument(help: "Letters, digits, - and _, at most 128; need not be unique.")
  var name: String
  @OptionGroup(title: "Channel") var options: ChannelAttributeOptions
  @Option(help: ArgumentHelp("A tag; repeatable.", valueName: "name=value"))
  var tag: [String] = []
  @Option(help: ArgumentHelp("Keep it with its key under this name, for --channel.", valueName: "name"))
  var save: String?
  @Option(help: ArgumentHelp("Write the key to a new file of mode 0600.", valueName: "file"))
  var keyFile: String?
  @OptionGroup(title: "Account") var account: AccountOptions

  func perform(_ access: AccountAccess) async throws {
    try ChannelName.check(name)
    var attributes = try options.attributes()
    attributes.name = name
    attributes.tags = try Tags.read(tag)
    // Whatever may stand in the way of keeping the key is met before there is one.
    var savedChannels = try access.savedChannels(ifSavingAs: save)
    try savedChannels?.allow(save, for: nil, isToReplace: false)
    var file = try keyFile.map { path throws(OperatorFailure) in try KeyFile(creating: path) }
    let (channel, key) = try await create(attributes, access)
    if account.json {
      try Output.json(ChannelReport(channel))
    } else {
      Output.result("\(channel.arn)\n\(channel.playbackUrl ?? "")")
    }
    guard save != nil || keyFile != nil else { return }
    guard let value = key?.value else {
      throw OperatorFailure(
        "the channel is made, but the service gave no key", "`ivs-broadcast channels save \(channel.arn)` gets it",
        .protocol)
    }
    try file?.keep(value)
    guard let save else { return }
    do throws(OperatorFailure) { try savedChannels?.save(ChannelProfile(save, channel, key: value)) } catch {
      throw OperatorFailure("the channel is made, but not saved: \(error)", error.exitStatus)
    }
    Output.note("saved as '\(save)': ivs-broadcast stream --channel \(save.quotedIfNeeded)")
  }

  private func create(
    _ attributes: ChannelAttributes, _ access: AccountAccess
  ) async throws -> (channel: IVSChannel, key: IVSStreamKey?) {
    do throws(IVSError) { return try await access.ivs.createChannel(attributes) } catch {
      guard case .transport(.timedOut) = error else { throw error }
      throw OperatorFailure(
        "\(error): the channel may be made all the same, `ivs-broadcast channels list \(name)` shows it",
        error.exitStatus)
    }
  }
}
