import Foundation
import IVS

/// Answers of the service as it writes them.
enum Sample {
  static let arn = "arn:aws:ivs:us-west-2:123456789012:channel/AbCdEfGhIjKl"
  static let passphrase = "PassphraseThatNobodySees"

  static func channel(_ extra: String = "") throws -> IVSChannel {
    try decoded(
      """
      {"arn": "\(arn)", "name": "venue", "latencyMode": "LOW", "type": "BASIC", "authorized": false,
       "insecureIngest": false, "recordingConfigurationArn": "", "preset": "", "containerFormat": "TS",
       "ingestEndpoint": "a1b2c3d4e5f6.global-contribute.live-video.net",
       "playbackUrl": "https://x.us-west-2.playback.live-video.net/a.m3u8",
       "srt": {"endpoint": "a1b2c3.srt.live-video.net", "passphrase": "\(passphrase)"},
       "tags": {"room": "2", "floor": "ground"}\(extra.isEmpty ? "" : ", \(extra)")}
      """)
  }

  /// As lists have it.
  static func summary(_ number: Int, _ name: String, _ extra: String = "") throws -> IVSChannel {
    try decoded(
      """
      {"arn": "arn:aws:ivs:us-west-2:123456789012:channel/Summary\(number)", "name": "\(name)", "latencyMode": "LOW",
       "type": "STANDARD"\(extra.isEmpty ? "" : ", \(extra)")}
      """)
  }

  static func stream(_ extra: String = "\"health\": \"HEALTHY\", \"viewerCount\": 12") throws -> IVSStream {
    try decoded(
      """
      {"channelArn": "\(arn)", "streamId": "st-1", "state": "LIVE", "startTime": "2026-11-24T10:00:00Z", \(extra)}
      """)
  }

  static func session(ended: Bool, events: String) throws -> IVSStreamSession {
    try decoded(
      """
      {"streamId": "st-1", "startTime": "2026-11-24T10:00:00Z"\(ended ? ", \"endTime\": \"2026-11-24T11:02:03Z\"" : ""),
       "ingestConfigurations": {
         "videoConfigurations": [{"codec": "avc1.4D401F", "videoWidth": 1280, "videoHeight": 720,
           "targetBitrate": 2500000, "targetFramerate": 30, "encoder": "ivs-broadcast"}],
         "audioConfigurations": [{"codec": "mp4a.40.2", "targetBitrate": 128000, "sampleRate": 48000, "channels": 2}]},
       "truncatedEvents": [\(events)]}
      """)
  }

  static let usualEvents = """
    {"name": "Session Ended", "type": "IVS Stream State Change", "eventTime": "2026-11-24T11:02:03Z"},
    {"name": "Stream Start", "type": "IVS Stream State Change", "eventTime": "2026-11-24T10:00:07Z"},
    {"name": "Session Created", "type": "IVS Stream State Change", "eventTime": "2026-11-24T10:00:00Z"}
    """

  static func decoded<Value: Decodable>(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }
}
