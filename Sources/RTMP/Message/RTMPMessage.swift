internal import NIOCore

/// What a message's payload is (RTMP 1.0 §5.4, §7.1).
struct MessageType: RawRepresentable, Hashable, Sendable {
  let rawValue: UInt8

  static let setChunkSize = MessageType(rawValue: 1)
  static let abort = MessageType(rawValue: 2)
  static let acknowledgement = MessageType(rawValue: 3)
  static let userControl = MessageType(rawValue: 4)
  static let windowAcknowledgementSize = MessageType(rawValue: 5)
  static let setPeerBandwidth = MessageType(rawValue: 6)
  static let audio = MessageType(rawValue: 8)
  static let video = MessageType(rawValue: 9)
  static let dataAMF3 = MessageType(rawValue: 15)
  static let commandAMF3 = MessageType(rawValue: 17)
  static let dataAMF0 = MessageType(rawValue: 18)
  static let commandAMF0 = MessageType(rawValue: 20)
}

/// One whole RTMP message, put together from its chunks.
struct RTMPMessage: Equatable, Sendable {
  var type: MessageType
  /// Zero for the connection itself.
  var streamID: UInt32
  /// Milliseconds modulo 2^32, absolute.
  var timestamp: UInt32
  var payload: ByteBuffer

  init(type: MessageType, streamID: UInt32 = 0, timestamp: UInt32 = 0, payload: ByteBuffer) {
    self.type = type
    self.streamID = streamID
    self.timestamp = timestamp
    self.payload = payload
  }
}
