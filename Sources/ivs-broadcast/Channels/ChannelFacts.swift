internal import IVS
internal import Media

/// Everything that is known of one channel, for people; without the key and the passphrase.
///
/// Pure.
struct ChannelFacts {
  let channel: IVSChannel
  let state: LiveState
  let newest: NewestStream
  var metrics: String?

  /// The channel's newest stream.
  enum NewestStream: Equatable {
    case session(IVSStreamSession)
    /// None in the 60 days that the service remembers.
    case none
    /// With why.
    case unknown(String)
  }

  private static let mostEvents = 12

  /// A label and what belongs to it in each line.
  var lines: [String] {
    [channel.title.printable] + Self.lines(facts + stream + history)
  }

  /// Labels and values in two columns.
  static func lines(_ facts: [(String, String)]) -> [String] {
    facts.map { label, value in
      "  \(label)\(String(repeating: " ", count: max(1, 15 - label.count)))\(value.printable)"
    }
  }

  private var facts: [(String, String)] {
    var facts = [
      ("ARN", channel.arn.text), ("Type", typeWords), ("Takes", Self.limits(channel)), ("Latency", latencyWords),
      ("Ingest", channel.ingestURL ?? "?"),
      ("In the clear", channel.insecureIngest == true ? "RTMP and SRT are taken without encryption" : "refused"),
    ]
    if let srt = channel.srt?.endpoint.ifNotEmpty { facts.append(("SRT", "srt://\(srt):9000")) }
    facts += [
      ("Playback", channel.playbackUrl.ifNotEmpty ?? "?"),
      ("Viewers need", channel.authorized == true ? "a playback token" : "nothing"),
      ("Recording", channel.recordingConfigurationArn.ifNotEmpty ?? "off"),
    ]
    if let multitrack = channel.multitrackInputConfiguration, multitrack.enabled == true {
      facts.append(
        ("Multitrack", multitrack.policy == "REQUIRE" ? "required: this program does not send it" : "allowed"))
    }
    if let tags = channel.tags, !tags.isEmpty {
      let pairs = tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      facts.append(("Tags", pairs.joined(separator: ", ")))
    }
    return facts
  }

  private var typeWords: String {
    let preset = channel.preset.ifNotEmpty.map { ", \($0.optionWord)" } ?? ""
    return (channel.type ?? channel.kind.rawValue).optionWord + preset
  }

  private var latencyWords: String {
    switch channel.latencyMode {
    case "NORMAL": "normal: viewers are about 10 s behind"
    case "LOW": "low: viewers are under 5 s behind"
    default: channel.latencyMode ?? "?"
    }
  }

  /// What may be sent to a channel, in words.
  static func limits(_ channel: IVSChannel) -> String {
    let limits = ChannelLimits(channel)
    let small = limits.mostBitrate(for: PictureSize(width: 852, height: 480)).kilobitsPerSecond
    let large = limits.mostBitrate(for: PictureSize(width: 1920, height: 1080)).kilobitsPerSecond
    let bitrate = small == large ? "\(large) kbit/s" : "\(small) kbit/s up to 480p and \(large) kbit/s above"
    return "at most \(bitrate), sound included; \(ChannelLimits.longestEdge) pixels an edge and"
      + " \(ChannelLimits.mostPixels.grouped) in all"
  }

  private var stream: [(String, String)] {
    [("State", stateWords)] + (metrics.map { [("CloudWatch", $0)] } ?? [])
  }

  private var stateWords: String {
    switch state {
    case .offline: return "offline"
    case .unknown(let reason): return "unknown: \(reason)"
    case .live(let stream):
      var words = ["live"]
      if let health = stream.healthWord { words.append(health) }
      if let viewers = stream.viewers { words.append("\(viewers.grouped) viewer\(viewers == 1 ? "" : "s")") }
      if let start = stream.startTime { words.append("since \(start.text)") }
      return words.joined(separator: ", ")
    }
  }

  private var history: [(String, String)] {
    switch newest {
    case .none: return [("Newest stream", "none in the last 60 days")]
    case .unknown(let reason): return [("Newest stream", "unknown: \(reason)")]
    case .session(let session):
      let end = session.endTime.map { " to \($0.text)" } ?? ", goes on"
      var lines = [("Newest stream", "\(session.streamId ?? "?"), \(session.startTime?.text ?? "?")\(end)")]
      if let media = SessionTable.media(session) { lines.append(("It sent", media)) }
      if let ending = session.ending { lines.append(("It ended", ending)) }
      let events = session.events
      for (place, event) in events.prefix(Self.mostEvents).enumerated() {
        lines.append((place == 0 ? "Events" : "", SessionTable.event(event)))
      }
      if events.count > Self.mostEvents {
        lines.append(("", "and \(events.count - Self.mostEvents) before: `channels sessions --events` shows them"))
      }
      return lines
    }
  }
}

extension IngestMetrics {
  /// In one line for people.
  var words: String {
    if isEmpty { return "no figures yet" }
    var words: [String] = []
    if let bitrate { words.append("\(Self.whole(bitrate / 1000)) kbit/s in all") }
    if let videoBitrate { words.append("picture \(Self.whole(videoBitrate / 1000)) kbit/s") }
    if let audioBitrate { words.append("sound \(Self.whole(audioBitrate / 1000)) kbit/s") }
    if let frameRate { words.append("\(Self.whole(frameRate)) fps") }
    if let keyframeInterval { words.append("a keyframe each \(Double(Self.whole(keyframeInterval * 10)) / 10) s") }
    if let time { words.append("at \(time.text)") }
    return words.joined(separator: ", ")
  }

  /// The nearest whole number, of whatever the service says.
  private static func whole(_ figure: Double) -> Int { Int(max(0, min(1e15, figure)).rounded()) }
}
