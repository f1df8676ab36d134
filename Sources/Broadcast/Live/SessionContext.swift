internal import Capture
internal import Logging
internal import Media

/// What both lanes of a production share.
struct SessionContext: Sendable {
  let origin: SessionOrigin
  let packets: PacketFanOut
  let camera: SourceWish<CameraSpecification>
  let microphone: SourceWish<MicrophoneSpecification>
  let picture: PictureControl
  let sound: SoundControl
  let tap: PictureTap
  let films = FilmClocks()
  let video: VideoCounters
  let audio: AudioCounters
  /// A source that cannot be opened, or ends, is waited for; else it ends the production.
  let outlivesSources: Bool
  /// Whether the sound's levels are wanted.
  let measuresLevels: Bool
  let logger: Logger
  /// Called once by each lane when its encoder is open.
  let onReady: @Sendable (ReadyTrack) -> Void
}

/// A track whose encoder is open.
enum ReadyTrack: Sendable {
  case video(StreamDescription.Video)
  case audio(StreamDescription.Audio)
}
