internal import Logging
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
    var holder: Holder
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
    var logger: Logger
    /// Takes a session off the list.
    var release: @Sendable (SessionID) -> Void
    /// Says whether the session's client is there.
    var presence: @Sendable (SessionID, Bool) -> Void
  }
}
