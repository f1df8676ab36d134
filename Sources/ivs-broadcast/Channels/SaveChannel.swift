internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import IVS
internal import Interface
internal import Settings

/// `ivs-broadcast channels save`.
struct SaveChannel: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "save",
    abstract: "Saves a channel and its stream key in channels.yaml under a name.",
    discussion: """
      The file is ~/.config/ivs-broadcast/channels.yaml, readable by its owner only. Saving again gets the newest key.

        ivs-broadcast channels save venue
        ivs-broadcast channels save arn:aws:ivs:…:channel/AbCd stage
        ivs-broadcast stream --channel stage
      """)

  @Argument(help: "ARN, name in the account, or saved channel.")
  var channel: String
  @Argument(help: "What to call it (default: the channel's own name).")
  var name: String?
  @Flag(help: "Replace another channel with this name.")
  var replace = false
  @OptionGroup(title: "Account") var account: AccountOptions

  private struct Report: Encodable {
    let saved: String
    let channel: ChannelReport
  }

  func perform(_ access: AccountAccess) async throws {
    var savedChannels = try SavedChannels(path: access.place.channelsFile)
    let isSavedName = savedChannels[channel]?.arn != nil
    let arn = try await access.find(channel)
    let found = try await access.ivs.channel(arn)
    let word = name ?? (isSavedName ? channel : found.title)
    try savedChannels.allow(word, for: arn, isToReplace: replace)
    guard let key = try await access.ivs.streamKey(of: arn)?.value else {
      throw OperatorFailure(
        "the channel has no stream key", "`ivs-broadcast channels rotate-key \(arn)` makes one", .configuration)
    }
    try savedChannels.save(ChannelProfile(word, found, key: key))
    if account.json {
      try Output.json(Report(saved: word, channel: ChannelReport(found)))
    } else {
      Output.result("saved as '\(word.printable)': ivs-broadcast stream --channel \(word.printable.quotedIfNeeded)")
    }
  }
}
