internal import Interface

/// Where one could stream to, and what can be done about that.
enum ChannelMenu {
  /// The entry that opens the form for any ingest; no profile can have this name.
  static let newChannel = "+"
  /// The entry that opens the form for a channel of the account; nor this one.
  static let createChannel = "+aws"

  /// The local channel and the saved ones.
  static func saved(_ status: BroadcastStatus, recordKey: String) -> [MenuEntry] {
    var entries = status.offers.channels.map { channel in
      let isReady = channel.hasKey || channel.arn != nil || channel.name == "local"
      return MenuEntry(
        identifier: channel.name, title: channel.name, detail: channel.menuDetail + (isReady ? "" : ", no key"),
        explanation: isReady
          ? channel.name == "local" ? "Nothing is recorded until \(recordKey) starts it." : channel.detail
          : "Its \(channel.kind == "proxy" ? "token" : "stream key") is not here; Enter asks for it.",
        isChosen: channel.name == status.choice.channel, keywords: channel.kind, isLive: channel.isLive)
    }
    if !entries.contains(where: { $0.identifier == "local" }) {
      entries.insert(
        MenuEntry(
          identifier: "local", title: "local", detail: "this machine: a page to watch",
          isChosen: status.choice.channel == "local"), at: 0)
    }
    return entries
  }

  /// Whether a channel is one that the operator keeps, and can forget.
  static func isSaved(_ name: String, _ status: BroadcastStatus) -> Bool {
    name != "local" && status.offers.channels.contains { $0.name == name }
  }

  /// What makes a channel that is not in the list.
  static func actions(_ status: BroadcastStatus) -> [MenuEntry] {
    [
      MenuEntry(
        identifier: newChannel, title: "New channel…", detail: "ingest URL and stream key",
        explanation: "Any RTMP or RTMPS ingest; kept as a profile."),
      MenuEntry(
        identifier: createChannel, title: "Create in the account…", detail: "a new channel of Amazon IVS",
        explanation: "Asks for its name, type and latency; it is chosen once it is there.",
        refusal: status.offers.account.state == .none ? noAccount : nil),
    ]
  }

  /// Why nothing can be done with an account.
  static let noAccount = "no AWS account is known here: it takes AWS credentials"

  /// What is known of the account: its state in a line, and whether that is trouble.
  static func note(_ state: ConsoleState) -> (text: String, isTrouble: Bool) {
    let account = state.status.offers.account
    let name = "AWS" + (account.region.map { " \($0)" } ?? "")
    let count = state.accountIndex.channels.count
    let channels = "\(count) channel\(count == 1 ? "" : "s")"
    let key = state.keymap.keyName(.refreshChannels)
    switch account.state {
    case .none:
      return ("No AWS account: with AWS credentials (environment, ~/.aws) its channels are listed here too.", false)
    case .loading: return ("\(name): looking for channels, \(count) so far", false)
    case .ready:
      let live = state.accountIndex.liveCount
      return ("\(name): \(channels), \(live) live; \(key) looks again", false)
    case .failed:
      let known = count > 0 ? "; \(channels) known from before" : ""
      return ("\(name): \(account.problem ?? "its channels cannot be listed")\(known); \(key) tries again", true)
    }
  }
}
