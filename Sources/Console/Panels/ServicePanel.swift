internal import Interface

/// What Amazon IVS itself says of the stream.
enum ServicePanel {
  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let service = state.status.service
    canvas.box(
      region, title: Panel.service.title,
      remark: Line(
        service?.streamID.map { cut($0, to: 12, ellipsis: canvas.glyphs.ellipsis) } ?? "", canvas.palette.faint),
      isFocused: state.focus == .service)
    guard let service else { return }
    let inside = region.insideBorder
    let list = FactList(facts(service, state, canvas, isWide: inside.columns >= 34), labelColumns: 10)
    let used = list.draw(on: &canvas, in: inside, sparing: min(2, service.events.count))
    let rows = inside.lines(used..<inside.rows)
    canvas.put(service.events.flatMap { lines($0, canvas.palette, columns: rows.columns) }, in: rows)
  }

  /// What there is to say; where it is narrow, what would be a remark has a row of its own.
  private static func facts(
    _ service: ServiceHealth, _ state: ConsoleState, _ canvas: Canvas, isWide: Bool
  ) -> [Fact] {
    let palette = canvas.palette
    let glyphs = canvas.glyphs
    func sentence(_ label: String, _ text: String, _ style: Style, importance: Int) -> Fact {
      Fact(label: label, value: Line(text, style), isSentence: true, importance: importance)
    }
    var facts: [Fact] = []
    if let alarm = service.divergence {
      facts.append(sentence("Alarm", "\(glyphs.bad) \(alarm)", palette.bad, importance: 20))
    }
    let shown = canvas.look.service(service.state)
    facts.append(
      Fact(
        label: "State", value: Line("\(shown.sign) \(shown.word)", shown.style),
        remarks: isWide ? service.startClock.map { ["since \($0)"] } ?? [] : [], importance: 19))
    if let problem = service.problem {
      facts.append(sentence("Problem", "\(glyphs.warning) \(problem)", palette.warning, importance: 17))
    }
    if service.state == .live {
      let health = canvas.look.health(service.health)
      facts.append(
        Fact(
          label: "Health", value: Line("\(health.sign) \(service.health)", health.style),
          remarks: isWide ? service.viewers.map { ["\($0) viewer\($0 == 1 ? "" : "s")"] } ?? [] : [], importance: 18))
    }
    if !isWide, service.state == .live {
      if let viewers = service.viewers {
        facts.append(Fact(label: "Viewers", value: Line("\(viewers)", palette.text), importance: 11))
      }
      if let start = service.startClock {
        facts.append(Fact(label: "Since", value: Line(start, palette.text), importance: 10))
      }
    }
    if let end = service.explanation { facts.append(sentence("Last end", end, palette.text, importance: 16)) }
    facts += received(service, state, canvas)
    if let found = service.found { facts.append(sentence("Found", found, palette.text, importance: 14)) }
    if service.metadataSent + service.metadataQueued > 0 {
      let waiting = service.metadataQueued > 0 ? ["\(service.metadataQueued) waiting"] : []
      facts.append(
        Fact(
          label: "Metadata", value: Line("\(service.metadataSent) sent", palette.text), remarks: waiting,
          importance: 12))
    }
    return facts
  }

  /// What arrives beside what is sent.
  private static func received(_ service: ServiceHealth, _ state: ConsoleState, _ canvas: Canvas) -> [Fact] {
    let palette = canvas.palette
    guard let received = service.received else {
      let key = state.keymap.keyName(.serviceFigures)
      let text = state.hasFigures ? "asked for, nothing yet" : "\(key) asks; AWS bills for it"
      return [Fact(label: "Received", value: Line(text, palette.faint), importance: 9)]
    }
    let video = state.status.video
    let bitrate = received.videoKilobits.map {
      Line("\($0) of \(Figures.decimal(video.kilobitsPerSecond.map(Double.init), digits: 0)) kbit/s", palette.text)
    }
    let remarks = [
      "\(Figures.decimal(received.ageSeconds, digits: 0)) s old", received.audioKilobits.map { "sound \($0) kbit/s" },
    ].compactMap(\.self)
    var facts = [
      Fact(
        label: "Received", value: bitrate ?? Line("no bitrate", palette.faint), remarks: remarks, importance: 15)
    ]
    let keyframes = received.keyframeSeconds.map { "key each \(Figures.decimal($0, digits: 1)) s" }
    if let rate = received.framesPerSecond {
      let wish = Figures.decimal(video.targetFramesPerSecond, digits: 0)
      let text = "\(Figures.decimal(rate, digits: 1)) of \(wish) fps"
      facts.append(
        Fact(
          label: "Frames", value: Line(text, palette.text), remarks: [keyframes].compactMap(\.self), importance: 13))
    } else if let keyframes {
      facts.append(Fact(label: "Frames", value: Line(keyframes, palette.text), importance: 13))
    }
    return facts
  }

  /// An event; a code that has no room beside the name stands below it.
  private static func lines(_ event: ServiceHealth.Event, _ palette: Palette, columns limit: Int) -> [Line] {
    let name = Line("\(event.clock) ", palette.faint) + Line(event.name, palette.text)
    guard let code = event.code else { return [name] }
    let whole = name + Line(" \(code)", palette.warning)
    guard whole.columns > limit else { return [whole] }
    return [name, Line(String(repeating: " ", count: columns(of: event.clock) + 1) + code, palette.warning)]
  }
}
