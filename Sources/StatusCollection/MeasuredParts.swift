internal import Interface
internal import Media
internal import Metering
internal import Publishing
internal import Transwrap

extension AudioLevels {
  /// As the meter found them.
  init(_ levels: Levels, isSilenceWanted: Bool) {
    self.init()
    for (index, channel) in [levels.left, levels.right].enumerated() {
      channels[index].peak = channel.peak
      channels[index].rms = channel.rms
    }
    shortTermLoudness = levels.shortTermLoudness
    clippedSamples = levels.clippedSamples
    silentSeconds = isSilenceWanted ? 0 : levels.silentSeconds
  }
}

extension PublishLoop.Snapshot {
  /// How long there was no connection since the first one; `nil` where there always was.
  func withoutConnection(at now: MediaTime) -> Double? {
    let whole = timeWithout + (lostSince.map { max(.zero, now - $0) } ?? .zero)
    return whole > .zero ? whole.inSeconds : nil
  }
}

extension BroadcastStatus.Transport {
  /// Without a connection nothing is measured; what was sent stays counted.
  mutating func forgetMeasurements() {
    (kernelQueueBytes, kernelQueueMilliseconds, roundTripMilliseconds) = (nil, nil, nil)
    (captureToSocketMilliseconds, estimatedKilobitsPerSecond, proxy) = (nil, nil, nil)
  }
}

extension BroadcastStatus.Proxy {
  /// As the proxy told it.
  init(_ report: ProxyReport) {
    self.init()
    if let state = report.state {
      self.state = state.state.rawValue
      reason = state.reason
    }
    if let figures = report.statistics {
      kilobitsPerSecond = figures.kilobitsPerSecond
      bytesSent = Int(clamping: figures.bytesSent)
      bytesAcknowledged = Int(clamping: figures.bytesAcknowledged)
      queueMilliseconds = figures.queueMilliseconds
      roundTripMilliseconds = figures.roundTripMilliseconds
      reconnects = figures.reconnects
    }
    if let congestion = report.congestion {
      queueMilliseconds = max(queueMilliseconds ?? 0, congestion.queueMilliseconds)
      suggestedKilobits = congestion.suggestedKilobits
    }
    warning = report.warning?.message
  }
}
