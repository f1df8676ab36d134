package import ChannelMonitor
package import Publishing

/// What goes out, or is about to, as far as its status is concerned.
package struct MeasuredBroadcast: Sendable {
  let publishing: PublishLoop
  let channelName: String
  let ingest: String?
  let playbackURL: String?
  let monitor: ChannelMonitor?

  /// Names what is looked at.
  /// - Parameters:
  ///   - ingest: where it goes, without anything secret; `nil` for the local channel.
  ///   - monitor: what goes on with Amazon IVS's API, for a channel of the account.
  package init(
    _ publishing: PublishLoop, channelName: String, ingest: String?, playbackURL: String?, monitor: ChannelMonitor?
  ) {
    (self.publishing, self.channelName, self.ingest) = (publishing, channelName, ingest)
    (self.playbackURL, self.monitor) = (playbackURL, monitor)
  }
}
