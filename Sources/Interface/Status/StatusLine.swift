/// The one living line of a headless broadcast on a terminal.
///
/// Pure: a status goes in, text comes out.
public enum StatusLine {
  /// The line for `status`, cut to `columns`, coloured with SGR sequences when `hasColor`.
  ///
  /// State is never by colour alone: a word and a sign carry it too.
  public static func text(_ status: BroadcastStatus, columns: Int, hasColor: Bool) -> String {
    let (sign, word, emphasis) = head(status)
    var parts = ["\(sign) \(word)"]
    if status.onAirSeconds > 0 || status.phase == .live { parts.append(clock(status.onAirSeconds)) }
    if status.audio.isMuted { parts.append("MUTED") }
    if let slate = status.slateLamp { parts.append(slate) }
    if status.recording?.failure == nil, status.recording != nil { parts.append("REC") }
    parts.append(fixed(status.video.framesPerSecond, 1) + " fps")
    parts.append("\(whole(status.video.kilobitsPerSecond))/\(status.video.targetKilobitsPerSecond) kbit/s")
    parts.append("dropped \(status.video.dropped)")
    if status.phase == .live {
      let trip = status.transport.roundTripMilliseconds
      parts.append("rtt \(fixed(trip, trip ?? 0 < 10 ? 1 : 0)) ms")
      parts.append("queue \(fixed(status.transport.delayMilliseconds, 0)) ms")
      parts += service(status)
    }
    parts.append(verdict(status))
    let line = cut(parts.joined(separator: "  "), to: columns)
    guard hasColor, line.hasPrefix(parts[0]) else { return line }
    return emphasis.applied(to: parts[0]) + line.dropFirst(parts[0].count)
  }

  /// Where the broadcast is and how good, without figures that always change: `LIVE, good: delivered`.
  public static func judgement(_ status: BroadcastStatus) -> String {
    let (level, reason) = (status.verdict.level, status.verdict.reason)
    return "\(head(status).word), \(level == .pending ? reason : "\(level.rawValue): \(reason)")"
  }

  /// The same facts for a log, as name and value.
  public static func fields(_ status: BroadcastStatus) -> [(name: String, value: String)] {
    return [
      ("on-air", clock(status.onAirSeconds)), ("fps", fixed(status.video.framesPerSecond, 1)),
      ("kbit/s", whole(status.video.kilobitsPerSecond)), ("dropped", "\(status.video.dropped)"),
      ("rtt-ms", fixed(status.transport.roundTripMilliseconds, 1)),
      ("queue-ms", fixed(status.transport.delayMilliseconds, 0)),
    ]
      + (status.service.map { service in
        [("ivs", service.health)] + (service.viewers.map { [("viewers", "\($0)")] } ?? [])
      } ?? [])
      + [
        ("verdict", "\(status.verdict.level.rawValue): \(status.verdict.reason)")
      ]
  }

  /// `00:00:48`, or `00:00:48, of which 00:00:20 without a connection`.
  public static func airTime(_ status: BroadcastStatus) -> String {
    let whole = clock(status.onAirSeconds)
    guard let without = status.disconnectedSeconds, without >= 1 else { return whole }
    return "\(whole), of which \(clock(without)) without a connection"
  }

  /// What there is to say when it is over: `on air 00:01:00, 1800 frames, 0 dropped, 19.2 MB sent, 0 reconnects`.
  public static func summary(_ status: BroadcastStatus) -> String {
    let megabytes = fixed(Double(status.transport.bytesSent) / 1e6, 1)
    return
      "on air \(airTime(status)), \(status.video.framesEncoded) frames, \(status.video.dropped) dropped, "
      + "\(megabytes) MB sent, \(status.reconnects) \(status.reconnects == 1 ? "reconnect" : "reconnects")"
  }

  private static func head(_ status: BroadcastStatus) -> (sign: String, word: String, emphasis: Emphasis) {
    switch status.phase {
    case .idle where status.verdict.level == .bad: ("✖", "OFF AIR", .bad)
    case .idle where !status.hasSources: ("▲", "NOT READY", .warning)
    case .idle: ("○", "READY", .strong)
    case .connecting: ("○", "CONNECTING", .warning)
    case .waiting: ("○", "WAITING", .warning)
    case .stopping: ("■", "STOPPING", .warning)
    case .ended: ("■", "ENDED", .strong)
    case .live:
      switch status.verdict.level {
      case .good: ("●", status.airWord, .good)
      case .pending: ("●", status.airWord, .strong)
      case .warning: ("▲", status.airWord, .warning)
      case .bad: ("✖", status.airWord, .bad)
      }
    }
  }

  /// What IVS says, in a few words.
  private static func service(_ status: BroadcastStatus) -> [String] {
    guard let service = status.service, service.state == .live else { return [] }
    return ["IVS \(service.health)"] + (service.viewers.map { ["\($0) \($0 == 1 ? "viewer" : "viewers")"] } ?? [])
  }

  private static func verdict(_ status: BroadcastStatus) -> String {
    if let seconds = status.retryInSeconds, status.phase == .waiting {
      return "again in \(fixed(max(0, seconds), 1)) s: \(status.verdict.reason)"
    }
    return status.verdict.level == .pending
      ? status.verdict.reason : "\(status.verdict.level.rawValue): \(status.verdict.reason)"
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(whole / 3600)):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }

  /// What was not measured is a dash.
  private static func whole(_ number: Int?) -> String { number.map(String.init) ?? "–" }

  private static func fixed(_ number: Double?, _ digits: Int) -> String {
    guard let number, number.isFinite else { return "–" }
    guard digits == 1 else { return "\(Int(number.rounded()))" }
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }

  private static func cut(_ text: String, to columns: Int) -> String {
    guard text.count > columns, columns > 1 else { return text }
    return text.prefix(columns - 1) + "…"
  }
}
