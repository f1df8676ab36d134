internal import Interface

/// The verdict and every figure that it rests on.
enum HealthPanel {
  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let wide = "losses over 10 s, limits 1 % and 5 %"
    let scope = !state.isOnAir ? "" : region.columns >= 54 ? wide : "losses over 10 s"
    canvas.box(
      region, title: Panel.health.title, remark: Line(scope, canvas.palette.faint), isFocused: state.focus == .health)
    let inside = region.insideBorder
    FactList(facts(state, canvas), labelColumns: 14).draw(on: &canvas, in: inside)
  }

  private static func facts(_ state: ConsoleState, _ canvas: Canvas) -> [Fact] {
    let status = state.status
    let palette = canvas.palette
    let transport = status.transport
    func fact(_ label: String, _ text: String, _ remarks: [String] = [], importance: Int) -> Fact {
      Fact(label: label, value: Line(text, palette.text), remarks: remarks, importance: importance)
    }
    func unknown(_ label: String, _ text: String, importance: Int) -> Fact {
      Fact(label: label, value: Line(text, palette.faint), importance: importance)
    }
    let bar = VerdictBar(state, canvas.look)
    let style = status.phase == .live ? canvas.look.verdict(status.verdict.level).style : palette.strong
    var facts = [
      Fact(
        label: "Verdict", value: Line("\(bar.sign) \(bar.word) ", style) + Line(bar.reason, palette.text),
        importance: 20),
      loss(
        "Camera loss", .capture, status.video.droppedByCapture, damaged: status.video.damagedFrames, state, canvas,
        importance: 18),
      loss("Encoder loss", .encoder, status.video.droppedByEncoder, state, canvas, importance: 17),
      loss("Network loss", .network, status.video.droppedByNetwork, state, canvas, importance: 19),
    ]
    let video = status.video
    if state.isOnAir {
      let kernel = transport.kernelQueueMilliseconds
      let queue = transport.delayMilliseconds
      facts += [
        fact("Round trip", Figures.milliseconds(transport.roundTripMilliseconds), importance: 14),
        Fact(
          label: "Send queue",
          value: status.phase == .live
            ? judged(Figures.milliseconds(queue), queue, limits: (300, 1000), canvas) : Line("- ms", palette.text),
          remarks: ["kernel \(Figures.milliseconds(kernel))"], importance: 16),
        encode(status, canvas),
        captureDelay(status),
        fact("Reconnects", "\(status.reconnects)", isTrying(status) ? ["trying"] : [], importance: 11),
      ]
      if let proxy = transport.proxy { facts.append(describe(proxy, canvas)) }
    }
    facts += [
      fact(
        "Frame rate",
        "\(Figures.decimal(video.framesPerSecond, digits: 1)) of "
          + "\(Figures.decimal(video.targetFramesPerSecond, digits: 0)) fps", [video.encoder].filter { !$0.isEmpty },
        importance: 13),
      fact(
        "CPU", "\(Figures.decimal(status.machine.processPercent, digits: 0)) % here",
        [
          "\(Figures.decimal(status.machine.systemPercent, digits: 0)) % of \(status.machine.cores)"
            + " core\(status.machine.cores == 1 ? "" : "s")"
        ], importance: 12),
      status.machine.celsius.map { temperature($0, canvas) } ?? unknown("Temperature", "no sensor", importance: 8),
    ]
    facts.append(
      status.service.map { describe($0, canvas) } ?? unknown("IVS says", "not known", importance: 10))
    return facts
  }

  private static func loss(
    _ label: String, _ place: LossWindow.Place, _ count: Int, damaged: Int = 0, _ state: ConsoleState,
    _ canvas: Canvas, importance: Int
  ) -> Fact {
    guard state.isOnAir else {
      return Fact(label: label, value: Line("not live", canvas.palette.faint), importance: importance - 14)
    }
    if place == .network, state.status.phase != .live {
      return Fact(label: label, value: Line("- %", canvas.palette.text), importance: importance)
    }
    let share = state.losses.share(place)
    let limit = share > 0.05 ? "above 5 %" : share > 0.01 ? "above 1 %" : ""
    let frames = count == 0 ? "" : "\(count) frame\(count == 1 ? "" : "s")"
    return Fact(
      label: label, value: judged(Figures.percent(share), share, limits: (0.01, 0.05), canvas),
      remarks: [limit, frames, damaged == 0 ? "" : "\(damaged) damaged"].filter { !$0.isEmpty }, importance: importance)
  }

  /// A figure with the sign of its limits: a warning above the first, bad above the second.
  private static func judged(
    _ text: String, _ value: Double, limits: (Double, Double), _ canvas: Canvas
  ) -> Line {
    let level: Verdict.Level = value > limits.1 ? .bad : value > limits.0 ? .warning : .good
    let look = canvas.look.verdict(level)
    // Within its limits a figure has no sign: what needs looking at stands out.
    if level == .good { return Line(text, canvas.palette.text) }
    return Line("\(look.sign) \(text)", look.style)
  }

  /// The service's own word: how healthy a stream is that it shows, else whether it shows one.
  private static func describe(_ service: ServiceHealth, _ canvas: Canvas) -> Fact {
    guard service.state == .live else {
      let look = canvas.look.service(service.state)
      return Fact(
        label: "IVS says", value: Line("\(look.sign) \(look.word)", look.style),
        remarks: [service.problem].compactMap(\.self), importance: 15)
    }
    let look = canvas.look.health(service.health)
    let viewers = service.viewers.map { ["\($0) viewer\($0 == 1 ? "" : "s")"] } ?? []
    return Fact(
      label: "IVS says", value: Line("\(look.sign) \(service.health)", look.style), remarks: viewers, importance: 15)
  }

  /// The proxy's own end: what it has waiting, and for how long its bytes travel.
  private static func describe(_ proxy: BroadcastStatus.Proxy, _ canvas: Canvas) -> Fact {
    let waiting = proxy.queueMilliseconds
    let queue = Figures.milliseconds(waiting)
    let fits = proxy.suggestedKilobits.map { ["\($0) kbit/s would fit"] } ?? []
    let again = proxy.reconnects ?? 0
    let reconnects = again > 0 ? ["\(again) reconnects"] : []
    guard proxy.state == "live" else {
      return Fact(
        label: "Proxy", value: judged(proxy.state, 2, limits: (0, 1), canvas), remarks: [proxy.reason ?? ""],
        importance: 16)
    }
    return Fact(
      label: "Proxy", value: judged("live, queue \(queue)", waiting ?? 0, limits: (300, 1000), canvas),
      remarks: fits + ["round trip \(Figures.milliseconds(proxy.roundTripMilliseconds))"] + reconnects, importance: 16)
  }

  /// From the camera to the socket without the pictures that the encoder holds, which stand beside it.
  private static func captureDelay(_ status: BroadcastStatus) -> Fact {
    let held = status.video.encoderDelayMilliseconds ?? 0
    let rest = status.transport.captureToSocketMilliseconds.map { max(0, $0 - held) }
    return Fact(
      label: "Capture delay", value: Line(Figures.milliseconds(rest)),
      remarks: (held > 0 ? ["and encoder \(Figures.milliseconds(held))"] : []) + ["to the socket"], importance: 9)
  }

  /// Whether a connection that was lost is being made anew.
  private static func isTrying(_ status: BroadcastStatus) -> Bool {
    status.phase == .waiting || (status.phase == .connecting && status.onAirSeconds > 0)
  }

  private static func encode(_ status: BroadcastStatus, _ canvas: Canvas) -> Fact {
    let rate = status.video.targetFramesPerSecond
    let interval = rate > 0 ? 1000 / rate : 0
    let time = status.video.encodeMilliseconds
    let text = Figures.milliseconds(time) + (interval > 0 ? " of \(Figures.milliseconds(interval))" : "")
    return Fact(
      label: "Encode",
      value: judged(text, interval > 0 ? (time ?? 0) / interval : 0, limits: (0.7, 0.95), canvas),
      importance: 15)
  }

  private static func temperature(_ celsius: Double, _ canvas: Canvas) -> Fact {
    let text = "\(Figures.decimal(celsius, digits: 0)) \(canvas.glyphs.level == .ascii ? "" : "°")C"
    return Fact(label: "Temperature", value: judged(text, celsius, limits: (75, 85), canvas), importance: 13)
  }
}
