internal import ArgumentParser
internal import BroadcastConfiguration
internal import IVS
internal import Settings

/// `ivs-broadcast channels list`.
struct ListChannels: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the saved channels, and those of the account in one region.",
    discussion: """
      On a terminal the table is cut to its width; elsewhere it is complete.

        ivs-broadcast channels list
        ivs-broadcast channels list studio --live
        ivs-broadcast channels list --live --json | jq -r '.[].arn'
      """)

  @Argument(help: "Only channels whose name or ARN contains this.")
  var filter: String?
  @Flag(help: "Only channels that are live.")
  var live = false
  @OptionGroup(title: "Account") var account: AccountOptions

  func perform(_ access: AccountAccess) async throws {
    let saved = try live || account.json ? [] : SavedChannels(path: access.place.channelsFile).entries
    if let lines = SavedListing.lines(saved, filter: filter) { Output.result(lines) }
    let streams = try await streams(access)
    let listing = ChannelListing(streams: streams, filter: filter, isJSON: account.json, columns: Output.columns)
    if live {
      let found = try await access.ivs.channels((streams ?? []).map(\.channelArn))
      await listing.take(found)
    } else {
      _ = try await access.ivs.allChannels { await listing.take($0) }
    }
    guard try await listing.finish() == 0, !account.json else { return }
    let what = live ? "no live channels" : "no channels"
    let place = access.ivs.region.map { " in \($0)" } ?? ""
    Output.note("\(what)\(filter.map { " with '\($0.printable)' in their name or ARN" } ?? "")\(place)")
  }

  /// What is live; `nil` where that cannot be told, which is said.
  private func streams(_ access: AccountAccess) async throws(IVSError) -> [IVSStream]? {
    do throws(IVSError) { return try await access.ivs.liveStreams() } catch {
      guard error.concernsOneOperation, !live else { throw error }
      Output.note("which channels are live is not known: \(error)")
      return nil
    }
  }
}

/// The channels that are saved by their addresses: an account knows nothing of them.
///
/// Pure.
enum SavedListing {
  static func lines(_ entries: [SavedChannels.Entry], filter: String?) -> String? {
    let wanted = filter?.lowercased() ?? ""
    let shown = entries.filter { $0.arn == nil && (wanted.isEmpty || $0.name.lowercased().contains(wanted)) }
    guard !shown.isEmpty else { return nil }
    let width = shown.map(\.name.printable.count).max() ?? 0
    return
      (["SAVED"]
      + shown.map { entry in
        let gap = String(repeating: " ", count: width + 2 - entry.name.printable.count)
        return "\(entry.name.printable)\(gap)\(entry.address)"
      } + [""]).joined(separator: "\n")
  }
}

/// Prints channels as they are found.
private actor ChannelListing {
  private let streams: [ChannelARN: IVSStream]?
  private let filter: String?
  private let isJSON: Bool
  private let columns: Int?
  private var table: ChannelTable?
  private var taken = 0
  private var chosen: [(channel: IVSChannel, state: LiveState)] = []
  private var printed = 0

  init(streams: [IVSStream]?, filter: String?, isJSON: Bool, columns: Int?) {
    self.streams = streams.map { Dictionary($0.map { ($0.channelArn, $0) }) { first, _ in first } }
    self.filter = filter
    self.isJSON = isJSON
    self.columns = columns
  }

  /// Takes all that have been found so far.
  func take(_ all: [IVSChannel]) {
    for channel in all.dropFirst(taken) where ChannelFilter.matches(channel, filter) {
      chosen.append((channel, state(of: channel)))
    }
    taken = all.count
    Output.clearProgress()
    // Elsewhere than on a terminal widths are those of all.
    if columns != nil, !isJSON { printNew() }
    Output.progress("\(taken.grouped) channels…")
  }

  /// Prints the rest, and answers how many there were.
  func finish() throws -> Int {
    Output.clearProgress()
    if isJSON { try Output.json(chosen.map { ChannelReport($0.channel, $0.state) }) } else { printNew() }
    return chosen.count
  }

  private func printNew() {
    guard printed < chosen.count else { return }
    let table: ChannelTable
    if let begun = self.table {
      table = begun
    } else {
      table = ChannelTable(chosen, width: columns)
      self.table = table
      Output.result(table.header)
    }
    Output.result(chosen[printed...].map { table.line($0.channel, $0.state) }.joined(separator: "\n"))
    printed = chosen.count
  }

  private func state(of channel: IVSChannel) -> LiveState {
    guard let streams else { return .unknown("") }
    return streams[channel.arn].map(LiveState.live) ?? .offline
  }
}
