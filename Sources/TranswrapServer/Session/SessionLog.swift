internal import Logging
internal import Media
internal import RTMP
internal import Transwrap

/// What a session writes into the log: who it is of in every line, and nothing each second.
struct SessionLog: Sendable {
  /// For what works for the session.
  let logger: Logger

  init(_ logger: Logger, _ id: SessionID, _ grant: PublishSession.Grant) {
    var logger = logger
    logger[metadataKey: "session"] = "\(id)"
    logger[metadataKey: "channel"] = "\(grant.channel ?? grant.endpoint.host)"
    logger[metadataKey: "holder"] = "\(grant.pass.holder.name)"
    logger[metadataKey: "client"] = "\(grant.address)"
    self.logger = logger
  }

  /// Something that happened.
  func note(_ text: String) { logger.notice("\(text)") }

  /// What the client is told, as far as it is of interest here.
  func tell(_ event: ServerEvent) {
    switch event {
    case .state(let state):
      let reason: Logger.Metadata = state.reason.map { ["reason": "\($0)"] } ?? [:]
      logger.log(level: state.state == .waiting ? .warning : .info, "ingest \(state.state.rawValue)", metadata: reason)
    case .error(let notice):
      logger.warning("refused", metadata: ["code": "\(notice.code)", "reason": "\(notice.message)"])
    case .warning(let notice):
      logger.info("warning", metadata: ["code": "\(notice.code)", "reason": "\(notice.message)"])
    case .move: logger.notice("client is told to go on over another connection")
    case .session, .statistics, .congestion: break
    }
  }

  /// The system gives no thread for the stream's container.
  func noThread(_ error: NoThreadError) { logger.error("\(error)") }

  /// It is over.
  func ended(_ cause: String, received: UInt64, sent: UInt64) {
    logger.notice(
      "session ended", metadata: ["cause": "\(cause)", "bytes": "\(received)", "sent": "\(sent)"])
  }
}
