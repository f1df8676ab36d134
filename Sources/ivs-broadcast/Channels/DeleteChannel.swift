internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import IVS
internal import Settings

/// `ivs-broadcast channels delete`.
struct DeleteChannel: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Deletes a channel and its stream key permanently; not while it is live.",
    discussion: """
      Asks for the channel's name as confirmation; --yes skips that.

        ivs-broadcast channels delete venue
        ivs-broadcast channels delete arn:aws:ivs:…:channel/AbCd --yes
      """)

  @Argument(help: "ARN, name in the account, or saved channel.")
  var channel: String
  @OptionGroup var consent: ConfirmationOptions
  @OptionGroup(title: "Account") var account: AccountOptions

  private struct Report: Encodable { let deleted: String }

  func perform(_ access: AccountAccess) async throws {
    let arn = try await access.find(channel)
    let found = try await access.ivs.channel(arn)
    if case .live = try await access.state(of: arn) { throw IVSError.conflict(operation: "DeleteChannel", message: "") }
    try consent.agree(
      to: "Delete the channel \(found.title.printable) (\(arn)) with its stream key? Its playback URL ends with it.",
      word: found.title)
    try await access.ivs.deleteChannel(arn)
    if account.json {
      try Output.json(Report(deleted: arn.text))
    } else {
      Output.result("deleted \(found.title.printable) (\(arn))")
    }
    // The channel is gone, whatever the file holds.
    let saved = (try? SavedChannels(path: access.place.channelsFile))?.entries.filter { $0.arn == arn } ?? []
    for entry in saved { Output.note("'\(entry.name)' in \(access.place.channelsFile) is of no use any more") }
  }
}
