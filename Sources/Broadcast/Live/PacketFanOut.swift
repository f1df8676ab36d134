internal import Media
internal import Synchronization

/// Gives each packet to everyone who wants it: the publisher's queue and the recorder's.
final class PacketFanOut: Sendable {
  private let publisher: PacketQueue
  private let recorder: PacketQueue?

  init(publisher: PacketQueue, recorder: PacketQueue?) {
    self.publisher = publisher
    self.recorder = recorder
  }

  /// Any thread; never waits.
  func push(_ packet: EncodedPacket) {
    publisher.push(packet)
    recorder?.push(packet)
  }

  /// Whether the stream cannot go on without an IDR; a recording that fell behind waits for the next one.
  var needsKeyframe: Bool { publisher.needsKeyframe }

  func finish() {
    publisher.finish()
    recorder?.finish()
  }
}

/// What may be asked of the running video encoder, from any thread.
final class EncoderControl: Sendable {
  private let targetBitsPerSecond: Atomic<Int>

  init(bitrate: Bitrate) { targetBitsPerSecond = Atomic(bitrate.bitsPerSecond) }

  /// The bitrate from the next frame on.
  var bitrate: Bitrate {
    get { Bitrate(bitsPerSecond: targetBitsPerSecond.load(ordering: .relaxed)) }
    set { targetBitsPerSecond.store(newValue.bitsPerSecond, ordering: .relaxed) }
  }
}
