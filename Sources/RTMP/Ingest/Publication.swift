internal import Media
internal import NIOCore
public import Networking
public import Packets

/// Why a publication is over.
public enum PublicationEnd: Equatable, Sendable {
  /// The publisher ended it in the protocol.
  case unpublished
  /// The connection ended without a farewell.
  case connectionLost
  /// The publisher broke a rule, in words, or sent nothing for too long.
  case failed(String)
  /// This side ended it.
  case disconnected
}

/// One stream that somebody publishes to a ``RTMPIngest``.
public struct Publication: Sendable {
  /// The application that the publisher named.
  public let app: String
  /// The name under which it publishes: its stream key.
  public let key: StreamKey
  /// What `onMetaData` said, as it came.
  public let metadata: AMF0Object?
  /// The tracks.
  public let description: StreamDescription
  /// The packets, for one reader; one that is slow slows the publisher down.
  public let packets: PublicationPackets

  let ended: EventLoopFuture<PublicationEnd>
  let channel: any Channel

  /// Waits until it is over; the packets that came before can still be read.
  public func end() async -> PublicationEnd { (try? await ended.get()) ?? .connectionLost }

  /// Ends it from this side: closes the connection.
  public func disconnect() { channel.triggerUserOutboundEvent(IngestHandler.Disconnect(), promise: nil) }
}

/// The packets of a publication in the order of arrival, with times in milliseconds as sent, continuous beyond 2^32 ms.
public struct PublicationPackets: AsyncSequence, Sendable {
  /// One packet.
  public typealias Element = EncodedPacket
  /// Never fails; why it ended is told by ``Publication/end()``.
  public typealias Failure = Never

  typealias Base = NIOAsyncSequenceProducer<
    EncodedPacket, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, PublicationFlow
  >

  let base: Base

  /// Begins reading; once only.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator()) }

  /// Reads packets.
  public struct AsyncIterator: AsyncIteratorProtocol {
    var base: Base.AsyncIterator

    /// The next packet; `nil` when the publication is over or the task is cancelled.
    public mutating func next() async -> EncodedPacket? { await base.next(isolation: #isolation) }

    /// The next packet; `nil` when the publication is over or the task is cancelled.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> EncodedPacket? {
      await base.next(isolation: actor)
    }
  }
}

/// Tells the handler how the reader of the packets is doing.
struct PublicationFlow: NIOAsyncSequenceProducerDelegate {
  let handler: NIOLoopBound<IngestHandler>
  let eventLoop: any EventLoop

  func produceMore() { eventLoop.execute { handler.value.readerWantsMore() } }
  func didTerminate() { eventLoop.execute { handler.value.readerIsGone() } }
}
