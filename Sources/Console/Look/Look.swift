internal import Interface

/// How a screen is drawn on one terminal.
struct Look: Equatable, Sendable {
  let glyphs: GlyphSet
  let palette: Palette

  init(_ traits: TerminalTraits) {
    glyphs = GlyphSet(traits.glyphs)
    palette = Palette(traits)
  }

  /// Sign, word and style of a verdict.
  func verdict(_ level: Verdict.Level) -> (sign: String, word: String, style: Style, bar: Style) {
    switch level {
    case .good: (glyphs.good, "GOOD", palette.good, palette.goodBar)
    case .warning: (glyphs.warning, "WARNING", palette.warning, palette.warningBar)
    case .bad: (glyphs.bad, "BAD", palette.bad, palette.badBar)
    case .pending: (glyphs.pending, "PENDING", palette.faint, palette.neutralBar)
    }
  }

  /// Sign, word and style of where the broadcast is; "on air" is what IVS alone can say.
  func phase(of status: BroadcastStatus) -> (sign: String, word: String, style: Style) {
    switch status.phase {
    case .idle where status.verdict.level == .bad: (glyphs.bad, "OFF AIR", palette.bad)
    case .idle where !status.hasSources: (glyphs.warning, "NOT READY", palette.warning)
    case .idle: (glyphs.pending, "READY", palette.strong)
    case .connecting: (glyphs.pending, "CONNECTING", palette.warning)
    case .live:
      switch status.airState {
      case .live: (glyphs.live, "LIVE", palette.live)
      case .sending: (glyphs.pending, "SENDING", palette.warning)
      case .onAir: (glyphs.live, "ON AIR", palette.live)
      }
    case .waiting: (glyphs.warning, "RECONNECTING", palette.warning)
    case .stopping: (glyphs.pending, "STOPPING", palette.warning)
    case .ended: (glyphs.pending, "ENDED", palette.strong)
    }
  }

  /// Sign, word and style of what the service shows of a stream.
  func service(_ state: ServiceHealth.State) -> (sign: String, word: String, style: Style) {
    switch state {
    case .live: (glyphs.live, "LIVE", palette.live)
    case .offline: (glyphs.pending, "OFFLINE", palette.warning)
    case .unknown: (glyphs.pending, "not known", palette.faint)
    }
  }

  /// Sign and style of the service's word for a stream's health.
  func health(_ word: String) -> (sign: String, style: Style) {
    switch word {
    case "HEALTHY": (glyphs.good, palette.good)
    case "STARVING": (glyphs.bad, palette.bad)
    default: (glyphs.pending, palette.faint)
    }
  }

  /// Sign, word and style of an event.
  func severity(_ severity: BroadcastEvent.Severity) -> (sign: String, word: String, style: Style) {
    switch severity {
    case .debug: (glyphs.dot, "debug", palette.faint)
    case .info: (glyphs.dot, "info", palette.text)
    case .notice: (glyphs.good, "notice", palette.strong)
    case .warning: (glyphs.warning, "warning", palette.warning)
    case .error: (glyphs.bad, "error", palette.bad)
    }
  }
}
