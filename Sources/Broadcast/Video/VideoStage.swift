internal import Codec
internal import Logging
internal import Media
internal import NIOCore
internal import Synchronization

/// The end of the video pipeline: slots, encoder, packets out.
///
/// Owned by the video thread.
final class VideoStage {
  private var encoder: H264Encoder
  private var slots: FrameSlots
  private let encoding: VideoEncoding
  private let context: SessionContext
  private var begun = MediaTime.zero
  /// What a frame costs of late, in nanoseconds.
  private var usualCost = 0.0
  private(set) var clock: PipelineClock

  /// Opens the encoder and says so; `source` is what the status shows of where the pictures come from.
  init(_ encoding: VideoEncoding, source: String, context: SessionContext) throws {
    self.encoding = encoding
    self.context = context
    encoder = try H264Encoder(encoding)
    slots = FrameSlots(rate: encoding.frameRate)
    clock = PipelineClock(context.origin)
    let (name, reason) = (encoder.name, encoder.reason)
    context.video.source.withLock { $0.encoder = name }
    show(source: source)
    context.logger.info("encoding \(encoding.size) at \(encoding.frameRate) fps with \(name): \(reason)")
    context.onReady(.video(encoder.description))
  }

  /// Tells the status and the log where the pictures come from.
  func show(source: String) {
    context.video.source.withLock { $0.description = source }
    context.logger.info("picture from \(source)")
  }

  /// Says that there are pictures; false while the session's origin is not settled, and the picture is let go.
  func isRunning() -> Bool {
    clock.arrive() != nil
  }

  /// Says that there are pictures and waits for the sound.
  func waitForStart() throws -> MediaTime {
    let origin = try clock.arriveAndWait()
    mark(.running)
    return origin
  }

  /// When the next empty slot is due, on the CLOCK_MONOTONIC timeline.
  var nextDue: MediaTime { (clock.origin ?? .now()) + (slots.nextTime - .zero) }

  /// The number of the next empty slot, and its media time.
  var next: (slot: Int64, time: MediaTime) { (slots.next, slots.nextTime) }

  /// Decides where a frame captured at `time` (CLOCK_MONOTONIC) goes; `nil` if it is left out.
  func place(frameAt time: MediaTime) -> (slot: Int64, missing: Int64)? {
    switch slots.place(frameAt: clock.sessionTime(time)) {
    case .surplus: nil
    case .slot(let slot, let missing): (slot, missing)
    }
  }

  /// A slot that has to be filled with the picture before, because the source is late.
  func takeOverdueSlot() -> Int64? { slots.takeOverdue(at: clock.sessionTime(.now())) }

  /// Gives up slots that are long over: encoding is slower than the frame rate.
  func skipWhatIsLate() {
    guard MediaTime.now() - nextDue > encoding.frameRate.interval * 3 else { return }
    context.video.droppedByEncoder.count(Int(slots.skip(to: clock.sessionTime(.now()))))
  }

  /// Starts the clock for one frame's cost; conversion counts too.
  func startTimer() { begun = .now() }

  /// Encodes `picture` for `slot` and sends the packets on.
  func encode(_ picture: borrowing Picture, slot: Int64, captureTime: MediaTime) throws {
    let (counters, packets) = (context.video, context.packets)
    let emit = { (packet: EncodedPacket) in
      counters.bytes.count(packet.payload.readableBytes)
      packets.push(packet)
    }
    if encoder.bitrate != context.control.bitrate { try encoder.setBitrate(context.control.bitrate, emit) }
    try encoder.encode(
      picture, frameIndex: slot, captureTime: captureTime, forceKeyframe: packets.needsKeyframe, emit)
    counters.framesEncoded.count()
    let now = MediaTime.now()
    let cost = (now - begun).wholeNanoseconds
    begun = now
    counters.encodeNanoseconds.count(Int(cost))
    usualCost += (Double(cost) - usualCost) / 32
  }

  /// Whether frames take so long of late that slots cannot all be filled.
  var isOverloaded: Bool { usualCost > Double(encoding.frameRate.interval.wholeNanoseconds) }

  /// Counts a slot that showed the picture before once more.
  func countRepeat() { context.video.framesRepeated.count() }

  /// Counts slots left empty, or frames left in the driver, because encoding took too long.
  func countLate(_ count: Int) { context.video.droppedByEncoder.count(count) }

  /// Counts frames that the driver or the capture lost.
  func countLost(_ count: Int) { context.video.droppedByCapture.count(count) }

  /// Tells the status how the source is.
  func mark(_ state: BroadcastStatus.SourceState) { context.video.source.withLock { $0.state = state } }
}
