internal import Codec
internal import Media
internal import NIOCore
internal import Packets
internal import Synchronization

/// A browser's stream on a thread of its own: bytes go in on the event loop, packets come out on it.
///
/// Both directions are bounded: the thread waits while its packets are not taken, and then its input fills up.
final class ContainerInput: Sendable {
  /// Bytes that may wait in front of the thread, and behind it.
  private static let limitBytes = 1 << 20
  /// Packets that may wait behind it, however small they are, and their media time.
  private static let (limitCount, limitSpan) = (2048, Duration.seconds(2))
  /// The largest piece of memory that FFmpeg may ask for: more than any picture that is decoded here has.
  private static let largestAllocation = 64 << 20
  private static let bounded: Void = CodecLibrary.limitAllocations(to: largestAllocation)

  private struct Waiting {
    var outputs: [ContainerStream.Output] = []
    var bytes = 0
    /// The times between which the packets are decoded.
    var span: ClosedRange<MediaTime>?
    var isAnnounced = false
    var isCancelled = false
    /// The thread is done, and how.
    var end: ContainerStream.Failure??

    var hasRoom: Bool {
      let length = span.map { $0.upperBound - $0.lowerBound } ?? .zero
      return bytes < limitBytes && outputs.count < limitCount && length < limitSpan
    }

    mutating func add(_ output: ContainerStream.Output) {
      outputs.append(output)
      guard case .packet(let packet) = output else { return }
      bytes += packet.payload.readableBytes
      let time = packet.decodeTime
      span = span.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    }
  }

  private let pipe: BytePipe
  private let waiting = Mutex(Waiting())
  private let room = ConditionSignal()
  private let announce: @Sendable () -> Void
  private let transcodes: Slots
  private let hasSlot = Atomic<Bool>(false)

  /// Starts the thread.
  /// - Parameters:
  ///   - transcodes: a picture that is encoded anew takes a place, until the thread is done.
  ///   - onRoom: called when ``write(_:)`` had said that it is full and there is room again; any thread.
  ///   - onOutput: called when there is something to ``take(_:)``; any thread.
  /// - Throws: where the system gives no thread.
  init(
    _ container: StreamContainer, transcodes: Slots, onRoom: @escaping @Sendable () -> Void,
    onOutput: @escaping @Sendable () -> Void
  ) throws(NoThreadError) {
    pipe = BytePipe(limit: Self.limitBytes, onRoom: onRoom)
    announce = onOutput
    self.transcodes = transcodes
    Self.bounded
    try DetachedThread.start(name: "container") { [self] in
      var failure: ContainerStream.Failure?
      do throws(ContainerStream.Failure) {
        try ContainerStream(pipe, container) { [self] in takeSlot() }.run(emit)
      } catch { failure = error }
      if hasSlot.load(ordering: .relaxed) { transcodes.giveBack() }
      let ended = failure
      waiting.withLock { $0.end = .some(ended) }
      announce()
    }
  }

  private func takeSlot() -> Bool {
    guard transcodes.take() else { return false }
    hasSlot.store(true, ordering: .relaxed)
    return true
  }

  /// Adds bytes; false when enough waits.
  func write(_ bytes: ByteBuffer) -> Bool { pipe.write(bytes) }

  /// No more bytes come.
  func finish() { pipe.finish() }

  /// Ends the thread; what it still has is let go.
  func cancel() {
    waiting.withLock { $0.isCancelled = true }
    pipe.cancel()
    room.signal()
  }

  /// Takes what there is.
  /// - Parameter body: called for each output.
  /// - Returns: how the thread ended, once all is taken; `nil` while it works.
  func take(_ body: (ContainerStream.Output) -> Void) -> ContainerStream.Failure?? {
    let (outputs, end) = waiting.withLock { waiting in
      let taken = waiting.outputs
      waiting.outputs = []
      waiting.bytes = 0
      waiting.span = nil
      waiting.isAnnounced = false
      return (taken, waiting.end)
    }
    room.signal()
    for output in outputs { body(output) }
    return end
  }

  private func emit(_ output: ContainerStream.Output) {
    while true {
      let (isAdded, isNews) = waiting.withLock { waiting -> (Bool, Bool) in
        if waiting.isCancelled { return (true, false) }
        guard waiting.hasRoom else { return (false, false) }
        waiting.add(output)
        defer { waiting.isAnnounced = true }
        return (true, !waiting.isAnnounced)
      }
      if isNews { announce() }
      if isAdded { return }
      room.wait()
    }
  }
}
