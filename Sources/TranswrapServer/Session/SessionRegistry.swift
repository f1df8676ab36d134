internal import Media
internal import NIOCore
internal import Networking
internal import Synchronization
internal import Transwrap

/// A session, for those on other event loops.
struct SessionHandle: Sendable {
  let id: SessionID
  let loop: any EventLoop
  private let session: NIOLoopBound<PublishSession>

  /// On the session's loop.
  init(_ session: PublishSession) {
    id = session.id
    loop = session.loop
    self.session = NIOLoopBound(session, eventLoop: session.loop)
  }

  /// Calls `body` on the session's loop: at once where this is it.
  func run(_ body: @escaping @Sendable (PublishSession) -> Void) {
    if loop.inEventLoop { return body(session.value) }
    loop.execute { [session] in body(session.value) }
  }
}

/// All sessions, and whether another one may begin.
final class SessionRegistry: Sendable {
  /// What became of a wish to publish.
  enum Admission {
    /// A place is kept until ``SessionRegistry/add(_:)`` or ``SessionRegistry/release(_:)``; one that began on
    /// another node takes over what may still be there.
    case new(SessionID, Takeover)
    case resume(SessionHandle)
    case refuse(CloseCode, ServerEvent.Notice)
  }

  private struct Entry {
    /// Of the client that came last: signed tokens are renewed.
    var pass: Pass
    var channel: String?
    var address: String
    var handle: SessionHandle?
    var isClientPresent = true
  }

  private struct State {
    var entries: [SessionID: Entry] = [:]
    var isDraining = false
    var onEmpty: (@Sendable () -> Void)?
  }

  private let limits: ProxySettings.Limits
  /// Sessions without a channel at once.
  private let originals: Int
  private let state = Mutex(State())

  /// - Parameter hasChannels: whether some of the places are kept for sessions of channels.
  init(limits: ProxySettings.Limits, hasChannels: Bool = true) {
    self.limits = limits
    originals = limits.originalSessions ?? (hasChannels ? limits.sessions / 2 : limits.sessions)
  }

  /// Sessions now.
  var count: Int { state.withLock { $0.entries.count } }

  /// Whether new sessions are refused because the proxy is about to end.
  var isDraining: Bool { state.withLock { $0.isDraining } }

  /// Decides about a client that was let in.
  /// - Parameters:
  ///   - wanted: the session that it wants to go on with.
  ///   - kilobits: what all sessions send now.
  func admit(
    _ pass: Pass, channel: String?, address: String, resuming wanted: SessionID?, kilobits: Int
  ) -> Admission {
    state.withLock { state in
      guard !state.isDraining else {
        return .refuse(.restart, .init(code: "draining", message: "the proxy is about to end: connect again"))
      }
      if let wanted, let entry = state.entries[wanted], entry.pass.holder == pass.holder,
        entry.channel == channel, let handle = entry.handle
      {
        state.entries[wanted]?.pass = pass
        state.entries[wanted]?.isClientPresent = true
        return .resume(handle)
      }
      if let channel, let (id, entry) = state.entries.first(where: { $0.value.channel == channel }) {
        // Whoever may publish may go on where a client was lost.
        if !entry.isClientPresent, entry.pass.holder == pass.holder, let handle = entry.handle {
          state.entries[id]?.pass = pass
          state.entries[id]?.isClientPresent = true
          return .resume(handle)
        }
        return .refuse(
          .busy, .init(code: "channel-busy", message: "another client already publishes to this channel"))
      }
      if let refusal = refusal(state, pass.holder, channel, address, kilobits) { return .refuse(.busy, refusal) }
      let id = SessionID()
      state.entries[id] = Entry(pass: pass, channel: channel, address: address)
      // A session that is not known here began on another node, which may still hold its ingest connection.
      return .new(id, Takeover(isRequested: wanted != nil, wallSeconds: WallClock.secondsSince1970))
    }
  }

  private func refusal(
    _ state: State, _ holder: Holder, _ channel: String?, _ address: String, _ kilobits: Int
  ) -> ServerEvent.Notice? {
    guard state.entries.count < limits.sessions else {
      return .init(code: "sessions", message: "the proxy has \(limits.sessions) sessions, as many as it may")
    }
    if channel == nil, state.entries.count(where: { $0.value.channel == nil }) >= originals {
      return .init(
        code: "original-sessions",
        message: "the proxy has \(originals) sessions without a channel of its own, as many as it may: try later")
    }
    if let total = limits.totalBitrate, kilobits >= total.kilobitsPerSecond {
      return .init(code: "total-bitrate", message: "the proxy carries as much as it may: try later")
    }
    guard state.entries.count(where: { $0.value.pass.holder == holder }) < limits.sessionsPerToken else {
      return .init(
        code: "sessions-per-token", message: "this token has \(limits.sessionsPerToken) sessions, as many as it may")
    }
    guard state.entries.count(where: { $0.value.address == address }) < limits.sessionsPerAddress else {
      return .init(
        code: "sessions-per-address",
        message: "this address has \(limits.sessionsPerAddress) sessions, as many as it may")
    }
    return nil
  }

  /// A session began in the place that was kept for it.
  func add(_ handle: SessionHandle) {
    let isDraining = state.withLock { state in
      state.entries[handle.id]?.handle = handle
      return state.isDraining
    }
    if isDraining { handle.run { $0.drain() } }
  }

  /// The client of a session was lost, or came back.
  func note(_ id: SessionID, isClientPresent: Bool) {
    state.withLock { $0.entries[id]?.isClientPresent = isClientPresent }
  }

  /// A session is over, or its place is not needed.
  func release(_ id: SessionID) {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      state.entries[id] = nil
      guard state.isDraining, state.entries.isEmpty else { return nil }
      defer { state.onEmpty = nil }
      return state.onEmpty
    }
    action?()
  }

  /// Lets nobody in any more, has all clients go elsewhere, and calls `onEmpty` when the last session is over.
  func drain(_ onEmpty: @escaping @Sendable () -> Void) {
    let (handles, isEmpty) = state.withLock { state in
      state.isDraining = true
      let isEmpty = state.entries.isEmpty
      if !isEmpty { state.onEmpty = onEmpty }
      return (state.entries.values.compactMap(\.handle), isEmpty)
    }
    for handle in handles { handle.run { $0.drain() } }
    if isEmpty { onEmpty() }
  }

  /// Ends the sessions that may not go on, with what their clients are told.
  /// - Parameter reason: why one has to end, by the pass and the channel of its client; `nil` where it may go on.
  func end(where reason: (Pass, String?) -> ServerEvent.Notice?) {
    let passes = state.withLock {
      $0.entries.values.compactMap { entry in
        entry.handle.map { ($0, entry.pass, entry.channel) }
      }
    }
    for (handle, pass, channel) in passes {
      guard let notice = reason(pass, channel) else { continue }
      handle.run { $0.end(.refused, notice) }
    }
  }

  /// Ends all that is left.
  func endAll() {
    let handles = state.withLock { $0.entries.values.compactMap(\.handle) }
    for handle in handles {
      handle.run { $0.end(.restart, .init(code: "draining", message: "the proxy ends")) }
    }
  }
}
