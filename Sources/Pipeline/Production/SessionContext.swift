package import Capture
package import Logging
internal import Media
internal import Packets

/// What both tracks of a production share.
package struct SessionContext: Sendable {
  let origin: SessionOrigin
  let packets: PacketFanOut
  /// Which camera is requested.
  package let camera: RequestedSource<CameraSpecification>
  /// Which microphone is requested.
  package let microphone: RequestedSource<MicrophoneSpecification>
  /// What is requested of the picture.
  package let picture: PictureControl
  /// What is requested of the sound.
  package let sound: SoundControl
  /// Where the pictures can be looked at.
  package let tap: PreviewTap
  let films = FilmClocks()
  /// What the picture's way counts.
  package let video: VideoCounters
  /// What the sound's way counts.
  package let audio: AudioCounters
  /// A source that cannot be opened, or ends, is waited for; else it ends the production.
  let outlivesSources: Bool
  /// Where it is told.
  package let logger: Logger
  /// Called once by each track when its encoder is open.
  let onReady: @Sendable (ReadyTrack) -> Void

  /// Whether nobody is to hear anything.
  package var isSilenceWanted: Bool { sound.isMuted || microphone.current.specification == .silence }

  /// Whether a source that was requested as this generation ends the production where it cannot be opened.
  ///
  /// One that was chosen while another one was on air is no reason to end.
  func mayGiveUp(_ generation: Int) -> Bool { !outlivesSources && generation == 0 }
}

/// A track whose encoder is open.
enum ReadyTrack: Sendable {
  case video(StreamDescription.Video)
  case audio(StreamDescription.Audio)
}
