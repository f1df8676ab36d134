internal import Interface

/// The first rows: what is on air, and in a wide bar how good it is.
enum HeaderPanel {
  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let inner = region.inset(columns: 1, rows: 0)
    canvas.put(Line.fitting(facts(state, canvas), in: inner.columns), in: inner.line(0))
    let bar = VerdictBar(state, canvas.look)
    let rows = region.lines(1..<region.rows)
    canvas.fill(rows, bar.style)
    let middle = rows.line(rows.rows / 2).inset(columns: 1, rows: 0)
    let word = Line("\(bar.sign) \(bar.word)", bar.style)
    let figures = Line.fitting(
      bar.figures.map { Part($0, bar.style, importance: 1) },
      in: max(0, middle.columns - word.columns - min(columns(of: bar.reason), 24) - 4))
    let separated = figures.spans.map { StyledText(text: $0.text, style: bar.style) }
    let reason = middle.columns - word.columns - figures.columns - (figures.columns > 0 ? 2 : 0)
    let lines = wrapped(bar.reason, to: reason - 2)
    // What has no room beside the word goes on below, where the bar has another row.
    let isFolded = lines.count > 1 && rows.rows >= 3
    let text = cut("  " + (isFolded ? lines[0] : bar.reason), to: reason, ellipsis: canvas.glyphs.ellipsis)
    canvas.put(word + Line(text, bar.style), in: middle)
    if isFolded {
      let below = rows.line(rows.rows / 2 + 1).inset(columns: 1, rows: 0)
      let indent = String(repeating: " ", count: word.columns + 2)
      let rest = lines[1...].joined(separator: " ")
      canvas.put(
        Line(indent + cut(rest, to: below.columns - indent.count, ellipsis: canvas.glyphs.ellipsis), bar.style),
        in: below)
    }
    canvas.put(Line(separated), in: middle, alignment: .trailing)
  }

  private static func facts(_ state: ConsoleState, _ canvas: Canvas) -> [Part] {
    let status = state.status
    let palette = canvas.palette
    let glyphs = canvas.glyphs
    let phase = canvas.look.phase(of: status)
    var parts = [Part("\(phase.sign) \(phase.word)", phase.style, importance: 20)]
    if status.phase == .live || status.onAirSeconds > 0 {
      parts.append(Part(Figures.clock(status.onAirSeconds), palette.strong, importance: 16))
    }
    parts.append(Part(state.channelName, palette.text, importance: 8))
    if state.isCameraLost { parts.append(Part("\(glyphs.bad) CAMERA LOST", palette.bad, importance: 19)) }
    if status.audio.sourceState == .lost {
      parts.append(Part("\(glyphs.bad) MICROPHONE LOST", palette.bad, importance: 18))
    }
    if status.audio.isMuted { parts.append(Part("\(glyphs.warning) MUTED", palette.bad, importance: 18)) }
    if ["silence", "none"].contains(status.choice.microphone) {
      parts.append(Part("\(glyphs.warning) SILENCE", palette.warning, importance: 15))
    }
    if status.choice.camera == "none" {
      parts.append(Part("\(glyphs.warning) NO CAMERA", palette.warning, importance: 15))
    }
    if let slate = status.slateLamp {
      parts.append(Part("\(glyphs.warning) \(slate)", palette.warning, importance: 17))
    }
    if let other = state.others.first {
      parts.append(
        Part("\(glyphs.warning) LIVE IN PROCESS \(other.process)", palette.warning, importance: 13))
    }
    if state.isRecording { parts.append(Part("\(glyphs.live) REC", palette.live, importance: 12)) }
    if state.settings.isReadOnly { parts.append(Part("READ-ONLY", palette.warning, importance: 14)) }
    if let viewers = status.service?.viewers {
      parts.append(Part("\(viewers) viewer\(viewers == 1 ? "" : "s")", palette.text, importance: 6))
    }
    if let address = status.playbackURL { parts.append(Part(address, palette.faint, importance: 2)) }
    parts.append(Part("ivs-broadcast", palette.faint, importance: 1))
    return parts
  }
}

/// What the wide bar says.
struct VerdictBar {
  let sign: String
  let word: String
  let reason: String
  let style: Style
  /// At the right end, where there is room.
  let figures: [String]

  init(_ state: ConsoleState, _ look: Look) {
    let status = state.status
    let glyphs = look.glyphs
    switch status.phase {
    case .live:
      let verdict = look.verdict(status.verdict.level)
      (sign, word, reason, style) = (verdict.sign, verdict.word, status.verdict.reason, verdict.bar)
      figures = [
        Figures.bitrate(status.video.kilobitsPerSecond.map { $0 + (status.audio.kilobitsPerSecond ?? 0) }),
        "\(Figures.decimal(status.video.framesPerSecond, digits: 1)) fps",
      ]
    case .waiting:
      let due = status.retryInSeconds.map { "next attempt in \(Figures.decimal($0.rounded(.up), digits: 0)) s" }
      reason = [due, status.verdict.reason].compactMap { $0 }.joined(separator: ": ")
      (sign, word, style, figures) = (glyphs.bad, "OFF AIR", look.palette.badBar, [])
    case .connecting:
      (sign, word, reason) = (glyphs.pending, "CONNECTING", "to \(state.channelName)")
      (style, figures) = (look.palette.neutralBar, [])
    case .idle where status.verdict.level == .bad:
      // Why the broadcast ended, or never began, stays until the next one.
      (sign, word, reason) = (glyphs.bad, "OFF AIR", status.verdict.reason)
      (style, figures) = (look.palette.badBar, [])
    case .idle where !state.others.isEmpty:
      let other = state.others[0]
      (sign, word) = (glyphs.warning, "OFF AIR")
      reason =
        "live in another console, process \(other.process), on \(other.channel); ivs-broadcast --read-only watches it"
      (style, figures) = (look.palette.neutralBar, [])
    case .idle:
      let hint = state.settings.isReadOnly ? "nothing is sent" : "\(state.keymap.keyName(.goLive)) goes live"
      (sign, word, reason) = (glyphs.pending, "OFF AIR", "\(hint) on \(state.channelName)")
      (style, figures) = (look.palette.neutralBar, [])
    case .stopping:
      (sign, word, reason) = (glyphs.pending, "STOPPING", "the last frames are sent")
      (style, figures) = (look.palette.neutralBar, [])
    case .ended:
      (sign, word, reason) = (glyphs.pending, "ENDED", status.verdict.reason)
      (style, figures) = (look.palette.neutralBar, [])
    }
  }
}
