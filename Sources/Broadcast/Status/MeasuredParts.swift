internal import Interface
internal import Metering
internal import Transwrap

extension AudioLevels {
  /// As the meter found them.
  init(_ levels: Levels, isMuted: Bool) {
    self.init()
    for (index, channel) in [levels.left, levels.right].enumerated() {
      channels[index].peak = channel.peak
      channels[index].rms = channel.rms
    }
    shortTermLoudness = levels.shortTermLoudness
    clippedSamples = levels.clippedSamples
    silentSeconds = isMuted ? 0 : levels.silentSeconds
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
