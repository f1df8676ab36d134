package import Capture
package import Codec
package import Media

/// What a production is to be made of at its start.
package struct PipelineSettings: Sendable {
  /// Where the picture comes from.
  package var camera: CameraSpecification
  /// Where the sound comes from.
  package var microphone: MicrophoneSpecification
  /// Which of its inputs are heard.
  package var microphoneInputs: InputChoice
  /// Geometry, rate, bitrate and encoder of the picture.
  package var video: VideoEncoding
  /// Bitrate of the sound.
  package var audioBitrate: Bitrate
  /// How long sound waits for pictures that the encoder holds back, at most: their delay and what encoding takes.
  var soundDelay: Duration { video.encoderDelay == .zero ? .zero : video.encoderDelay + .milliseconds(150) }

  /// Makes settings.
  package init(
    camera: CameraSpecification, microphone: MicrophoneSpecification, microphoneInputs: InputChoice,
    video: VideoEncoding, audioBitrate: Bitrate
  ) {
    self.camera = camera
    self.microphone = microphone
    self.microphoneInputs = microphoneInputs
    self.video = video
    self.audioBitrate = audioBitrate
  }
}
