internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import NIOCore
internal import Packets
internal import Synchronization

/// The end of the pictures' way: slots, preview, encoder, packets out.
///
/// It stays when the source is another one.
/// Owned by the video thread.
final class VideoStage: SourceStage {
  let encoding: VideoEncoding
  private(set) var clock: PipelineClock
  private var encoder: H264Encoder
  private var slots: FrameSlots
  private var tap: PreviewStage
  /// Made when it is first wanted, as a picture takes more memory than most of what is here.
  private var slate: StillPicture?
  /// The last picture of the source before, which bridges the time until the next one gives something.
  private var held: StillPicture?
  private var black: StillPicture?
  private let context: SessionContext
  private var begun = MediaTime.zero
  /// What a frame costs of late, in nanoseconds.
  private var meanCost = 0.0
  /// The request that the present source fulfils.
  private var generation = 0
  /// The picture to hold is that of the present source already, since another one is requested.
  private var hasHeld = false
  /// Whether packets of the last picture were wanted.
  private var wasWanted = false
  /// Whether the last picture that was encoded was the slate.
  private var wasSlate = false
  /// What goes out instead of new pictures while the network takes fewer of them, and the slot that it was new in.
  private var lastNew: (still: StillPicture, slot: Int64)?
  /// What the encoder does not take.
  private var refusedBitrate: Bitrate?

  /// Opens the encoder and says so.
  init(_ encoding: VideoEncoding, context: SessionContext) throws {
    self.encoding = encoding
    self.context = context
    encoder = try H264Encoder(encoding)
    slots = FrameSlots(rate: encoding.frameRate)
    clock = PipelineClock(context.origin)
    tap = PreviewStage(context)
    let (name, reason) = (encoder.name, encoder.reason)
    context.video.source.withLock { $0.encoder = name }
    context.logger.info("encoding \(encoding.size) at \(encoding.frameRate) fps with \(name): \(reason)")
    context.onReady(.video(encoder.description))
  }

  // MARK: Sources come and go

  /// A source begins that was requested as this generation.
  func begin(_ generation: Int) {
    self.generation = generation
    hasHeld = false
  }

  /// Whether the present source has to end: the task is cancelled, or another source is requested.
  ///
  /// A source that is running shows one more picture after the request, which then bridges the time until the next one
  /// is open; one that gives none has 200 ms for it.
  var isOver: Bool {
    if Task.isCancelled { return true }
    guard context.camera.generation != generation else { return false }
    return clock.origin == nil || hasHeld || MediaTime.now() - context.camera.current.time > .milliseconds(200)
  }

  func report(_ change: (inout SourceFacts) -> Void) { context.video.source.withLock { change(&$0) } }

  func isRunning() -> Bool { clock.arrive() != nil }

  func standIn() { if isRunning() { slots.begin(at: clock.sessionTime(.now())) } }

  // MARK: Slots

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

  /// What a film has to do now.
  func step(_ player: FilmPlayer<FilmPicture>) throws -> FilmStep {
    try FilmStep.decide(player, &slots, origin: clock.origin ?? .now(), at: .now())
  }

  /// A slot that has to be filled with the picture before, because the source is late.
  func takeOverdueSlot() -> Int64? { slots.takeOverdue(at: clock.sessionTime(.now())) }

  /// Gives up slots that are long over: encoding is slower than the frame rate.
  func skipWhatIsLate() {
    guard MediaTime.now() - nextDue > encoding.frameRate.interval * 3 else { return }
    context.video.droppedByEncoder.count(Int(slots.skip(to: clock.sessionTime(.now()))))
  }

  /// Leaves out what was missed while the whole process, or the machine, stood still.
  func skipLongGap() {
    guard MediaTime.now() - nextDue > .seconds(2) else { return }
    countLost(Int(slots.skip(to: clock.sessionTime(.now()))))
  }

  /// Fills the slots that are over with the picture that bridges the time between two sources.
  func hold() throws {
    guard clock.origin != nil else { return }
    skipLongGap()
    while !Task.isCancelled, let slot = takeOverdueSlot() {
      try hold(slot)
      if isOverloaded { skipWhatIsLate() }
    }
  }

  /// Shows in `slot` what bridges the time between two sources.
  func hold(_ slot: Int64) throws {
    startTimer()
    let still: StillPicture
    let composition = compose(.nothing)
    switch composition {
    case .slate: still = try shownSlate()
    case .live, .held, .nothingYet:
      still = try held ?? black ?? StillPicture(Picture(size: encoding.size))
      if held == nil { black = still }
    }
    try send(still.picture, isSlate: composition == .slate, slot: slot, captureTime: .now())
    countRepeat()
  }

  private func compose(_ offer: Composition.Offer) -> Composition {
    .decide(isSlate: context.picture.isSlate, offer, isHeld: held != nil)
  }

  // MARK: Pictures

  /// Starts the clock for one frame's cost; conversion counts too.
  func startTimer() { begun = .now() }

  /// Shows the source's picture, or the slate, in `slot`: to who looks, and encoded to who wants packets.
  func show(
    _ picture: borrowing Picture, _ offer: Composition.Offer = .newPicture, slot: Int64, captureTime: MediaTime
  ) throws {
    if !hasHeld, context.camera.generation != generation {
      held = try StillPicture(picture.copy())
      hasHeld = true
    } else if !hasHeld {
      (held, black) = (nil, nil)
    }
    switch compose(offer) {
    case .slate: try send(shownSlate().picture, isSlate: true, slot: slot, captureTime: captureTime)
    case .live, .held, .nothingYet: try send(picture, isSlate: false, slot: slot, captureTime: captureTime)
    }
  }

  /// Tells the encoder what is requested; what it refuses is asked once.
  private func changeBitrate(to bitrate: Bitrate, _ emit: (EncodedPacket) -> Void) {
    do { try encoder.setBitrate(bitrate, emit) } catch {
      refusedBitrate = bitrate
      context.logger.warning("the bitrate stays \(encoder.bitrate): \(error)")
    }
    context.picture.bitrate = encoder.bitrate
  }

  private func shownSlate() throws -> StillPicture {
    let made = try slate ?? StillPicture(Slate.picture(encoding.size))
    slate = made
    return made
  }

  private func send(_ picture: borrowing Picture, isSlate: Bool, slot: Int64, captureTime: MediaTime) throws {
    let (counters, packets) = (context.video, context.packets)
    counters.framesShown.count()
    tap.show(picture)
    let isWanted = packets.isWanted
    let emit = { (packet: EncodedPacket) in
      guard isWanted else { return }
      counters.bytes.count(packet.payload.readableBytes)
      packets.push(packet)
    }
    let target = context.picture.targetBitrate
    if target != encoder.bitrate, target != refusedBitrate { changeBitrate(to: target, emit) }
    // What the encoder holds of the time before a pause belongs to no connection.
    if isWanted, !wasWanted { encoder.discardHeld() }
    wasWanted = isWanted
    guard isWanted else { return lastNew = nil }
    // A picture that is all new is as large as an IDR, and may as well be one.
    let isCut = isSlate != wasSlate
    wasSlate = isSlate
    // One that is still to come out of the encoder is waited for.
    let needsKeyframe = (packets.needsKeyframe && !encoder.holdsKeyframe) || isCut
    if !needsKeyframe, let lastNew, isTooSoon(slot, after: lastNew.slot) {
      // An encoder that sees ahead gives a picture when it gets one: a slot left out would hold back those before it.
      try encoder.encode(lastNew.still.picture, frameIndex: slot, captureTime: captureTime, emit)
      counters.framesHeldBack.count()
    } else {
      let isHolding = context.picture.pictureInterval > .zero
      lastNew = isHolding ? (StillPicture(try picture.copy()), slot) : nil
      try encoder.encode(picture, frameIndex: slot, captureTime: captureTime, forceKeyframe: needsKeyframe, emit)
    }
    counters.framesEncoded.count()
    counters.framesHeld.store(encoder.framesHeld, ordering: .relaxed)
    let now = MediaTime.now()
    let cost = (now - begun).wholeNanoseconds
    begun = now
    counters.encodeNanoseconds.count(Int(cost))
    meanCost += (Double(cost) - meanCost) / 32
  }

  /// Whether the network is too slow for another new picture already.
  private func isTooSoon(_ slot: Int64, after last: Int64) -> Bool {
    encoding.frameRate.interval * Int(slot - last) < context.picture.pictureInterval
  }

  /// Gives away what the encoder still holds; nothing can be shown afterwards.
  func finish() {
    let (counters, packets) = (context.video, context.packets)
    guard packets.isWanted, wasWanted else { return }
    do throws(CodecError) {
      try encoder.flush { packet in
        counters.bytes.count(packet.payload.readableBytes)
        packets.push(packet)
      }
    } catch { context.logger.warning("the last pictures are missing: \(error)") }
  }

  /// Whether frames take so long of late that slots cannot all be filled.
  var isOverloaded: Bool { meanCost > Double(encoding.frameRate.interval.wholeNanoseconds) }

  /// Counts a slot that showed the picture before once more.
  func countRepeat() { context.video.framesRepeated.count() }

  /// Counts slots left empty, or frames left in the driver, because encoding took too long.
  func countLate(_ count: Int) { context.video.droppedByEncoder.count(count) }

  /// Counts frames that arrived damaged: lost like those that never came.
  func countDamaged(_ count: Int) {
    context.video.damagedFrames.count(count)
    countLost(count)
  }

  /// Counts frames that the driver or the capture lost.
  func countLost(_ count: Int) { context.video.droppedByCapture.count(count) }
}

/// A picture that stays.
private final class StillPicture {
  let picture: Picture

  init(_ picture: consuming Picture) { self.picture = picture }
}
