internal import Media
internal import Packets

/// Sound from before the first picture, until there is one.
struct EarlySound {
  /// Packets that may wait; without a picture there is no stream, however long it sounds.
  private static let limit = 512

  private var held: [EncodedPacket] = []
  /// Whether a picture has come.
  private(set) var isOver = false

  /// When the oldest packet is heard.
  var start: MediaTime? { held.first?.decodeTime }

  /// Takes a packet: on to `emit` where a picture has come, else it waits, and the oldest ones are let go.
  mutating func take(_ packet: EncodedPacket, _ emit: (EncodedPacket) -> Void) {
    guard !isOver else { return emit(packet) }
    if held.count >= Self.limit { held.removeFirst(Self.limit / 4) }
    held.append(packet)
  }

  /// The stream begins at `time`: what is heard from then on goes to `emit`.
  mutating func end(at time: MediaTime, _ emit: (EncodedPacket) -> Void) {
    guard !isOver else { return }
    isOver = true
    for packet in held where packet.decodeTime >= time { emit(packet) }
    held = []
  }
}
