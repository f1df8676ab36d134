import Interface
import Settings

/// A broadcaster that is live with a channel of the account; `padding` makes its status long.
struct FakeEngine: Engine {
  var padding = 0
  var performing: @Sendable (Intent) async throws(OperatorFailure) -> Void = { _ in }

  func status() async -> BroadcastStatus {
    var status = BroadcastStatus()
    status.phase = .live
    status.offers.accountChannels = [Offers.Channel(name: "venue", kind: "IVS", detail: "", hasKey: true)]
    status.channel = String(repeating: "x", count: padding)
    return status
  }

  func perform(_ intent: Intent) async throws(OperatorFailure) -> Answer {
    try await performing(intent)
    return .done
  }
}
