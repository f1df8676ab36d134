internal import Media
package import Packets

/// One publication of a stream over some protocol, from the accepted connection to its end.
///
/// It is for one sender: packets leave in the order of the calls. When it is done with, it has to be closed or abandoned.
package protocol Publisher<Failure>: AnyObject, Sendable {
  /// Why it ended.
  associatedtype Failure: PublisherError

  /// Sends a packet and suspends until the transport has taken it, so nothing piles up in this process.
  ///
  /// Throws a ``Failure``. Not typed: called through `any Publisher`, an associated error of more than some words is
  /// returned to the wrong place by the compiler (Swift 6.2), and the program crashes.
  func send(_ packet: EncodedPacket, isolation: isolated (any Actor)?) async throws
  /// Whether the ingest had accepted the stream when the connection was made; else ``waitUntilAccepted()`` tells.
  var isAccepted: Bool { get }
  /// Waits until the ingest has accepted the stream, where that is only known once media is sent; answers false where the
  /// connection ends before.
  func waitUntilAccepted() async -> Bool
  /// Counters and the transport's view of the connection.
  func statistics() async -> TransportStatistics
  /// The time that what waits behind the peer takes, where it is a proxy that says so.
  var remoteQueue: Duration? { get }
  /// When the peer wants the stream to go on over another connection; for one listener.
  var moveRequests: AsyncStream<MoveRequest> { get }
  /// Waits for the end of the connection, whoever brings it about, and says why.
  func waitUntilClosed() async -> Failure
  /// Ends the stream in the protocol and closes; returns within a deadline, in any state.
  func close() async
  /// Lets go of it for another one that wants the same stream key.
  func abandon() async
  /// Ends it in the protocol where another connection has taken its place.
  func retire() async
}

extension Publisher {
  /// Where the peer is the ingest itself.
  package var remoteQueue: Duration? { nil }

  /// A connection is made when the ingest has accepted the stream.
  package var isAccepted: Bool { true }

  /// Nothing to wait for.
  package func waitUntilAccepted() async -> Bool { true }

  /// Where the protocol has no such request.
  package var moveRequests: AsyncStream<MoveRequest> { MoveRequests.never }

  /// Where there is no quicker way than to close.
  package func abandon() async { await close() }

  /// Where the stream's end over one connection says nothing of the other.
  package func retire() async { await close() }
}
