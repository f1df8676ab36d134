internal import NIOCore

/// A protocol control or user control message (RTMP 1.0 §5.4, §6.2, §7.1.7).
enum ControlMessage: Equatable, Sendable {
  case setChunkSize(UInt32)
  /// Bytes received so far, modulo 2^32.
  case acknowledgement(UInt32)
  /// The peer wants an acknowledgement after that many bytes.
  case windowAcknowledgementSize(UInt32)
  case setPeerBandwidth(UInt32)
  case streamBegin(UInt32)
  case pingRequest(UInt32)
  case pingResponse(UInt32)

  /// The control message in `message`; `nil` where it is none, is too short, or is of a kind that needs no answer.
  init?(_ message: RTMPMessage) {
    var payload = message.payload
    switch message.type {
    case .setChunkSize:
      guard let value: UInt32 = payload.readInteger() else { return nil }
      self = .setChunkSize(value & 0x7fff_ffff)
    case .acknowledgement:
      guard let value: UInt32 = payload.readInteger() else { return nil }
      self = .acknowledgement(value)
    case .windowAcknowledgementSize:
      guard let value: UInt32 = payload.readInteger() else { return nil }
      self = .windowAcknowledgementSize(value)
    case .setPeerBandwidth:
      guard let value: UInt32 = payload.readInteger() else { return nil }
      self = .setPeerBandwidth(value)
    case .userControl:
      guard let event: UInt16 = payload.readInteger(), let value: UInt32 = payload.readInteger() else { return nil }
      switch event {
      case 0: self = .streamBegin(value)
      case 6: self = .pingRequest(value)
      case 7: self = .pingResponse(value)
      default: return nil
      }
    default:
      return nil
    }
  }

  /// The message as it goes out: message stream 0, timestamp 0.
  var message: RTMPMessage {
    var payload = ByteBuffer()
    let type: MessageType
    switch self {
    case .setChunkSize(let size):
      type = .setChunkSize
      payload.writeInteger(size)
    case .acknowledgement(let sequence):
      type = .acknowledgement
      payload.writeInteger(sequence)
    case .windowAcknowledgementSize(let size):
      type = .windowAcknowledgementSize
      payload.writeInteger(size)
    case .setPeerBandwidth(let size):
      type = .setPeerBandwidth
      payload.writeInteger(size)
      // Limit type "dynamic" (RTMP 1.0 §5.4.5).
      payload.writeInteger(UInt8(2))
    case .streamBegin(let id):
      type = .userControl
      payload.writeInteger(UInt16(0))
      payload.writeInteger(id)
    case .pingRequest(let time):
      type = .userControl
      payload.writeInteger(UInt16(6))
      payload.writeInteger(time)
    case .pingResponse(let time):
      type = .userControl
      payload.writeInteger(UInt16(7))
      payload.writeInteger(time)
    }
    return RTMPMessage(type: type, payload: payload)
  }
}
