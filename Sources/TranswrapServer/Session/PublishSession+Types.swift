internal import Logging
internal import Media
internal import NIOCore
internal import Networking
internal import RTMP
internal import Transwrap

extension PublishSession {
  /// What its client was let in for.
  struct Grant: Sendable {
    /// The channel's name; `nil` for an ingest that the client named itself.
    var channel: String?
    var endpoint: IngestEndpoint
    var key: StreamKey
    var addresses: AddressRule
    var takesOver: Bool
    var pass: Pass
    /// The client's address.
    var address: String
  }

  /// What all sessions share.
  struct Shared: Sendable {
    var limits: ProxySettings.Limits
    var tls: TLSContext
    var silence: SilentSound
    var metrics: Metrics
    var transcodes: Slots
    /// What is asynchronous runs here: the runtime's own threads may be more than the system gives, and event loops
    /// would wait for them.
    var tasks: ThreadExecutor
    var logger: Logger
    /// Takes a session off the list.
    var release: @Sendable (SessionID) -> Void
    /// Says whether the session's client is there.
    var presence: @Sendable (SessionID, Bool) -> Void
  }

  /// Why a client is not read for a while.
  enum Hold: Hashable, Sendable {
    /// The ingest takes less than comes.
    case ingest
    /// The media is too far ahead of the clock.
    case pace
    /// The thread that takes its container apart has enough.
    case container
  }

  /// Where the client's bytes go.
  enum Input {
    /// Too few bytes yet to tell what they are.
    case unknown(ByteBuffer)
    case flv(FLVStreamReader)
    case foreign(ContainerInput)
    /// The client is gone or its stream was not taken.
    case none
  }
}

extension SessionStateMachine.Event {
  /// What a client's close frame says of an end by this event.
  var reason: String { if case .end(_, let notice) = self { notice.message } else { "" } }

  /// What metrics and the log call an end by this event.
  var cause: String {
    switch self {
    case .clientFinished: "finished"
    case .clientOverdue, .clientLost: "client-lost"
    case .end(_, let notice): notice.code
    default: "ingest"
    }
  }
}
