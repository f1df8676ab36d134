internal import BroadcastConfiguration

/// What is saved of a channel that belongs to no AWS account; without its key.
///
/// Pure.
struct SavedFacts: Encodable, Equatable {
  let name: String
  let ingest: String
  let playbackUrl: String?
  /// Whether the stream key, or a proxy's token, is saved with it.
  let hasKey: Bool
  private let secretName: String

  init(_ entry: SavedChannels.Entry) {
    name = entry.name
    ingest = "\(entry.address)"
    playbackUrl = entry.playbackURL
    hasKey = entry.hasSecret
    secretName = entry.address.wantsToken ? "Token" : "Stream key"
  }

  private enum CodingKeys: CodingKey { case name, ingest, playbackUrl, hasKey }

  /// A label and what belongs to it in each line.
  var lines: [String] {
    var facts = [("Saved as", "an address, not a channel of an AWS account"), ("Ingest", ingest)]
    facts.append((secretName, hasKey ? "saved" : "not saved"))
    if let playbackUrl { facts.append(("Playback", playbackUrl)) }
    return [name.printable] + ChannelFacts.lines(facts)
  }
}
