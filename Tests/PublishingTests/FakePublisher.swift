import Logging
import Media
import Networking
import Packets
import Synchronization

@testable import Publishing

/// Why a fake publisher ended.
struct FakeFailure: PublisherError {
  var kind: PublisherFailureKind = .temporary
  var explanation = Explanation("the fake ingest hung up")
}

/// A publisher that takes everything until a test ends it.
final class FakePublisher: Publisher {
  private struct State {
    var packets: [EncodedPacket] = []
    var end: FakeFailure?
    var waiting: [CheckedContinuation<FakeFailure, Never>] = []
    var isStalled = false
    var isClosed = false
    var isAbandoned = false
    var timesMeasured = 0
    var measure: @Sendable () -> TransportStatistics = {
      var statistics = TransportStatistics()
      (statistics.transportBytesAcknowledged, statistics.kernelQueueBytes, statistics.kernelUnsentBytes) = (1000, 0, 0)
      return statistics
    }
  }

  private let state = Mutex(State())
  private let asking = MoveRequests()
  var moveRequests: AsyncStream<MoveRequest> { asking.stream }

  /// The ingest wants the stream over another connection.
  func ask(_ request: MoveRequest) { asking.send(request) }

  var packets: [EncodedPacket] { state.withLock { $0.packets } }
  var isClosed: Bool { state.withLock { $0.isClosed } }
  var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

  /// The ingest hangs up.
  func hangUp(_ failure: FakeFailure = FakeFailure()) {
    let waiting = state.withLock { state in
      state.end = state.end ?? failure
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: failure) }
  }

  /// Takes nothing any more: who sends waits until it is let go of.
  func stall() { state.withLock { $0.isStalled = true } }

  func send(_ packet: EncodedPacket, isolation: isolated (any Actor)?) async throws(FakeFailure) {
    if state.withLock({ $0.isStalled && $0.end == nil }) { throw await waitUntilClosed() }
    let end = state.withLock { state in
      if state.end == nil { state.packets.append(packet) }
      return state.end
    }
    if let end { throw end }
  }

  /// What the transport says from now on.
  func measures(_ measure: @escaping @Sendable () -> TransportStatistics) {
    state.withLock { $0.measure = measure }
  }

  /// How often it was asked for its figures.
  var timesMeasured: Int { state.withLock { $0.timesMeasured } }

  func statistics() async -> TransportStatistics {
    state.withLock { state in
      state.timesMeasured += 1
      return state.measure
    }()
  }

  func waitUntilClosed() async -> FakeFailure {
    await withCheckedContinuation { continuation in
      let end = state.withLock { state in
        if state.end == nil { state.waiting.append(continuation) }
        return state.end
      }
      if let end { continuation.resume(returning: end) }
    }
  }

  func close() async {
    state.withLock { $0.isClosed = true }
    hangUp()
  }

  func abandon() async {
    state.withLock { $0.isAbandoned = true }
    hangUp()
  }
}

/// A route whose connections are what a test says, one after the other; the last one over and over.
final class FakeRoute: Route {
  enum Answer: Sendable {
    case accepts
    case refuses(PublishFailure)
    /// Says nothing until the attempt is cancelled.
    case hangs
    /// Says yes when the gate is opened, unless the attempt is cancelled before.
    case waits(Gate)
  }

  let description: String
  let takesPriority: Bool
  private let state: Mutex<(answers: [Answer], made: [FakePublisher], priorities: [Int?], targets: [String?])>

  init(_ answers: Answer..., name: String = "fake://ingest", takesPriority: Bool = true) {
    description = name
    self.takesPriority = takesPriority
    state = Mutex((answers, [], [], []))
  }

  /// The connections that were made, in their order.
  var publishers: [FakePublisher] { state.withLock { $0.made } }
  /// Where each attempt was sent.
  var targets: [String?] { state.withLock { $0.targets } }
  /// With which priority each attempt came.
  var priorities: [Int?] { state.withLock { $0.priorities } }

  func connect(
    _ stream: StreamDescription, to target: String?, isBeside: Bool, priority: Int?, logger: Logger
  ) async throws(PublishFailure) -> any Publisher {
    let answer = state.withLock { state in
      state.priorities.append(priority)
      state.targets.append(target)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers.first ?? .accepts
    }
    switch answer {
    case .accepts: return make()
    case .waits(let gate):
      await gate.pass()
      guard !Task.isCancelled else { throw PublishFailure(Explanation("cancelled"), .temporary) }
      return make()
    case .refuses(let failure): throw failure
    case .hangs:
      try? await Task.sleep(for: .seconds(3600))
      throw PublishFailure(Explanation("cancelled"), .temporary)
    }
  }

  private func make() -> FakePublisher {
    let publisher = FakePublisher()
    state.withLock { $0.made.append(publisher) }
    return publisher
  }
}

/// Holds up whoever comes until it is opened.
struct Gate: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  func open() { continuation.finish() }
  func pass() async { for await _ in stream {} }
}
