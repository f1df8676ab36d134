internal import IVS
internal import Logging
internal import Media
internal import Settings

/// The channels of the AWS account, as the menu offers them: listed once, and again when somebody wants it.
actor AccountCatalog {
  private let account: AccountHolder
  private let logger: Logger
  private var channels: [IVSChannel] = []
  private var live: Set<ChannelARN> = []
  private var state = Offers.Account()
  private var refreshing: Task<Void, Never>?
  private var listedAt: MediaTime?
  /// What the menu shows, made when something changed.
  private var made: [Offers.Channel] = []

  /// A list that is younger is not asked for again unless somebody wants it; who is live is.
  private static let lifetime: Duration = .seconds(300)

  init(_ account: AccountHolder, logger: Logger) {
    self.account = account
    self.logger = logger
  }

  /// The names in use in the account, and the ARNs.
  var names: Set<String> { Set(channels.map(\.title)) }

  /// What the menu offers; channels that are saved are left out.
  func offers(apartFrom book: ChannelBook) -> (account: Offers.Account, channels: [Offers.Channel]) { (state, made) }

  /// Lists the account's channels; returns when that is done.
  /// - Parameter isWanted: somebody waits for it, and is told why it cannot be done; else a machine without
  ///   credentials simply has no account.
  func refresh(isWanted: Bool) async {
    if let refreshing { return await refreshing.value }
    let task = Task { await list(isWanted: isWanted) }
    refreshing = task
    await task.value
    refreshing = nil
  }

  /// Makes a channel.
  func create(_ wish: NewChannel) async throws(OperatorFailure) -> IVSChannel {
    var channel = ChannelWish()
    (channel.name, channel.type, channel.latencyMode) = (wish.name, wish.type, wish.latencyMode)
    let ivs = try account.open().ivs
    let made: IVSChannel
    do throws(IVSError) { made = try await ivs.createChannel(channel).channel } catch { throw error.failure }
    logger.notice("channel '\(made.title)' made", metadata: ["arn": "\(made.arn)"])
    channels.append(made)
    offer()
    return made
  }

  private func list(isWanted: Bool) async {
    let ivs: IVSClient
    do {
      let opened = try account.open()
      // A machine without credentials has no account; that is for whoever asks for one.
      if !isWanted, (try? await opened.provider.credentials()) == nil { return }
      ivs = opened.ivs
    } catch { return fail("\(error)", isWanted: isWanted) }
    state.region = ivs.region
    let isFresh = listedAt.map { .now() - $0 < Self.lifetime } ?? false
    do throws(IVSError) {
      if !isFresh || isWanted {
        state.state = .loading
        channels = try await ivs.allChannels { found in await self.show(found) }
        listedAt = .now()
      }
      live = Set(try await ivs.liveStreams().map(\.channelArn))
    } catch { return fail("\(error)", isWanted: isWanted) }
    (state.state, state.problem) = (.ready, nil)
    offer()
  }

  private func show(_ found: [IVSChannel]) {
    // What was known stays until as much is known again.
    guard found.count > channels.count else { return }
    channels = found
    offer()
  }

  private func fail(_ problem: String, isWanted: Bool) {
    (state.state, state.problem) = (.failed, problem)
    if isWanted { logger.warning("the account's channels: \(problem)") }
    offer()
  }

  private func offer() {
    let counts = Dictionary(grouping: channels, by: \.title).mapValues(\.count)
    made = channels.map { channel in
      var offer = Offers.Channel(
        name: counts[channel.title] == 1 ? channel.title : channel.arn.text, kind: "IVS \(channel.kind.rawValue)",
        detail: channel.title == channel.arn.id ? channel.arn.id : "\(channel.title), \(channel.arn.id)", hasKey: true)
      if counts[channel.title] == 1 { offer.detail = channel.arn.id }
      offer.arn = channel.arn.text
      offer.isLive = live.contains(channel.arn)
      return offer
    }.sorted { ($0.name.lowercased(), $0.detail) < ($1.name.lowercased(), $1.detail) }
  }
}
