/// The fields of a status in JSON, for people who read it with a program.
enum StatusFields {
  /// A name, in its object where it is in one, and what it says.
  static let all: [(name: String, meaning: String)] = [
    ("phase", "idle, connecting, live, waiting, stopping or ended"),
    ("time.nanoseconds", "monotonic clock"),
    ("onAirSeconds", "since the broadcast first went live"),
    ("disconnectedSeconds", "of these, without a connection"),
    ("verdict", "level (good, warning, bad or pending) and reason"),
    ("channel", "name or address, without the key"),
    ("ingest", "where it is sent, if channel is a name"),
    ("playbackURL", "where to watch"),
    ("reconnects", "since the broadcast began"),
    ("moves", "to another connection without a gap, by request"),
    ("retryInSeconds", "until the next attempt, while waiting"),
    ("video.source", "the camera, and its mode; why there is none while it is waited for"),
    ("video.sourceState", "opening, running, waiting or lost; also audio"),
    ("video.encoder", "its name"),
    ("video.width", "and height, in pixels"),
    ("video.framesPerSecond", "measured over 1 s; targetFramesPerSecond: asked for"),
    ("video.kilobitsPerSecond", "measured over 2 s, also audio; targetKilobitsPerSecond: asked for"),
    ("video.framesEncoded", "and framesRepeated, when the source gave none; framesShown: on air or not"),
    ("video.droppedByCapture", "with damagedFrames; droppedByEncoder; droppedByNetwork"),
    ("video.encodeMilliseconds", "mean time to convert and encode a frame"),
    ("video.isSlate", "the slate is sent instead of the camera"),
    ("audio.source", "the microphone"),
    ("audio.inputs", "how many of its inputs are read"),
    ("audio.overruns", "reported by the driver"),
    ("audio.driftPartsPerMillion", "of the sound card's clock"),
    ("audio.levels", "peak and rms of each channel in dBFS, shortTermLoudness in LUFS, clippedSamples, silentSeconds"),
    ("audio.isMuted", "silence is sent"),
    ("audio.gainDecibels", "amplification"),
    ("transport.bytesSent", "and bytesAcknowledged by RTMP, bytesAcknowledgedByTransport by TCP or SRT"),
    ("transport.queueMilliseconds", "media that waits in the program"),
    ("transport.kernelQueueBytes", "unsent or unacknowledged; kernelQueueMilliseconds: the time these take"),
    ("transport.roundTripMilliseconds", "smoothed round-trip time"),
    ("transport.retransmits", "TCP segments or SRT packets"),
    ("transport.droppedByProtocol", "too late for the receiver, SRT only"),
    ("transport.estimatedKilobitsPerSecond", "what the path can carry, SRT only"),
    ("transport.captureToSocketMilliseconds", "from the camera's timestamp to the socket, median"),
    ("transport.proxy", "the same of the proxy's connection to the ingest, with its state, reason and warning"),
    ("rate.isAdaptive", "the bitrate follows the network, not below minimumKilobits"),
    ("rate.requestedKilobits", "what is asked for; allowedKilobits: what the network allows of it"),
    ("rate.pathKilobits", "what the path takes in all, measured while more was due"),
    ("rate.delayLimitMilliseconds", "how far the stream may fall behind"),
    ("rate.framesHeldBack", "pictures repeated because the network was too slow for new ones"),
    (
      "rate.decisions", "the last 200 changes: clock, kilobits, kilobitsBefore, pathKilobits, delayMilliseconds, reason"
    ),
    ("recording", "path, bytes, droppedFrames, and failure if it ended"),
    ("lastRecording", "path of the newest recording that is complete"),
    ("snapshot", "path of the newest snapshot"),
    (
      "choice", "camera, microphone, microphoneInputs, channel, video, videoKilobits and videoPreset as in the settings"
    ),
    ("offers", "cameras, microphones, channels, accountChannels and account: what can be chosen"),
    ("machine", "processPercent of one core, systemPercent of all, cores, celsius"),
    ("service", "what Amazon IVS says: state, health, viewers, events, received, divergence and problem"),
    ("events", "what happened: id, clock, severity, text; only new ones with --json-status"),
  ]

  /// All of them, each in as many lines as it takes on a terminal of 80 columns.
  static var text: String {
    let width = (all.map(\.name.count).max() ?? 0) + 2
    return all.flatMap { field in
      folded(field.meaning, to: 77 - width).enumerated().map { index, part in
        let name = index == 0 ? field.name : ""
        return "  \(name)\(String(repeating: " ", count: width - name.count))\(part)"
      }
    }.joined(separator: "\n")
  }

  private static func folded(_ text: String, to width: Int) -> [String] {
    text.split(separator: " ").reduce(into: [String]()) { lines, word in
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }
}
