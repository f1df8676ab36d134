internal import IVS

/// A channel's streams as a table for people.
///
/// Pure.
enum SessionTable {
  private static let columns: [TextTable.Column] = [
    .init(title: "BEGAN"), .init(title: "ENDED"), .init(title: "LASTED", importance: 1), .init(title: "ERRORS"),
    .init(title: "STREAM", importance: 0),
  ]

  /// - Parameters:
  ///   - sessions: the newest first.
  ///   - now: for what is still live.
  ///   - width: of the terminal; `nil` elsewhere.
  static func lines(_ sessions: [IVSStreamSession], now: Timestamp, width: Int?) -> [String] {
    let rows = sessions.map { cells($0, now) }
    let table = TextTable(columns, rows, width: width)
    return [table.header] + rows.map(table.line)
  }

  /// One stream with its events below it.
  static func detail(_ session: IVSStreamSession, now: Timestamp) -> [String] {
    var lines = [cells(session, now).filter { !$0.isEmpty }.joined(separator: "  ")]
    if let media = media(session) { lines.append("  \(media)") }
    lines += session.events.map { "  \(event($0))" }
    if let ending = session.ending { lines.append("  \(ending)") }
    return lines.map(\.printable)
  }

  /// Picture and sound as the service found them.
  static func media(_ session: IVSStreamSession) -> String? {
    var parts: [String] = []
    if let video = session.video {
      var text = "picture"
      if let width = video.videoWidth, let height = video.videoHeight { text += " \(width)x\(height)" }
      if let rate = video.targetFramerate { text += " at \(rate) fps" }
      if let bitrate = video.targetBitrate { text += ", \(bitrate / 1000) kbit/s" }
      if let codec = video.codec { text += ", \(codec)" }
      if let encoder = video.encoder { text += ", by \(encoder)" }
      parts.append(text)
    }
    if let audio = session.audio {
      var text = "sound"
      if let rate = audio.sampleRate { text += " \(rate) Hz" }
      if let channels = audio.channels { text += ", \(channels) channel\(channels == 1 ? "" : "s")" }
      if let bitrate = audio.targetBitrate { text += ", \(bitrate / 1000) kbit/s" }
      if let codec = audio.codec { text += ", \(codec)" }
      parts.append(text)
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// What happened, and when.
  static func event(_ event: IVSStreamSession.Event) -> String {
    let name = event.name ?? event.type ?? "?"
    return "\(event.eventTime?.text ?? "")  \(name)\(event.code.ifNotEmpty.map { ": \($0)" } ?? "")"
  }

  private static func cells(_ session: IVSStreamSession, _ now: Timestamp) -> [String] {
    let errors = session.hasErrorEvent.map { $0 ? "yes" : "" } ?? ""
    return [
      session.startTime?.text ?? "?", session.endTime?.text ?? "live", lasted(session, now), errors,
      session.streamId ?? "",
    ]
  }

  /// `1:02:03`.
  private static func lasted(_ session: IVSStreamSession, _ now: Timestamp) -> String {
    guard let start = session.startTime else { return "" }
    let seconds = Int(max(0, min(1e8, (session.endTime ?? now).seconds - start.seconds)))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }
}
