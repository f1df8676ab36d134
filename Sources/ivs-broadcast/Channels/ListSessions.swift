internal import ArgumentParser
internal import IVS
internal import Media
internal import Settings

/// `ivs-broadcast channels sessions`.
struct ListSessions: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions",
    abstract: "Lists a channel's streams of the last 60 days, newest first.",
    discussion: """
      With --events also what was received, what happened, and why each ended (one more request per stream).

        ivs-broadcast channels sessions venue
        ivs-broadcast channels sessions venue --events --limit 1
      """)

  @Argument(help: "ARN, name in the account, or saved channel.")
  var channel: String
  @Flag(help: "Include the events of each stream.")
  var events = false
  @Option(help: ArgumentHelp("At most this many, 1 to 1000.", valueName: "count"))
  var limit = 20
  @OptionGroup(title: "Account") var account: AccountOptions

  func perform(_ access: AccountAccess) async throws {
    guard (1...1000).contains(limit) else { throw OperatorFailure("--limit: 1 to 1000, not \(limit)", .usage) }
    let arn = try await access.find(channel)
    let sessions = Array(try await access.ivs.sessions(of: arn, limit: limit).prefix(limit))
    if sessions.isEmpty, !account.json { return Output.note("no stream in the last 60 days") }
    let now = Timestamp(seconds: Double(WallClock.secondsSince1970))
    guard events else {
      if account.json { return try Output.json(sessions.map { SessionReport($0) }) }
      return Output.result(SessionTable.lines(sessions, now: now, width: Output.columns).joined(separator: "\n"))
    }
    var reports: [SessionReport] = []
    for session in sessions {
      let detail = try await access.ivs.session(of: arn, streamID: session.streamId) ?? session
      if account.json {
        reports.append(SessionReport(detail, hasErrorEvent: session.hasErrorEvent))
      } else {
        Output.result(SessionTable.detail(detail, now: now).joined(separator: "\n"))
      }
    }
    if account.json { try Output.json(reports) }
  }
}
