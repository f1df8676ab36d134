internal import Media
internal import Packets

/// Which of two connections a packet goes to while one takes the place of the other.
///
/// Pure. The next one begins with a keyframe and gets all from that moment on; sound of before it that comes later still
/// belongs to the present one. So each packet is sent once, and both connections have whole streams.
struct Handover: Equatable {
  /// One of the two connections.
  enum Side { case present, next }

  /// Pictures for so long say that no more sound of before comes.
  static let longestSound: Duration = .milliseconds(500)

  /// Where the next connection begins; `nil` while no keyframe has come.
  private(set) var boundary: MediaTime?
  /// Whether the present connection gets nothing more.
  private(set) var isOver = false

  /// Whose packet the next one is.
  mutating func side(of packet: EncodedPacket) -> Side {
    guard let boundary else {
      guard packet.isKeyframe else { return .present }
      boundary = packet.decodeTime
      return .next
    }
    if packet.isVideo {
      isOver = isOver || packet.decodeTime - boundary >= Self.longestSound
      return .next
    }
    isOver = isOver || packet.decodeTime >= boundary
    return isOver ? .next : .present
  }
}
