internal import Codec
internal import Interface
internal import Media
internal import Pipeline
internal import Publishing

extension StatusCollector {
  /// How good the stream is.
  func judge(_ status: BroadcastStatus, state: ReconnectStateMachine.State, at now: MediaTime) -> Verdict {
    switch state {
    case .idle: return Verdict(level: .pending, reason: "not on air")
    case .connecting(let attempt):
      return Verdict(level: .pending, reason: attempt > 1 ? "attempt \(attempt)" : "connecting")
    case .waiting(_, _, let failure): return Verdict(level: .bad, reason: failure.description)
    case .stopping: return Verdict(level: .pending, reason: "stopping")
    case .ended(.stopped): return Verdict(level: .pending, reason: "ended")
    case .ended(.failed(let failure)), .ended(.rejected(let failure)):
      return Verdict(level: .bad, reason: failure.description)
    case .live(let since):
      var evidence = Verdict.Evidence()
      // What the connection before it delivered proves nothing either.
      let delivered = lastAcknowledgement.flatMap { $0 >= since ? $0 : nil }
      evidence.hasDelivered = delivered != nil
      evidence.secondsWithoutAcknowledgement = (now - (delivered ?? since)).inSeconds
      // Nor does what was behind on it.
      if let newest, newest.time >= since {
        evidence.delayMilliseconds =
          status.transport.delayMilliseconds + (status.transport.proxy?.queueMilliseconds ?? 0)
        if let proxy = status.transport.proxy, proxy.state == "waiting" {
          evidence.proxyLostIngest = proxy.reason ?? "no reason given"
        }
      }
      evidence.serviceAlarm = status.service?.divergence
      evidence.awaitsService = status.airState == .sending && status.service?.problem == nil
      evidence.lostSource = Self.lostSources(status)
      if let sample = newest, let last = samples.last(where: { sample.time - $0.time > .milliseconds(500) }),
        (now - since) > .seconds(3)
      {
        let rate = encoding.frameRate.perSecond
        let losses = LossShares(from: last.counts, to: sample.counts, framesPerSecond: rate)
        (evidence.captureLoss, evidence.encoderLoss) = (losses.capture, losses.encoder)
        // The queue throws away more than a second at once, and then nothing for as long.
        let longer = LossShares(from: (samples.first ?? last).counts, to: sample.counts, framesPerSecond: rate)
        evidence.networkLoss = max(longer.network, Self.protocolLoss(from: last, to: sample))
        let wanted = max(1, rate * (sample.time - last.time).inSeconds)
        if status.rate.requestedKilobits > 0, let allowed = status.rate.allowedKilobits {
          evidence.bitrateShare = Double(allowed) / Double(status.rate.requestedKilobits)
        }
        // One frame more or less is a matter of when it was looked.
        evidence.frameRateShare = min(1, Double(sample.encoded - last.encoded + 1) / wanted)
      }
      return Verdict.judge(evidence)
    }
  }

  /// Which sources give nothing, in a few words; `nil` where both give something.
  private static func lostSources(_ status: BroadcastStatus) -> String? {
    let sources = [("camera", status.video.sourceState), ("microphone", status.audio.sourceState)]
    let lost = sources.filter { $0.1 == .lost }.map(\.0)
    let waiting = sources.filter { $0.1 == .waiting }.map(\.0)
    let words = [
      lost.isEmpty ? nil : "\(lost.joined(separator: " and ")) lost",
      waiting.isEmpty ? nil : "no \(waiting.joined(separator: " and no ")) yet",
    ].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  /// The part of SRT's packets that the receiver had to do without, 0…1; a new connection counts from zero.
  private static func protocolLoss(from last: Sample, to sample: Sample) -> Double {
    guard sample.protocolPackets >= last.protocolPackets, sample.protocolLoss > last.protocolLoss else { return 0 }
    let lost = Double(sample.protocolLoss - last.protocolLoss)
    return min(1, lost / max(lost, Double(sample.protocolPackets - last.protocolPackets)))
  }
}
