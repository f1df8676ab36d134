internal import Broadcast
internal import BroadcastConfiguration
internal import FoundationEssentials
internal import Media
internal import NIOCore
internal import Networking
internal import Packets
internal import Publishing
internal import RTMP
internal import Settings

/// Sends test pictures to the real ingest for some seconds, as a broadcast would, and measures what arrives.
struct UploadProbe: Sendable {
  let settings: BroadcastSettings
  let dependencies: Destination.Dependencies
  let second: EncodedSecond

  /// How many seconds are sent.
  private static let length = 4
  /// How long all of it may take.
  static let limit = Duration.seconds(12)

  /// What was measured.
  struct Measured: Equatable {
    /// Bits a second of media.
    var sent: Double
    /// Bits a second that the other end has acknowledged, by TCP or SRT.
    var acknowledged: Double
    /// Media that was still on its way at the end.
    var queue: Duration
    var roundTrip: Duration?
    var retransmits: Int
  }

  /// Broadcasts and stops.
  func look() async -> CheckFinding {
    var settings = settings
    if settings.channel == .local { (settings.playbackPort, settings.isPlaybackPortFixed) = (0, false) }
    settings.metadataSchedule = nil
    settings.takesOver = false
    do {
      let destination = try await Destination.open(settings, dependencies)
      let finding = await send(to: destination)
      await destination.close()
      return finding
    } catch { return .fail(error) }
  }

  private func send(to destination: Destination) async -> CheckFinding {
    let queue = PacketQueue(limit: .seconds(2), isOpen: false)
    let shell = PublishLoop(
      target: destination.target, queue: queue, duration: nil, policy: .attended, logger: dependencies.logger)
    let measuring = Task { await feed(queue, shell) }
    let outcome = await shell.run(second.stream)
    measuring.cancel()
    let measured = await measuring.value
    if let failure = outcome.failure { return .fail(failure) }
    guard let measured else {
      return .fail("the connection was lost", "check the network and the channel", .temporary)
    }
    return Self.judge(measured)
  }

  /// Feeds the queue in real time from the moment that there is a connection; then measures and ends.
  private func feed(_ queue: PacketQueue, _ shell: PublishLoop) async -> Measured? {
    while !queue.isOpen {
      do { try await Task.sleep(for: .milliseconds(10)) } catch { return nil }
    }
    let start = MediaTime.now()
    var bytes = 0
    for repetition in 0..<Self.length {
      let origin = MediaTime.zero - .seconds(repetition)
      for packet in second.packets {
        var shifted = packet.on(timelineFrom: origin)
        let due = start + (shifted.decodeTime - .zero)
        do { try await Task.sleep(for: max(.zero, due - .now())) } catch { return nil }
        shifted.captureTime = .now()
        queue.push(shifted)
        bytes += packet.payload.readableBytes
      }
    }
    guard let connection = shell.snapshot.connection else { return nil }
    let statistics = await connection.statistics()
    let seconds = (MediaTime.now() - start).inSeconds
    shell.report(.stop)
    let acknowledged = statistics.transportBytesAcknowledged ?? statistics.bytesAcknowledged ?? 0
    // Of what was acknowledged, not of what is wanted: a path that takes half needs twice the time.
    let rate = Bitrate(bitsPerSecond: max(1, Int(Double(acknowledged) * 8 / seconds)))
    let waiting = rate.duration(ofBytes: acknowledged > 0 ? statistics.kernelQueueBytes ?? 0 : 0)
    return Measured(
      sent: Double(bytes) * 8 / seconds, acknowledged: Double(acknowledged) * 8 / seconds,
      queue: queue.depth + waiting, roundTrip: statistics.roundTripTime, retransmits: statistics.retransmits ?? 0)
  }

  /// What is to be said of it.
  static func judge(_ measured: Measured) -> CheckFinding {
    func kilobits(_ rate: Double) -> Int { Int((rate / 1000).rounded()) }
    let trip = measured.roundTrip.map { ", round trip \(Int($0.inMilliseconds.rounded(.up))) ms" } ?? ""
    let what =
      "\(kilobits(measured.acknowledged)) kbit/s acknowledged of \(kilobits(measured.sent)) sent"
      + ", \(Int(measured.queue.inMilliseconds)) ms waiting\(trip), \(measured.retransmits) segments sent again"
    let remedy = "lower `video-bitrate`, or use a better network: it needs one and a half times the bitrate"
    if measured.queue > .seconds(1) || measured.acknowledged < measured.sent * 0.7 {
      return .fail(what, remedy, .temporary)
    }
    return measured.queue > .milliseconds(300) || measured.acknowledged < measured.sent * 0.9
      ? .warn(what, remedy) : .pass(what)
  }
}
