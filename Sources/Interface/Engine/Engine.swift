internal import Media
public import Settings

/// A broadcaster, as whoever looks at it or tells it something knows it.
public protocol Engine: Sendable {
  /// Everything there is to know now; from any thread, several at a time.
  func status() async -> BroadcastStatus

  /// Does what an operator wants; returns once it is done, or cannot fail any more; from any thread, several at a time.
  /// - Throws: one line that says why not.
  @discardableResult
  func perform(_ intent: Intent) async throws(OperatorFailure) -> Answer
}

/// What came of an intent that was performed.
public struct Answer: Codable, Equatable, Sendable {
  /// One line for whoever asked, where there is more to say than that it is done.
  public let text: String?

  /// Makes an answer.
  public init(_ text: String? = nil) { self.text = text }

  /// It is done.
  public static let done = Answer()
}

extension Engine {
  /// Performs an intent, or says once `limit` is over that it goes on.
  /// - Parameter before: is waited for first.
  @discardableResult
  public func perform(
    _ intent: Intent, after before: Task<Void, Never>? = nil, within limit: Duration
  ) async throws(OperatorFailure) -> Answer {
    let answer = await Bounded.run(within: limit, isCancelledWhenLate: false) { () -> Result<Answer, OperatorFailure> in
      await before?.value
      do throws(OperatorFailure) { return .success(try await perform(intent)) } catch { return .failure(error) }
    }
    guard let answer else {
      throw OperatorFailure(
        "not done after \(limit.components.seconds) s: it continues, and the events show the result", .temporary)
    }
    return try answer.get()
  }
}

/// An engine that is only looked at.
public struct ReadOnlyEngine: Engine {
  private let engine: any Engine

  /// Shows what `engine` shows.
  public init(_ engine: any Engine) { self.engine = engine }

  /// What the engine says.
  public func status() async -> BroadcastStatus { await engine.status() }

  /// Nothing.
  public func perform(_ intent: Intent) async throws(OperatorFailure) -> Answer {
    throw .readOnly
  }
}

extension OperatorFailure {
  /// What whoever may only look is told.
  public static let readOnly = OperatorFailure("read-only: this console can't change anything", .unavailable)
}
