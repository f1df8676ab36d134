package import BroadcastConfiguration
package import Pipeline

extension BroadcastSettings {
  /// The part that the pipeline needs.
  package var pipeline: PipelineSettings {
    PipelineSettings(
      camera: camera, microphone: microphone, microphoneInputs: microphoneInputs, video: video,
      audioBitrate: audioBitrate)
  }
}

extension RecordingPath {
  /// Where recordings go by default: `~/Videos/ivs-broadcast`.
  package static var defaultDirectory: String { "\(SettingsPlace.home)/Videos/ivs-broadcast" }
}
