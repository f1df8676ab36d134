package import BroadcastConfiguration
package import IVS

/// A channel with all that is needed to send to it.
package struct ResolvedChannel: Sendable {
  /// What people call it.
  package let name: String
  /// Where it is.
  package let address: ChannelAddress
  /// What was found for it.
  package let secrets: ChannelSecrets
  /// Where to watch it.
  package let playbackURL: String?
  /// What the account says of it; `nil` where no account knows it.
  package let channel: IVSChannel?
  /// The channel of an AWS account that it is, whether or not the account could be asked.
  package let arn: ChannelARN?

  /// Puts one together.
  package init(
    name: String, address: ChannelAddress, secrets: ChannelSecrets, playbackURL: String?, channel: IVSChannel? = nil,
    arn: ChannelARN? = nil
  ) {
    self.name = name
    self.address = address
    self.secrets = secrets
    self.playbackURL = playbackURL
    self.channel = channel
    self.arn = arn
  }

  /// Whether Amazon IVS takes the stream.
  package var isIVS: Bool { channel != nil || arn != nil || address.host.hasSuffix(".live-video.net") }
}
