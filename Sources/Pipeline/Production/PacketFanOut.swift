internal import Media
internal import Packets
internal import Synchronization

/// Gives each packet to everyone who wants it: the publisher's queue and, where there is one, a recorder's.
final class PacketFanOut: Sendable {
  private let publisher: PacketQueue
  private let recorder = Mutex<PacketQueue?>(nil)

  init(publisher: PacketQueue) { self.publisher = publisher }

  /// Gives the packets from now on to this recorder's queue too; `nil` to nobody else.
  func record(to queue: PacketQueue?) { recorder.withLock { $0 = queue } }

  /// Any thread; never waits.
  func push(_ packet: EncodedPacket) {
    publisher.push(packet)
    recorder.withLock { $0 }?.push(packet)
  }

  /// Whether anybody wants packets at all; encoding for nobody would only make heat.
  var isWanted: Bool { publisher.isOpen || recorder.withLock { $0 != nil } }

  /// Whether the stream cannot go on without an IDR; a recording beside a live stream waits for the next one.
  var needsKeyframe: Bool {
    publisher.needsKeyframe || (!publisher.isOpen && recorder.withLock { $0 }?.needsKeyframe ?? false)
  }

  func finish() {
    publisher.finish()
    recorder.withLock { $0 }?.finish()
  }
}
