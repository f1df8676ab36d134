internal import ChannelMonitor
internal import Codec
package import Interface
internal import Media
internal import Networking
internal import Packets
package import Pipeline
internal import Publishing
internal import Settings
internal import Synchronization
internal import Transwrap

/// Turns counters and the connection's figures into a ``BroadcastStatus``.
///
/// The engine has it sample each ``interval``; who asks for the status, and how often, changes nothing that is measured.
package actor StatusCollector {
  /// From one sample to the next.
  package static let interval = Duration.milliseconds(200)

  struct Sample {
    var counts: LossShares.Counts
    var shown: Int
    var bytes: Int
    var audioBytes: Int
    var encodeNanoseconds: Int
    var damaged: Int
    /// What SRT sent, and what it threw away as too late; zero over TCP.
    var protocolPackets = 0
    var protocolLoss = 0
    var time: MediaTime { counts.time }
    var encoded: Int { counts.encoded }
  }

  private let production: Production
  /// The newest one.
  var newest: Sample?
  /// How many were begun.
  private var begun = 0
  private var context: SessionContext { production.context }
  private var queue: PacketQueue { production.queue }
  var encoding: VideoEncoding { production.settings.video }
  /// The last three: bitrates are measured over two seconds, a group of pictures.
  var samples: [Sample] = []
  private var acknowledged = 0
  /// Whether the connection had media in it when it was last looked at.
  private var hasSentMedia = false
  /// The broadcast that the counts are of, and what had been counted when it began.
  private var broadcast: ObjectIdentifier?
  private var base: Sample?
  var lastAcknowledgement: MediaTime?
  private var lastTransport = BroadcastStatus.Transport()
  private var rates = Rates()
  /// The connection that the figures are of, and the bytes of those before it.
  private var connection: ObjectIdentifier?
  private var bytesBefore = 0
  /// What its path takes.
  private var path = PathRate()
  private var meter = MachineMeter()
  /// How busy this machine is.
  package private(set) var machine = Machine()

  /// What is measured between two samples.
  private struct Rates {
    var framesPerSecond: Double?
    var videoKilobits: Int?
    var audioKilobits: Int?
    var encodeMilliseconds: Double?
  }

  /// Measures what `production` makes, and where it goes.
  package init(_ production: Production) { self.production = production }

  /// Looks at all counters; `onAir` is `nil` while nothing is to be published.
  package func sample(_ onAir: MeasuredBroadcast?) async {
    let (snapshot, now) = (onAir?.publishing.snapshot, MediaTime.now())
    begun += 1
    let number = begun
    let statistics = await snapshot?.connection?.statistics()
    // Another one may have overtaken this one meanwhile.
    guard number == begun else { return }
    if !isOf(onAir) {
      broadcast = onAir.map { ObjectIdentifier($0.publishing) }
      (lastTransport, bytesBefore, connection) = (BroadcastStatus.Transport(), 0, nil)
      (base, samples) = (takeSample(at: now, less: nil), [])
      // Pictures are shown on air and off it; what else was measured belongs to the broadcast before.
      rates = Rates(framesPerSecond: rates.framesPerSecond)
    }
    let open = snapshot?.connection.map { ObjectIdentifier($0) }
    if connection != open {
      (connection, bytesBefore, path) = (open, lastTransport.bytesSent, PathRate())
      (acknowledged, lastAcknowledgement, hasSentMedia) = (0, nil, false)
    }
    var sample = takeSample(at: now, less: base)
    sample.protocolPackets = statistics?.protocolPacketsSent ?? 0
    sample.protocolLoss = statistics?.protocolPacketsDropped ?? 0
    measure(sample)
    // Without anything sent there was nothing to measure: the connection has just begun, or is just gone.
    if let statistics {
      path.look(
        acknowledged: statistics.transportBytesAcknowledged ?? 0, isBacklogged: (statistics.kernelUnsentBytes ?? 0) > 0,
        at: now)
      if statistics.bytesSent > 0 { lastTransport = transport(statistics, snapshot?.connection) }
    }
    followAcknowledgements(snapshot?.state, at: now)
    hasSentMedia = (statistics?.packetsSent ?? 0) > 0
    if samples.last.map({ now - $0.time > .milliseconds(900) }) ?? true { samples.append(sample) }
    if samples.count > 3 { samples.removeFirst(samples.count - 3) }
    newest = sample
    machine = meter.measure(at: now)
  }

  /// The status by the newest sample; `onAir` is `nil` while nothing is to be published.
  /// - Parameter rate: what is allowed of the bitrate, and why.
  package func status(_ onAir: MeasuredBroadcast?, rate: RateStatus, ended: Bool) async -> BroadcastStatus {
    if newest == nil || !isOf(onAir) { await sample(onAir) }
    let (snapshot, now) = (onAir?.publishing.snapshot, MediaTime.now())
    var status = BroadcastStatus()
    // When the counters were read: rates come from differences of both.
    status.time = newest?.time ?? now
    status.channel = onAir?.channelName ?? ""
    status.ingest = onAir?.ingest
    status.playbackURL = onAir?.playbackURL
    status.reconnects = snapshot?.reconnects ?? 0
    status.moves = snapshot.flatMap { $0.moves > 0 ? $0.moves : nil }
    status.recording = production.recordingStatus ?? (ended ? production.completedRecording : nil)
    status.lastRecording = production.completedRecording?.path
    status.onAirSeconds = snapshot?.firstLive.map { (now - $0).inSeconds } ?? 0
    status.disconnectedSeconds = snapshot?.withoutConnection(at: now)
    describePhase(snapshot?.state, ended: ended, at: now, in: &status)
    if let newest { describeVideo(newest, in: &status) }
    describeAudio(in: &status)
    status.rate = rate
    status.rate.framesHeldBack = newest?.counts.heldBack ?? 0
    status.transport = lastTransport
    status.transport.queueMilliseconds = queue.depth.inMilliseconds
    if status.phase == .waiting || status.phase == .connecting { status.transport.forgetMeasurements() }
    status.service = await onAir?.monitor?.health(
      videoKilobits: status.video.kilobitsPerSecond ?? 0, framesPerSecond: status.video.framesPerSecond ?? 0)
    status.verdict = judge(status, state: snapshot?.state ?? .idle, at: now)
    return status
  }

  /// Whether what was sampled is of this broadcast.
  private func isOf(_ onAir: MeasuredBroadcast?) -> Bool { broadcast == onAir.map { ObjectIdentifier($0.publishing) } }

  /// Notes when the other end last acknowledged something.
  private func followAcknowledgements(_ state: ReconnectStateMachine.State?, at now: MediaTime) {
    switch state {
    case .connecting: lastAcknowledgement = nil
    case .live:
      // A proxy's own acknowledgement says nothing of the ingest behind it.
      let bytes = (lastTransport.proxy.map(\.bytesAcknowledged) ?? lastTransport.bytesAcknowledgedByTransport) ?? 0
      // What is acknowledged before any media went out is the handshake, and proves nothing.
      if bytes != acknowledged { (acknowledged, lastAcknowledgement) = (bytes, hasSentMedia ? now : nil) }
    case nil, .idle, .waiting, .stopping, .ended: break
    }
  }

  private func takeSample(at now: MediaTime, less base: Sample?) -> Sample {
    let before = base?.counts ?? LossShares.Counts(time: now)
    let counts = LossShares.Counts(
      time: now, encoded: context.video.framesEncoded.sum - before.encoded,
      captureLoss: context.video.droppedByCapture.sum - before.captureLoss,
      encoderLoss: context.video.droppedByEncoder.sum - before.encoderLoss,
      networkLoss: queue.droppedVideo - before.networkLoss, networkPassed: queue.passedVideo - before.networkPassed,
      heldBack: context.video.framesHeldBack.sum - before.heldBack)
    return Sample(
      counts: counts, shown: context.video.framesShown.sum, bytes: context.video.bytes.sum,
      audioBytes: context.audio.bytes.sum, encodeNanoseconds: context.video.encodeNanoseconds.sum,
      damaged: context.video.damagedFrames.sum - (base?.damaged ?? 0))
  }

  private func describePhase(
    _ state: ReconnectStateMachine.State?, ended: Bool, at now: MediaTime, in status: inout BroadcastStatus
  ) {
    switch state {
    case nil: status.phase = .idle
    case .idle, .connecting: status.phase = .connecting
    case .live: status.phase = .live
    case .waiting(_, let until, _):
      status.phase = .waiting
      status.retryInSeconds = (until - now).inSeconds
    case .stopping: status.phase = .stopping
    case .ended: status.phase = .ended
    }
    if ended { status.phase = .ended }
  }

  private func describeVideo(_ sample: Sample, in status: inout BroadcastStatus) {
    let source = context.video.source.withLock { $0 }
    status.video.source = source.description
    status.video.sourceState = source.state
    status.video.encoder = source.encoder
    status.video.width = encoding.size.width
    status.video.height = encoding.size.height
    status.video.targetFramesPerSecond = encoding.frameRate.perSecond
    status.video.targetKilobitsPerSecond = context.picture.bitrate.kilobitsPerSecond
    status.video.isSlate = context.picture.isSlate
    status.video.framesEncoded = sample.encoded
    status.video.framesShown = sample.shown
    status.video.framesRepeated = context.video.framesRepeated.sum
    status.video.droppedByCapture = sample.counts.captureLoss
    status.video.damagedFrames = sample.damaged
    status.video.droppedByEncoder = sample.counts.encoderLoss
    status.video.droppedByNetwork = sample.counts.networkLoss
    status.video.framesPerSecond = rates.framesPerSecond
    status.video.kilobitsPerSecond = rates.videoKilobits
    if sample.encoded > 0 {
      let held = context.video.framesHeld.load(ordering: .relaxed)
      status.video.encoderDelayMilliseconds = (encoding.frameRate.interval * held).inMilliseconds
    }
    status.video.encodeMilliseconds = rates.encodeMilliseconds
  }

  /// Measures anew, unless too little time has passed since the last sample, as at the very end.
  private func measure(_ sample: Sample) {
    guard let last = samples.last, let oldest = samples.dropFirst(max(0, samples.count - 2)).first else { return }
    let (interval, window) = ((sample.time - last.time).inSeconds, (sample.time - oldest.time).inSeconds)
    guard interval > 0.9 else { return }
    let frames = sample.encoded - last.encoded
    rates.framesPerSecond = Double(sample.shown - last.shown) / interval
    rates.videoKilobits = Int(Double(sample.bytes - oldest.bytes) * 8 / window / 1000)
    rates.audioKilobits = Int(Double(sample.audioBytes - oldest.audioBytes) * 8 / window / 1000)
    if frames > 0 {
      rates.encodeMilliseconds = Double(sample.encodeNanoseconds - last.encodeNanoseconds) / 1e6 / Double(frames)
    }
  }

  private func describeAudio(in status: inout BroadcastStatus) {
    let source = context.audio.source.withLock { $0 }
    status.audio.source = source.description
    status.audio.sourceState = source.state
    status.audio.inputs = source.inputs
    status.audio.overruns = context.audio.overruns.sum
    status.audio.driftPartsPerMillion = context.audio.driftPartsPerMillion.withLock { $0 }
    status.audio.isMuted = context.sound.isMuted
    status.audio.gainDecibels = context.sound.gainDecibels
    status.audio.levels = context.audio.levels.withLock { $0 }.map {
      AudioLevels($0, isSilenceWanted: context.isSilenceWanted)
    }
    status.audio.kilobitsPerSecond = rates.audioKilobits
  }

  private func transport(
    _ statistics: TransportStatistics, _ connection: (any Publisher)?
  ) -> BroadcastStatus.Transport {
    let kernelQueue = statistics.kernelQueueBytes
    var transport = BroadcastStatus.Transport()
    transport.bytesSent = bytesBefore + Int(clamping: statistics.bytesSent)
    transport.bytesAcknowledged = statistics.bytesAcknowledged.map { Int(clamping: $0) }
    transport.bytesAcknowledgedByTransport = statistics.transportBytesAcknowledged.map { Int(clamping: $0) }
    transport.kernelQueueBytes = kernelQueue
    transport.kernelQueueMilliseconds =
      (statistics.queuedMedia ?? kernelQueue.flatMap { path.duration(ofBytes: $0) })?.inMilliseconds
    transport.roundTripMilliseconds = statistics.roundTripTime?.inMilliseconds
    transport.retransmits = statistics.retransmits
    transport.captureToSocketMilliseconds = statistics.captureToSocket?.inMilliseconds
    transport.droppedByProtocol = statistics.protocolPacketsDropped
    transport.estimatedKilobitsPerSecond = statistics.estimatedBandwidth?.kilobitsPerSecond
    transport.proxy = ((connection as? ProxyPublisher)?.report).map(BroadcastStatus.Proxy.init)
    return transport
  }
}
