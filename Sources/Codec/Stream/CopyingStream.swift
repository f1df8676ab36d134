internal import Media
internal import Packets

/// A stream whose H.264 goes on as it is.
struct CopyingStream: ~Copyable {
  private let track: MediaTrack
  private var copied: CopiedVideo
  private var audio: StreamAudio
  private var order: PictureOrder<CopiedVideo.Step>
  private var timeline = ContinuousTimeline()
  private var early = EarlySound()
  private var remarked: Set<StreamRemark> = []

  init(_ track: MediaTrack, _ sound: MediaTrack?) throws(CodecError) {
    let copied = try CopiedVideo(track)
    let audio = try StreamAudio(sound)
    self.track = track
    self.copied = copied
    self.audio = audio
    order = PictureOrder(depth: copied.parameters?.reorderDepth, measuresRate: track.frameRate == nil)
  }

  mutating func take(_ packet: MediaPacket, _ emit: (ContainerStream.Output) -> Void) throws(CodecError) {
    let now = MediaTime.now()
    guard packet.isVideo else {
      let time = packet.time + timeline.place(packet.time, isVideo: false, at: now)
      var early = early
      self.early = EarlySound()
      defer { self.early = early }
      return try audio.take(packet.payload, heard: time, at: now) { sound in early.take(sound) { emit(.packet($0)) } }
    }
    let step = copied.take(packet.payload.span)
    if case .wait = step { return }
    for placed in order.add(step, shown: packet.time, bytes: packet.payload.count) { try put(placed, now, emit) }
  }

  /// The stream is over.
  mutating func finish(_ emit: (ContainerStream.Output) -> Void) throws(CodecError) {
    for placed in order.finish() { try put(placed, .now(), emit) }
    guard early.isOver else { return }
    try audio.finish { emit(.packet($0)) }
  }

  private mutating func put(
    _ placed: PictureOrder<CopiedVideo.Step>.Placed, _ now: MediaTime, _ emit: (ContainerStream.Output) -> Void
  ) throws(CodecError) {
    let offset = timeline.place(placed.decoded, isVideo: true, at: now)
    let unit: AccessUnit
    switch placed.item {
    case .wait: return
    case .unit(let next): unit = next
    case .begin(var video, let next):
      unit = next
      if track.frameRate == nil, let rate = order.measuredRate { video.frameRate = rate }
      emit(
        .tracks(
          StreamDescription(video: video, audio: audio.description, encoder: "ivs-transwrap"), isTranscoded: false))
      for remark in StreamRemark.remarks(on: track, copied.parameters) where remarked.insert(remark).inserted {
        emit(.remark(remark))
      }
    }
    let decoded = placed.decoded + offset
    emit(
      .packet(
        EncodedPacket(
          kind: .video(isKeyframe: unit.hasIDR), presentationTime: max(decoded, placed.shown + offset),
          decodeTime: decoded, captureTime: now, payload: unit.payload)))
    early.end(at: decoded) { emit(.packet($0)) }
    try audio.follow(videoTo: decoded, at: now) { emit(.packet($0)) }
  }
}
