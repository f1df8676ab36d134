internal import Interface

/// The account's channels as the menu lists and searches them; made anew only when they change, for there may be
/// thousands.
struct ChannelIndex: Equatable, Sendable {
  /// In the order of the menu.
  private(set) var channels: [Offers.Channel] = []
  /// How many of them somebody sends to.
  private(set) var liveCount = 0
  /// Columns of the longest title.
  private(set) var titleColumns = 0
  /// Columns of the longest detail.
  private(set) var detailColumns = 0
  /// Titles and kinds.
  private var texts: [FoldedText] = []
  /// Hosts and ARNs; they have a bit of everything in them, so only a longer text is looked for there.
  private var addresses: [FoldedText] = []
  private var rows: [String: Int] = [:]

  /// Takes a list up; the same list again costs a comparison.
  mutating func update(_ channels: [Offers.Channel]) {
    guard channels != self.channels else { return }
    self.channels = channels
    texts = channels.map { FoldedText([$0.title, $0.kind]) }
    addresses = channels.map { FoldedText([$0.detail, $0.choice]) }
    liveCount = channels.count { $0.isLive }
    titleColumns = channels.lazy.map { columns(of: $0.title) }.max() ?? 0
    detailColumns = channels.lazy.map { columns(of: $0.menuDetail) }.max() ?? 0
    rows = [:]
    rows.reserveCapacity(channels.count * 2)
    for (row, channel) in channels.enumerated() {
      for name in [channel.arn, channel.name].compactMap(\.self) where rows[name] == nil { rows[name] = row }
    }
  }

  /// Characters from which on a text is looked for in addresses too.
  static let addressLength = 6

  /// Where the channel of a name or an ARN is.
  func row(of name: String) -> Int? { rows[name] }

  /// The channel of a name or an ARN.
  func channel(_ name: String) -> Offers.Channel? { rows[name].map { channels[$0] } }

  /// The rows with a text in them, in their order; `nil` where that is all of them.
  func rows(containing text: String) -> [Int]? {
    guard !text.isEmpty else { return nil }
    let wanted = FoldedText(text)
    let isLong = text.count >= Self.addressLength
    return texts.indices.filter { texts[$0].contains(wanted) || isLong && addresses[$0].contains(wanted) }
  }

  /// Whether a row's title begins with a text.
  func row(_ row: Int, beginsWith text: FoldedText) -> Bool { texts[row].begins(with: text) }

  /// The entry of a row.
  func entry(_ row: Int, chosen: String) -> MenuEntry {
    let channel = channels[row]
    return MenuEntry(
      identifier: channel.choice, title: channel.title, detail: channel.menuDetail, explanation: channel.choice,
      isChosen: channel.name == chosen || channel.arn == chosen, isLive: channel.isLive)
  }

  static func == (left: ChannelIndex, right: ChannelIndex) -> Bool { left.channels == right.channels }
}

extension Offers.Channel {
  /// What people call it: its name, else the last part of its ARN.
  var title: String { Self.title(name) }

  /// What is sent for a channel of the account: its ARN, which stays when names change.
  var choice: String { arn ?? name }

  /// What the menu says beside its title.
  var menuDetail: String { detail.isEmpty ? kind : "\(kind), \(detail)" }

  /// What people call a choice.
  static func title(_ choice: String) -> String {
    guard choice.hasPrefix("arn:"), let slash = choice.lastIndex(of: "/") else { return choice }
    let id = choice[choice.index(after: slash)...]
    return id.isEmpty ? choice : String(id)
  }
}
