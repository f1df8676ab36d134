internal import BroadcastConfiguration
internal import IVS
internal import Interface
internal import RTMP

extension Offers {
  /// The local channel and the saved ones.
  static func channels(_ savedChannels: SavedChannels?) -> [Channel] {
    [Channel(name: "local", kind: "local", detail: "this machine: a page to watch", hasKey: true)]
      + (savedChannels?.entries ?? []).map { entry in
        let kind =
          if case .proxy = entry.address { "proxy" } else {
            entry.address.host.hasSuffix(".live-video.net") ? "IVS" : "custom"
          }
        var offer = Channel(name: entry.name, kind: kind, detail: "\(entry.address)", hasKey: entry.hasSecret)
        offer.arn = entry.arn?.text
        return offer
      }
  }
}
