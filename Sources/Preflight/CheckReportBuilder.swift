internal import Interface
internal import Media
internal import Settings
internal import Synchronization

/// What happens while things are looked at.
public enum CheckEvent: Equatable, Sendable {
  /// A row is being looked at.
  case began(CheckRow.Identifier)
  /// It is done.
  case ended(CheckRow)
}

/// Collects the rows as they come; whatever comes after ``close()`` is too late.
final class CheckReportBuilder: Sendable {
  private struct State {
    var rows: [CheckRow.Identifier: CheckRow] = [:]
    var begun: [CheckRow.Identifier: MediaTime] = [:]
    var isClosed = false
  }

  /// How long a row may take unless it says otherwise.
  static let rowLimit = Duration.seconds(5)

  private let state = Mutex(State())
  private let onEvent: @Sendable (CheckEvent) -> Void

  /// - Parameter onEvent: called in the order of what happens; it must not block.
  init(_ onEvent: @escaping @Sendable (CheckEvent) -> Void) { self.onEvent = onEvent }

  /// Looks at something within a limit, and hands on what was made of it.
  @discardableResult
  func row<Value: Sendable>(
    _ identifier: CheckRow.Identifier, within limit: Duration = rowLimit,
    _ probe: @escaping @Sendable () async -> Probed<Value>
  ) async -> Value? {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.begun[identifier] = .now()
      onEvent(.began(identifier))
    }
    let probed = await Bounded.run(within: limit, probe)
    say(identifier, probed?.finding ?? .hanging(identifier, after: limit))
    return probed?.value
  }

  /// Notes a finding; the first of a row counts.
  func say(_ identifier: CheckRow.Identifier, _ finding: CheckFinding) {
    state.withLock { Self.note(identifier, finding, in: &$0, onEvent) }
  }

  /// Notes that rows are not looked at.
  func skip(_ identifiers: [CheckRow.Identifier], _ reason: String) {
    for identifier in identifiers { say(identifier, .skipped(reason)) }
  }

  /// Whether any of these rows has failed.
  func hasFailure(among identifiers: [CheckRow.Identifier]) -> Bool {
    state.withLock { state in identifiers.contains { state.rows[$0]?.verdict == .fail } }
  }

  /// Whether a row is, or was, being looked at.
  func hasBegun(_ identifier: CheckRow.Identifier) -> Bool { state.withLock { $0.begun[identifier] != nil } }

  /// The whole report: what is not done has failed, what was not begun is left out.
  func close() -> CheckReport {
    state.withLock { state in
      for identifier in CheckRow.Identifier.allCases where state.rows[identifier] == nil {
        let limit = state.begun[identifier].map { .now() - $0 }
        Self.note(
          identifier, limit.map { .hanging(identifier, after: $0) } ?? .skipped("there was no time left for it"),
          in: &state, onEvent)
      }
      state.isClosed = true
      return CheckReport(rows: CheckRow.Identifier.allCases.compactMap { state.rows[$0] })
    }
  }

  private static func note(
    _ identifier: CheckRow.Identifier, _ finding: CheckFinding, in state: inout State,
    _ onEvent: @Sendable (CheckEvent) -> Void
  ) {
    guard !state.isClosed, state.rows[identifier] == nil else { return }
    let seconds = state.begun[identifier].map { (MediaTime.now() - $0).inSeconds } ?? 0
    let row = CheckRow(identifier, finding, seconds: seconds)
    state.rows[identifier] = row
    onEvent(.ended(row))
  }
}

extension CheckFinding {
  /// Looking did not come to an end.
  static func hanging(_ identifier: CheckRow.Identifier, after limit: Duration) -> CheckFinding {
    let remedy =
      switch identifier {
      case .camera, .microphone: "unplug the device and plug it in again, or choose another"
      case .encoder: "choose another `video-encoder`, or a smaller `video`"
      case .recording: "check the disk or the network that it hangs on, or name another `record`"
      case .settings, .machine, .limits, .key: "try again"
      case .credentials, .account, .clock, .channel, .live, .dns, .tcp, .tls, .proxy, .upload:
        "check the network of this machine and the firewalls on the way"
      }
    return .fail("no answer within \(Int(limit.inSeconds.rounded())) s", remedy, .temporary)
  }
}
