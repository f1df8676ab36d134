extension ChannelProfile: CustomReflectable {
  /// Name, ingest and playback address; `dump` shows no key either.
  public var customMirror: Mirror {
    Mirror(self, children: ["name": name, "ingest": ingest, "playbackURL": playbackURL], displayStyle: .struct)
  }
}
