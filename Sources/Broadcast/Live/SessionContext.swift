internal import Logging
internal import Media

/// What both pipelines of a session share.
struct SessionContext: Sendable {
  let origin: SessionOrigin
  let packets: PacketFanOut
  let control: EncoderControl
  let video: VideoCounters
  let audio: AudioCounters
  let logger: Logger
  /// Called once by each pipeline when its source and its encoder are open.
  let onReady: @Sendable (ReadyTrack) -> Void
}

/// A track whose encoder is open.
enum ReadyTrack: Sendable {
  case video(StreamDescription.Video)
  case audio(StreamDescription.Audio)
}
