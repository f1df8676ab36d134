internal import ArgumentParser
internal import Broadcast
internal import BroadcastConfiguration
internal import IVS
internal import Settings

/// `ivs-broadcast channels rotate-key`.
struct RotateKey: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-key",
    abstract: "Replaces a channel's stream key with a new one.",
    discussion: """
      The old key stops working; a running stream continues but cannot reconnect with it. The new \
      key is not printed: it replaces the old one in the saved channel, and --key-file writes it to a new file.

        ivs-broadcast channels rotate-key venue
        ivs-broadcast channels rotate-key venue --yes --key-file ./key
      """)

  @Argument(help: "ARN, name in the account, or saved channel.")
  var channel: String
  @Option(help: ArgumentHelp("Write the new key to a new file of mode 0600.", valueName: "file"))
  var keyFile: String?
  @OptionGroup var consent: ConfirmationOptions
  @OptionGroup(title: "Account") var account: AccountOptions

  private struct Report: Encodable {
    let channelArn: String
    let streamKeyArn: String
    let saved: [String]
  }

  func perform(_ access: AccountAccess) async throws {
    let arn = try await access.find(channel)
    // Whatever may stand in the way of keeping the key is met before the old one is gone.
    var savedChannels = try SavedChannels(path: access.place.channelsFile)
    let state = try await access.state(of: arn)
    let old = try await access.ivs.streamKeys(of: arn)
    if case .live = state {
      Output.note("the channel is live: its stream continues, but cannot reconnect with the old key")
    }
    if !old.isEmpty {
      try consent.agree(to: "Replace the stream key of \(channel.printable) (\(arn))? The old one ends at once.")
    }
    var file = try keyFile.map { path throws(OperatorFailure) in try KeyFile(creating: path) }
    for key in old { try await delete(key, of: arn, access) }
    let key = try await create(arn, hadKey: !old.isEmpty, access)
    guard let value = key.value else {
      throw OperatorFailure(
        "the channel has a new key, but the service did not tell it", "`ivs-broadcast channels save \(arn)` gets it",
        .protocol)
    }
    try file?.keep(value)
    let saved: [String]
    do throws(OperatorFailure) { saved = try savedChannels.replaceKey(of: arn, with: value) } catch {
      throw OperatorFailure(
        "the channel has a new key, but it is not saved: \(error)", "`ivs-broadcast channels save \(arn)` gets it",
        error.exitStatus)
    }
    tell(arn, key, saved)
    if account.json {
      try Output.json(Report(channelArn: arn.text, streamKeyArn: key.arn, saved: saved))
    }
  }

  private func delete(_ key: IVSStreamKey, of arn: ChannelARN, _ access: AccountAccess) async throws(IVSError) {
    do throws(IVSError) { try await access.ivs.deleteStreamKey(key.arn, in: arn.region) } catch {
      // The answer to a first request was lost, or somebody else was faster.
      guard case .notFound = error else { throw error }
    }
  }

  private func create(_ arn: ChannelARN, hadKey: Bool, _ access: AccountAccess) async throws -> IVSStreamKey {
    do throws(IVSError) { return try await access.ivs.createStreamKey(of: arn) } catch {
      guard hadKey else { throw error }
      throw OperatorFailure(
        "the old key is deleted, but there is no new one yet: \(error)",
        "`ivs-broadcast channels rotate-key \(arn)` makes one", error.exitStatus)
    }
  }

  private func tell(_ arn: ChannelARN, _ key: IVSStreamKey, _ saved: [String]) {
    guard !account.json else { return }
    Output.result("\(channel.printable) has a new stream key (\(key.arn))")
    for name in saved { Output.result("the saved channel '\(name)' has it") }
    if let keyFile { Output.result("\(keyFile) has it") }
    if saved.isEmpty, keyFile == nil { Output.note("`ivs-broadcast channels save \(arn)` gets it") }
  }
}
