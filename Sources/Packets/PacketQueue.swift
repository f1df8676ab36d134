internal import Media
internal import Synchronization

/// The one place between encoders and a consumer where packets wait, and the one place that drops.
///
/// Threads push and never wait; one task reads. Bounded by media time, not by bytes: over the limit whole groups of
/// pictures go, up to the next keyframe, and audio stays.
public final class PacketQueue: Sendable {
  private struct State {
    var machine: PacketQueueStateMachine
    var reader: CheckedContinuation<EncodedPacket?, Never>?
  }

  private let state: Mutex<State>

  /// Makes a queue that holds at most `limit` of media time.
  /// - Parameter soundDelay: the media time that sound waits for pictures which an encoder holds back, at most.
  /// - Parameter isOpen: a closed queue lets go of everything until ``open()``.
  public init(limit: Duration, soundDelay: Duration = .zero, isOpen: Bool = true) {
    state = Mutex(State(machine: PacketQueueStateMachine(limit: limit, soundDelay: soundDelay, isOpen: isOpen)))
  }

  /// Adds a packet; never waits.
  ///
  /// Any thread.
  public func push(_ packet: EncodedPacket) {
    var wake: (reader: CheckedContinuation<EncodedPacket?, Never>, packet: EncodedPacket)?
    state.withLock { state in
      state.machine.push(packet)
      if let reader = state.reader, let first = state.machine.pop() {
        wake = (reader, first)
        state.reader = nil
      }
    }
    if let wake { wake.reader.resume(returning: wake.packet) }
  }

  /// The next packet, waiting for it; `nil` once the queue is closed, or finished and all packets are read.
  ///
  /// One reader at a time: a second one is answered `nil`. Cancelling the task does not free a reader that waits, since
  /// a handler for that would take every packet over the global executor; ``close()`` and ``finish()`` do.
  public func next(isolation: isolated (any Actor)? = #isolation) async -> EncodedPacket? {
    await withCheckedContinuation(isolation: isolation) { continuation in
      var answer: EncodedPacket??
      state.withLock { state in
        if let packet = state.machine.pop() {
          answer = .some(packet)
        } else if state.machine.isOver || state.reader != nil {
          answer = .some(nil)
        } else {
          state.reader = continuation
        }
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  /// Media time that may wait before video is dropped.
  public var limit: Duration {
    get { state.withLock { $0.machine.limit } }
    set { state.withLock { $0.machine.limit = newValue } }
  }

  /// Whether packets are wanted.
  public var isOpen: Bool { state.withLock { $0.machine.isOpen } }

  /// Throws away what waits and holds video back until the next keyframe: a new connection begins.
  public func open() { state.withLock { $0.machine.open() } }

  /// Throws away what waits and whatever comes until ``open()``: there is no connection.
  public func close() {
    state.withLock { $0.machine.close() }
    releaseReader()
  }

  /// Has the encoder make an IDR though nothing is missing: another connection is to begin there.
  public func requestKeyframe() { state.withLock { $0.machine.requestKeyframe() } }

  /// Whether no picture can go on until the encoder makes an IDR; the encoder's thread asks before each frame.
  public var needsKeyframe: Bool { state.withLock { $0.machine.needsKeyframe } }

  /// No more packets come; the reader gets what waits, then `nil`.
  public func finish() {
    let (reader, packet) = state.withLock { state in
      state.machine.finish()
      defer { state.reader = nil }
      return (state.reader, state.reader == nil ? nil : state.machine.pop())
    }
    reader?.resume(returning: packet)
  }

  /// Media time that waits now.
  public var depth: Duration { state.withLock { $0.machine.depth } }

  /// Bytes of media that wait now.
  public var waitingBytes: Int { state.withLock { $0.machine.waitingBytes } }

  /// Video frames thrown away since the queue was made.
  public var droppedVideo: Int { state.withLock { $0.machine.droppedVideo } }

  /// Video frames that were read since the queue was made.
  public var passedVideo: Int { state.withLock { $0.machine.passedVideo } }

  private func releaseReader() {
    let reader = state.withLock { state in
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume(returning: nil)
  }
}
