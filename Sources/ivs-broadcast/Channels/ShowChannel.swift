internal import ArgumentParser
internal import BroadcastConfiguration
internal import IVS
internal import Media
internal import Settings

/// `ivs-broadcast channels show`.
struct ShowChannel: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows everything about a channel except its key and passphrase.",
    discussion: """
      Its settings and limits, whether it is live, and what happened to its latest stream; of a channel that is saved \
      by its address, what is saved.

        ivs-broadcast channels show venue
        ivs-broadcast channels show arn:aws:ivs:…:channel/AbCd --metrics
      """)

  @Argument(help: "ARN, name in the account, or saved channel.")
  var channel: String
  @Flag(help: "Also show CloudWatch metrics of the stream; AWS bills five metrics per call.")
  var metrics = false
  @OptionGroup(title: "Account") var account: AccountOptions

  private struct Report: Encodable {
    let channel: ChannelReport
    let takes: String
    let newestStream: SessionReport?
    let metrics: IngestMetrics?
  }

  func perform(_ access: AccountAccess) async throws {
    // A channel that is saved by its address is none of an account's: nobody has to be asked.
    if let saved = try SavedChannels(path: access.place.channelsFile)[channel], saved.arn == nil {
      let facts = SavedFacts(saved)
      return account.json ? try Output.json(facts) : Output.result(facts.lines.joined(separator: "\n"))
    }
    let arn = try await access.find(channel)
    let found = try await access.ivs.channel(arn)
    let state = try await access.state(of: arn)
    let newest = try await newestStream(of: arn, access)
    let (figures, words) = try await measured(arn, access)
    if account.json {
      if metrics, figures == nil, let words { Output.note("figures of CloudWatch: \(words)") }
      let session: IVSStreamSession? = if case .session(let session) = newest { session } else { nil }
      try Output.json(
        Report(
          channel: ChannelReport(found, state), takes: ChannelFacts.limits(found),
          newestStream: session.map { SessionReport($0) }, metrics: figures))
    } else {
      let facts = ChannelFacts(channel: found, state: state, newest: newest, metrics: words)
      Output.result(facts.lines.joined(separator: "\n"))
    }
  }

  /// What CloudWatch says, where that is wanted.
  private func measured(
    _ arn: ChannelARN, _ access: AccountAccess
  ) async throws(IVSError) -> (figures: IngestMetrics?, words: String?) {
    guard metrics else { return (nil, nil) }
    do throws(IVSError) {
      let figures = try await access.ivs.ingestMetrics(of: arn, now: WallClock.secondsSince1970)
      return (figures, figures.words)
    } catch  where error.concernsOneOperation { return (nil, "unknown: \(error)") }
  }

  private func newestStream(
    of arn: ChannelARN, _ access: AccountAccess
  ) async throws(IVSError) -> ChannelFacts.NewestStream {
    do throws(IVSError) {
      return try await access.ivs.session(of: arn).map(ChannelFacts.NewestStream.session) ?? .none
    } catch  where error.concernsOneOperation {
      // The channel itself was found: it has no stream to tell of.
      if case .notFound = error { return .none }
      return .unknown(error.description)
    }
  }
}
