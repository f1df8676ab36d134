package import BroadcastConfiguration
package import IVS
package import Interface
package import Logging
internal import Media
package import Settings

/// The channels of the AWS account, as the menu offers them: listed once, and again when somebody wants it.
package actor AccountCatalog {
  private let account: SharedAccount
  private let logger: Logger
  private var channels: [IVSChannel] = []
  private var live: Set<ChannelARN> = []
  private var state = Offers.Account()
  private var refreshing: Task<Void, Never>?
  private var listedAt: MediaTime?
  /// Channels that were made while a list was on its way, which may not have them.
  private var madeMeanwhile: [IVSChannel] = []
  /// Channels that are saved: they stand in the menu already.
  private var saved: Set<ChannelARN> = []
  /// What the menu shows, made when something changed.
  private var made: [Offers.Channel] = []

  /// A list that is younger is not asked for again unless somebody wants it; who is live is.
  private static let lifetime: Duration = .seconds(300)
  /// From one look at who is live to the next.
  private static let liveInterval: Duration = .seconds(30)

  /// Asks nothing yet.
  package init(_ account: SharedAccount, logger: Logger) {
    self.account = account
    self.logger = logger
  }

  /// The names in use in the account, and the ARNs.
  package var names: Set<String> { Set(channels.map(\.title)) }

  /// What the menu offers; channels that are saved are left out.
  package func offers(apartFrom savedChannels: SavedChannels?) -> (account: Offers.Account, channels: [Offers.Channel])
  {
    let known = Set((savedChannels?.entries ?? []).compactMap(\.arn))
    if known != saved {
      saved = known
      offer()
    }
    return (state, made)
  }

  /// The same saved channels with what the account says of them: whether somebody sends there.
  package func marked(_ offers: [Offers.Channel]) -> [Offers.Channel] {
    guard !live.isEmpty else { return offers }
    return offers.map { offer in
      var offer = offer
      offer.isLive = offer.arn.flatMap(ChannelARN.init).map(live.contains) ?? false
      return offer
    }
  }

  /// Looks who is live while the list is there, until the task is cancelled.
  package func watch() async {
    while true {
      do { try await Task.sleep(for: Self.liveInterval) } catch { return }
      guard state.state == .ready, refreshing == nil, let ivs = try? account.open().ivs else { continue }
      // What cannot be asked now is asked the next time; the list itself says what is wrong.
      guard let streams = try? await ivs.liveStreams() else { continue }
      live = Set(streams.map(\.channelArn))
      offer()
    }
  }

  /// Lists the account's channels; returns when that is done.
  /// - Parameter isWanted: somebody waits for it; else a machine without credentials simply has no account.
  /// - Throws: why there is no list.
  package func refresh(isWanted: Bool) async throws(OperatorFailure) {
    let task = refreshing ?? Task { await list(isWanted: isWanted) }
    refreshing = task
    await task.value
    if refreshing == task { refreshing = nil }
    if let problem = state.problem { throw OperatorFailure(problem, .unavailable) }
  }

  /// Makes a channel.
  package func create(_ requested: NewChannel) async throws(OperatorFailure) -> IVSChannel {
    var channel = ChannelAttributes()
    (channel.name, channel.type, channel.latencyMode) = (requested.name, requested.type, requested.latencyMode)
    let ivs = try account.open().ivs
    let made: IVSChannel
    do throws(IVSError) { made = try await ivs.createChannel(channel).channel } catch { throw error.failure }
    logger.notice("channel '\(made.title)' made", metadata: ["arn": "\(made.arn)"])
    channels.append(made)
    if refreshing != nil { madeMeanwhile.append(made) }
    offer()
    return made
  }

  private func list(isWanted: Bool) async {
    let ivs: IVSClient
    do {
      let opened = try account.open()
      // A machine without credentials has no account; that is for whoever asks for one.
      if !isWanted {
        do { _ = try await opened.provider.credentials() } catch CredentialError.noneFound { return }
      }
      ivs = opened.ivs
    } catch { return fail("\(error)") }
    state.region = ivs.region
    let isFresh = listedAt.map { .now() - $0 < Self.lifetime } ?? false
    do throws(IVSError) {
      if !isFresh || isWanted {
        state.state = .loading
        let found = try await ivs.allChannels { found in await self.show(found) }
        channels = withMade(found)
        madeMeanwhile = []
        listedAt = .now()
      }
      live = Set(try await ivs.liveStreams().map(\.channelArn))
    } catch { return fail("\(error)") }
    (state.state, state.problem) = (.ready, nil)
    offer()
  }

  private func show(_ found: [IVSChannel]) {
    // What was known stays until as much is known again.
    guard found.count > channels.count else { return }
    channels = withMade(found)
    offer()
  }

  private func withMade(_ found: [IVSChannel]) -> [IVSChannel] {
    let known = Set(found.map(\.arn))
    return found + madeMeanwhile.filter { !known.contains($0.arn) }
  }

  private func fail(_ problem: String) {
    (state.state, state.problem) = (.failed, problem)
    offer()
  }

  private func offer() {
    let counts = Dictionary(grouping: channels, by: \.title).mapValues(\.count)
    made = channels.filter { !saved.contains($0.arn) }.map { channel in
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
