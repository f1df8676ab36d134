internal import Codec
internal import Media
internal import NIOCore
internal import Packets

/// Silence as AAC, encoded once for all sessions whose clients send no sound: IVS wants some.
struct SilentSound: Sendable {
  /// What the packets are.
  let description: StreamDescription.Audio
  private let payload: ByteBuffer
  private static let frameLength: Int64 = 1024

  /// Encodes it.
  init() throws(CodecError) {
    var encoder = try AACEncoder()
    var packets: [EncodedPacket] = []
    let samples = [Float](repeating: 0, count: 48_000)
    try encoder.encode(samples.span, startingAt: 0, captureTime: .zero) { packets.append($0) }
    description = encoder.description
    // The first ones still hold the encoder's start.
    guard let steady = packets.last else { throw .noEncoder(name: "aac") }
    payload = steady.payload
  }

  /// The frames that begin at `start` and before `end`; moves `start` behind them.
  func packets(from start: inout MediaTime, until end: MediaTime) -> [EncodedPacket] {
    guard end > start else { return [] }
    // A gap of a minute is no silence but another stream.
    if end - start > .seconds(60) { start = end - .seconds(1) }
    let (first, count) = (
      start, ((end - start) / .nanoseconds(1) * 48_000 / 1e9 / Double(Self.frameLength)).rounded(.up)
    )
    let packets = (0..<Int64(count)).map { index in
      let offset = Duration.nanoseconds(MediaTime(ticks: index * Self.frameLength, per: 48_000).nanoseconds)
      return EncodedPacket(
        kind: .audio, presentationTime: first + offset, captureTime: .now(), payload: payload)
    }
    start = first + .nanoseconds(MediaTime(ticks: Int64(count) * Self.frameLength, per: 48_000).nanoseconds)
    return packets
  }
}
