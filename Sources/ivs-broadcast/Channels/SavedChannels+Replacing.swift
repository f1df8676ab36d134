internal import Broadcast
internal import BroadcastConfiguration
internal import IVS
internal import Interface
internal import Settings

extension AccountAccess {
  /// The saved channels, where a command is to keep one.
  func savedChannels(ifSavingAs name: String?) throws(OperatorFailure) -> SavedChannels? {
    name == nil ? nil : try SavedChannels(path: place.channelsFile)
  }
}

extension SavedChannels {
  /// Refuses to put a channel where another one is saved: its key may be nowhere else.
  /// - Parameter arn: of what is to be saved; `nil` for a channel that is yet to be made.
  func allow(_ name: String?, for arn: ChannelARN?, isToReplace: Bool) throws(OperatorFailure) {
    guard let name else { return }
    if let problem = ChannelProfile.problem(ofName: name) {
      throw OperatorFailure("'\(name.printable)' is no name for a saved channel: \(problem)", .configuration)
    }
    guard !isToReplace, let entry = self[name], arn == nil || entry.arn != arn else { return }
    throw OperatorFailure(
      "another channel is saved as '\(name.printable)' (\(entry.arn?.text ?? entry.address.description))",
      "give another" + " name\(arn == nil ? "" : ", or --replace")", .usage)
  }
}

extension ChannelProfile {
  /// A channel of the account as it is kept; without the passphrase.
  init(_ name: String, _ channel: IVSChannel, key: String) throws(OperatorFailure) {
    guard let ingest = channel.ingestURL else {
      throw OperatorFailure("the service names no ingest of the channel \(channel.arn)", .protocol)
    }
    self.init(
      name: name, ingest: ingest, key: key, playbackURL: channel.playbackUrl ?? "", arn: channel.arn.text)
  }
}
