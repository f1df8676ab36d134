internal import IVS
internal import Interface
internal import Media

/// What the service's answers mean.
extension MonitorStateMachine {
  mutating func answered(_ answer: Answer, at now: MediaTime) -> [Notice] {
    switch answer {
    case .stream(let stream):
      schedule.succeeded(.stream)
      lastAnswer = now
      guard let connection else { return [] }
      guard let stream else { return showsNothing(at: now) }
      return isOurs(stream, connection) ? shows(stream, at: now) : showsAnother(at: now)
    case .session(let session):
      schedule.succeeded(.session)
      return session.map { take($0) } ?? []
    case .explanation(let session):
      schedule.succeeded(.explanation)
      let finding = StreamDiagnosis.explain(session, of: lostConnection)
      known.explanation = finding.text
      return [.explained(finding)]
    case .figures(let figures):
      schedule.succeeded(.figures)
      take(figures, at: now)
      return []
    }
  }

  /// A question without an answer.
  mutating func failed(_ question: Question, _ error: IVSError, at now: MediaTime) -> [Notice] {
    let isForbidden = if case .accessDenied = error { true } else { false }
    let isNews = schedule.failed(question, "\(error)", isForbidden: isForbidden)
    if question == .explanation {
      // The network that broke the stream is in the way of the question too.
      explanations += 1
      if explanations < 4, error.isTransient { schedule.plan(.explanation, at: now + Self.soon) }
    } else if connection != nil, question != .figures || wantsFigures {
      schedule.plan(question, at: now + (error.isTransient ? Self.interval : .seconds(60)))
    }
    return isNews ? [.unknown("\(error)")] : []
  }

  private mutating func shows(_ stream: IVSStream, at now: MediaTime) -> [Notice] {
    schedule.plan(.stream, at: now + Self.interval)
    let before = known.health
    (known.state, known.health) = (.live, stream.health ?? "UNKNOWN")
    known.viewers = stream.viewerCount.flatMap { $0 >= 0 ? $0 : nil } ?? known.viewers
    known.startClock = stream.startTime.map(Self.clock) ?? known.startClock
    known.streamID = stream.streamId
    let isNew = ownStreamID != stream.streamId
    defer { (wasLive, ownStreamID) = (true, stream.streamId) }
    if !wasLive || isNew {
      schedule.plan(.session, at: now + .seconds(1))
      return [.onAir(streamID: stream.streamId, isNew: isNew)]
    }
    guard before != known.health, known.health == "STARVING" || before == "STARVING" else { return [] }
    schedule.plan(.session, at: now + .seconds(1))
    return [.health(known.health)]
  }

  private mutating func showsAnother(at now: MediaTime) -> [Notice] {
    (known.state, known.health, known.viewers) = (.offline, "OFFLINE", nil)
    schedule.plan(.stream, at: now + Self.soon)
    defer { saidForeign = true }
    return saidForeign ? [] : [.foreign]
  }

  private mutating func showsNothing(at now: MediaTime) -> [Notice] {
    (known.state, known.health, known.viewers) = (.offline, "OFFLINE", nil)
    schedule.plan(.stream, at: now + Self.soon)
    defer { wasLive = false }
    return wasLive ? [.gone] : []
  }

  /// Whether what the service shows is what this connection sends, and not another broadcaster's stream.
  private func isOurs(_ stream: IVSStream, _ connection: Connection) -> Bool {
    if connection.hadPriority || (ownStreamID != nil && stream.streamId == ownStreamID) { return true }
    guard let start = stream.startTime else { return true }
    return start.seconds >= connection.wallSeconds - 10
  }

  private mutating func take(_ session: IVSStreamSession) -> [Notice] {
    let all = session.events
    if let video = session.video {
      let size = video.videoWidth.flatMap { width in video.videoHeight.map { "\(width)x\($0)" } }
      let rate = video.targetFramerate.map { "@\($0)" } ?? ""
      let bitrate = video.targetBitrate.map { "\($0 / 1000) kbit/s announced" }
      known.found = [size.map { $0 + rate }, video.codec, bitrate].compactMap { $0 }.joined(separator: ", ")
    }
    let fresh = session.streamId == ownStreamID ? max(0, all.count - seenEvents) : all.count
    seenEvents = all.count
    known.events = all.prefix(20).map { event in
      ServiceHealth.Event(
        clock: event.eventTime.map(Self.clock) ?? "", name: event.name ?? event.type ?? "event", code: event.code)
    }
    return all.prefix(fresh).reversed().map { .event(name: $0.name ?? $0.type ?? "event", code: $0.code) }
  }

  private mutating func take(_ figures: IngestMetrics, at now: MediaTime) {
    guard connection != nil, wantsFigures else { return }
    schedule.plan(.figures, at: now + Self.figuresInterval)
    guard !figures.isEmpty else { return }
    var received = ServiceHealth.Received()
    received.videoKilobits = figures.videoBitrate.map { Int($0 / 1000) }
    received.audioKilobits = figures.audioBitrate.map { Int($0 / 1000) }
    received.framesPerSecond = figures.frameRate
    received.keyframeSeconds = figures.keyframeInterval
    known.received = received
    figuresTime = figures.time
  }

  private static func clock(_ time: Timestamp) -> String { WallClock.local(time.seconds, "%H:%M:%S") }
}
