internal import Media
internal import NIOCore
internal import Networking
internal import Packets
internal import RTMP
internal import Transwrap

extension PublishSession {
  // MARK: The ingest's end

  func connect(_ priority: Int?) {
    guard let stream = outgoing.description else { return }
    let key = priority.map(grant.key.withPriority) ?? grant.key
    let (box, loop, grant, shared, logger) = (NIOLoopBound(self, eventLoop: loop), loop, grant, shared, log.logger)
    Task(executorPreference: shared.tasks) {
      do throws(RTMPError) {
        let publisher = try await RTMPPublisher.connect(
          to: grant.endpoint, key: key, stream: stream, context: shared.tls, addresses: grant.addresses, group: loop,
          logger: logger)
        loop.execute { box.value.connected(publisher, described: stream) }
      } catch {
        loop.execute { box.value.handle(.connectFailed(error)) }
      }
    }
  }

  private func connected(_ publisher: RTMPPublisher, described: StreamDescription) {
    guard case .connecting = machine.ingest else {
      Task(executorPreference: shared.tasks) { await publisher.close() }
      return
    }
    self.publisher = publisher
    if let stream = outgoing.description, stream != described { publisher.describe(stream) }
    publisher.onWritability { [weak self] isWritable in self?.writabilityChanged(isWritable) }
    handle(.connected)
    // Last: a connection that is closed already says so in this very call.
    let box = NIOLoopBound(self, eventLoop: loop)
    publisher.onClosed { error in box.value.lost(publisher, error) }
  }

  private func lost(_ lost: RTMPPublisher, _ error: RTMPError) {
    guard lost === publisher else { return }
    handle(.lost(error))
  }

  func closePublisher() {
    guard let publisher else { return }
    self.publisher = nil
    // Its counters stay; its loop's work ends by itself within the deadline.
    meter.connectionEnded()
    shared.metrics.queueMilliseconds.add(meter.takeQueue(0))
    Task(executorPreference: shared.tasks) { await publisher.close() }
  }

  // MARK: Each second

  func tick() {
    let now = MediaTime.now()
    shared.metrics.bytesReceived.add(meter.takeUnreported())
    shared.metrics.packetsDropped.add(outgoing.takeDropped())
    let isExpected = client != nil && holds.isSubset(of: [.pace])
    let isPaced = holds.contains(.pace)
    if let notice = meter.endTick(shared.limits, isExpected: isExpected, isPaced: isPaced, at: now), client != nil {
      return handle(.end(.refused, notice))
    }
    if machine.ingest == .live, let warning = meter.warning(at: now) { warn(warning) }
    guard let publisher, machine.ingest == .live else {
      client?.tell(.statistics(meter.statistics(nil, reconnects: machine.reconnects, at: now)))
      return
    }
    let box = NIOLoopBound(self, eventLoop: loop)
    publisher.futureStatistics().whenSuccess { figures in box.value.tell(figures) }
  }

  private func tell(_ figures: TransportStatistics) {
    guard machine.ingest != .ended else { return }
    let statistics = meter.statistics(figures, reconnects: machine.reconnects, at: .now())
    shared.metrics.bytesSent.add(meter.takeUnreportedSent())
    shared.metrics.queueMilliseconds.add(meter.takeQueue(Int(statistics.queueMilliseconds)))
    client?.tell(.statistics(statistics))
  }
}
