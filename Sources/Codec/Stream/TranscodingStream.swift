internal import Media
internal import Packets

/// A stream whose pictures are encoded anew.
struct TranscodingStream: ~Copyable {
  private let tracks: StreamDescription
  private var video: TranscodedVideo
  private var audio: StreamAudio
  private var timeline = ContinuousTimeline()
  private var early = EarlySound()

  init(_ track: MediaTrack, _ sound: MediaTrack?) throws(CodecError) {
    let video = try TranscodedVideo(track)
    let audio = try StreamAudio(sound)
    tracks = StreamDescription(video: video.description, audio: audio.description, encoder: "ivs-transwrap")
    self.video = video
    self.audio = audio
  }

  mutating func take(_ packet: MediaPacket, _ emit: (ContainerStream.Output) -> Void) throws(CodecError) {
    let now = MediaTime.now()
    guard packet.isVideo else {
      let time = packet.time + timeline.place(packet.time, isVideo: false, at: now)
      var early = early
      self.early = EarlySound()
      defer { self.early = early }
      try audio.take(packet.payload, heard: time, at: now) { sound in early.take(sound) { emit(.packet($0)) } }
      return try video.follow(soundTo: time, at: now) { emit(.packet($0)) }
    }
    video.send(packet.payload, at: packet.time)
    try showAll(now, emit)
  }

  /// The stream is over.
  mutating func finish(_ emit: (ContainerStream.Output) -> Void) throws(CodecError) {
    video.sendEnd()
    try showAll(.now(), emit)
    guard early.isOver else { return }
    try audio.finish { emit(.packet($0)) }
  }

  private mutating func showAll(_ now: MediaTime, _ emit: (ContainerStream.Output) -> Void) throws(CodecError) {
    while let shown = video.next() {
      let time = shown + timeline.place(shown, isVideo: true, at: now)
      var early = early
      let tracks = tracks
      self.early = EarlySound()
      defer { self.early = early }
      try video.show(at: time, from: early.start, at: now) { packet in
        if !early.isOver { emit(.tracks(tracks, isTranscoded: true)) }
        emit(.packet(packet))
        early.end(at: packet.decodeTime) { emit(.packet($0)) }
      }
      guard early.isOver else { continue }
      try audio.follow(videoTo: time, at: now) { emit(.packet($0)) }
    }
  }
}
