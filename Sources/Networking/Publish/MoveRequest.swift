/// A request that the stream goes on over another connection, which takes the place of the present one.
package struct MoveRequest: Equatable, Sendable {
  /// Who asks for it.
  package enum Origin: String, Equatable, Sendable {
    case server, proxy, `operator`
  }

  /// Who asks for it.
  package let origin: Origin
  /// Where the next connection leads, as the publisher accepted it; `nil` where the route itself leads.
  package let target: String?
  /// Why, in words that may be shown; empty where nothing was said.
  package let reason: String

  /// Makes a request.
  package init(_ origin: Origin, to target: String? = nil, reason: String = "") {
    (self.origin, self.target, self.reason) = (origin, target, reason)
  }
}

/// The requests of one peer for those who publish to it: of those that nobody has taken yet, the newest.
package struct MoveRequests: Sendable {
  /// What comes; ends with the connection.
  package let stream: AsyncStream<MoveRequest>
  private let continuation: AsyncStream<MoveRequest>.Continuation

  /// Nothing was asked for yet.
  package init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  /// The peer asks; any thread.
  package func send(_ request: MoveRequest) { continuation.yield(request) }

  /// Nothing more will be asked; any thread.
  package func finish() { continuation.finish() }

  /// Of a peer that never asks.
  package static var never: AsyncStream<MoveRequest> { AsyncStream { $0.finish() } }
}
