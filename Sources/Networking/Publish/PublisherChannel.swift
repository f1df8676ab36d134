internal import Media
package import NIOCore

/// A failure of a publisher whose connection is a channel of SwiftNIO.
package protocol ChannelPublisherError: PublisherError {
  /// The connection could not be made, or broke.
  static func connection(_ error: ConnectionError) -> Self
  /// The publisher was closed by its owner.
  static var closed: Self { get }
  /// The task was cancelled.
  static var cancelled: Self { get }
}

extension EventLoopPromise {
  /// Waits for the publisher that is promised; a task that is cancelled goes on at once, and the promise fails.
  ///
  /// Gives its failure instead of throwing it: only a concrete error is thrown safely by this compiler.
  package func publisher<Failure: ChannelPublisherError>(at authority: String) async -> Result<Value, Failure>
  where Value: Sendable {
    do {
      return .success(
        try await withTaskCancellationHandler {
          try await futureResult.get()
        } onCancel: {
          fail(Failure.cancelled)
        })
    } catch let error as Failure {
      return .failure(error)
    } catch {
      let lost = ConnectionError.connectionLost(reason: ForeignText.cleaned("\(error)"), at: authority)
      return .failure(.connection(lost))
    }
  }
}

/// What a publisher holds of its connection, a channel of SwiftNIO.
package struct PublisherChannel<Handler, Failure: ChannelPublisherError>: Sendable {
  /// The connection.
  package let channel: any Channel
  /// What speaks the protocol on it.
  package let handler: NIOLoopBound<Handler>
  /// Why it ended, once it has.
  package let ended: EventLoopFuture<Failure>
  private let closing: Duration

  /// - Parameter deadlines: of these the one for the end counts.
  package init(
    _ channel: any Channel, _ handler: NIOLoopBound<Handler>, ended: EventLoopFuture<Failure>,
    deadlines: PublishDeadlines
  ) {
    self.channel = channel
    self.handler = handler
    self.ended = ended
    closing = deadlines.close
  }

  /// Waits for the end of the connection and says why; `cancelled` when the waiting task is cancelled.
  package func waitUntilClosed() async -> Failure {
    // Others wait for the same end, and are not to hear of this task.
    let promise = channel.eventLoop.makePromise(of: Failure.self)
    ended.cascade(to: promise)
    return await withTaskCancellationHandler {
      (try? await promise.futureResult.get()) ?? .closed
    } onCancel: {
      promise.succeed(.cancelled)
    }
  }

  /// Has the handler end the stream, as `farewell` asks it to, and waits until the channel is closed, up to the deadline.
  package func close(with farewell: some Sendable) async {
    let promise = channel.eventLoop.makePromise(of: Void.self)
    let limit = channel.eventLoop.scheduleTask(in: TimeAmount(closing)) { promise.succeed() }
    channel.closeFuture.whenComplete { _ in promise.succeed() }
    channel.writeAndFlush(farewell, promise: nil)
    try? await promise.futureResult.get()
    limit.cancel()
  }
}
