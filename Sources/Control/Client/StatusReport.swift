public import Interface

/// A status in a few lines for people.
///
/// Pure.
public enum StatusReport {
  /// The living line and what it leaves out.
  /// - Parameters:
  ///   - since: the time of day when it went on air.
  ///   - process: the broadcaster's.
  public static func text(
    _ status: BroadcastStatus, since: String, process: Int32, columns: Int, hasColor: Bool
  ) -> String {
    var lines = [StatusLine.text(status, columns: columns, hasColor: hasColor)]
    func add(_ name: String, _ value: String) {
      lines.append("  \(name)\(String(repeating: " ", count: max(1, 11 - name.count)))\(value)")
    }
    let level = status.verdict.level == .pending ? "" : "\(status.verdict.level.rawValue): "
    add("verdict", level + status.verdict.reason)
    let watch = status.playbackURL.map { $0.isEmpty ? "" : ", watch at \($0)" } ?? ""
    add("channel", (status.channel.isEmpty ? status.choice.channel : status.channel) + watch)
    let moves = status.moves.map { ", moves to another connection: \($0)" } ?? ""
    if status.onAirSeconds > 0 { add("on air", "since \(since), reconnects: \(status.reconnects)\(moves)") }
    let (video, audio) = (status.video, status.audio)
    add(
      "picture",
      "\(source(video.source, video.sourceState)), \(video.width)x\(video.height)\(video.isSlate ? ", the slate is on" : "")"
    )
    let gain = audio.gainDecibels == 0 ? "" : ", gain \(audio.gainDecibels) dB"
    add("sound", "\(source(audio.source, audio.sourceState))\(gain)\(audio.isMuted ? ", muted" : "")")
    add(
      "bitrate",
      "\(figure(video.kilobitsPerSecond)) of \(video.targetKilobitsPerSecond) kbit/s,"
        + " sound \(figure(audio.kilobitsPerSecond))")
    let damaged = video.damagedFrames == 0 ? "" : " (\(video.damagedFrames) damaged)"
    add(
      "dropped",
      "\(video.dropped): capture \(video.droppedByCapture)\(damaged), encoder \(video.droppedByEncoder), network \(video.droppedByNetwork)"
    )
    if let recording = status.recording { add("recording", recording.failure ?? recording.path) }
    if let service = status.service { add("service", service.health) }
    add("process", "\(process)")
    return lines.joined(separator: "\n")
  }

  /// What was not measured is a dash.
  private static func figure(_ number: Int?) -> String { number.map(String.init) ?? "–" }

  private static func source(_ name: String, _ state: BroadcastStatus.SourceState) -> String {
    switch state {
    case .running: return name
    // Its name is then why there is none.
    case .waiting: return "none (\(name))"
    case .opening, .lost: return "\(name.isEmpty ? "none yet" : name) (\(state.rawValue))"
    }
  }
}
