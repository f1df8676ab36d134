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

extension BroadcastSettings {
  /// Where recordings and snapshots go.
  package var filesDirectory: String { recordDirectory ?? "\(SettingsPlace.home)/Videos/ivs-broadcast" }
}
