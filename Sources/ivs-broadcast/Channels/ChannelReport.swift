internal import IVS

/// A channel as `--json` prints it; without the key and the passphrase.
struct ChannelReport: Encodable, Equatable {
  struct Stream: Encodable, Equatable {
    let streamId: String?
    let health: String?
    let viewers: Int?
    let startTime: Timestamp?

    init(_ stream: IVSStream) {
      (streamId, health) = (stream.streamId, stream.healthWord)
      (viewers, startTime) = (stream.viewers, stream.startTime)
    }
  }

  let arn: String
  let name: String
  let type: String
  let latency: String?
  let preset: String?
  let authorized: Bool
  let insecureIngest: Bool
  let recordingConfigurationArn: String?
  let containerFormat: String?
  let multitrack: IVSChannel.MultitrackInput?
  let ingestUrl: String?
  let playbackUrl: String?
  let srtEndpoint: String?
  let tags: [String: String]
  /// `live`, `offline` or `unknown`; absent where nobody asked.
  let state: String?
  let stream: Stream?

  init(_ channel: IVSChannel, _ state: LiveState? = nil) {
    arn = channel.arn.text
    name = channel.name ?? ""
    type = channel.type ?? channel.kind.rawValue
    latency = channel.latencyMode
    preset = channel.preset.ifNotEmpty
    authorized = channel.authorized ?? false
    insecureIngest = channel.insecureIngest ?? false
    recordingConfigurationArn = channel.recordingConfigurationArn.ifNotEmpty
    containerFormat = channel.containerFormat.ifNotEmpty
    multitrack = channel.multitrackInputConfiguration
    ingestUrl = channel.ingestURL
    playbackUrl = channel.playbackUrl.ifNotEmpty
    srtEndpoint = channel.srt?.endpoint.ifNotEmpty
    tags = channel.tags ?? [:]
    self.state = state?.word
    stream = state?.stream.map(Stream.init)
  }
}

extension String? {
  /// The API writes what is not there as an empty text, too.
  var ifNotEmpty: String? { flatMap { $0.isEmpty ? nil : $0 } }
}

/// A stream's history as `--json` prints it.
struct SessionReport: Encodable, Equatable {
  let streamId: String?
  let startTime: Timestamp?
  let endTime: Timestamp?
  /// Whether it told of a failure; in lists alone.
  let hasErrorEvent: Bool?
  let video: IVSStreamSession.Video?
  let audio: IVSStreamSession.Audio?
  /// The newest first; in detail alone.
  let events: [IVSStreamSession.Event]?
  /// Why it ended, in words; in detail alone.
  let end: String?

  init(_ session: IVSStreamSession, hasErrorEvent: Bool? = nil) {
    (streamId, startTime, endTime) = (session.streamId, session.startTime, session.endTime)
    self.hasErrorEvent = session.hasErrorEvent ?? hasErrorEvent
    (video, audio) = (session.video, session.audio)
    events = session.truncatedEvents.map { _ in session.events }
    end = session.ending
  }
}

extension IVSStreamSession {
  /// Why it ended, in words, where it did and its events are known.
  var ending: String? {
    endTime == nil || events.isEmpty ? nil : StreamDiagnosis.explain(self).text
  }
}
