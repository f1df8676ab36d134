import Foundation
import Media
import NIOCore
import Packets
import Testing

@testable import RTMP

/// A real session from `Fixtures`.
struct Recording: CustomTestStringConvertible, Sendable {
  let name: String
  /// What the publisher sent.
  let client: ByteBuffer
  /// What the server answered.
  let server: ByteBuffer

  init(_ name: String) throws {
    self.name = name
    client = try Self.load("\(name)-client")
    server = try Self.load("\(name)-server")
  }

  var testDescription: String { name }

  private static func load(_ name: String) throws -> ByteBuffer {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "bin", subdirectory: "Fixtures"))
    return ByteBuffer(bytes: try Data(contentsOf: url))
  }

  /// Every session there is.
  static let names = ["ffmpeg", "gstreamer"]

  /// The bytes without the handshake: chunks from the first one on.
  static func chunks(of bytes: ByteBuffer) -> ByteBuffer {
    var rest = bytes
    rest.moveReaderIndex(forwardBy: 1 + 2 * Handshake.packetBytes)
    return rest
  }
}

/// Real packets with their description.
struct SampleStream: Sendable {
  var description: StreamDescription
  var packets: [EncodedPacket]

  /// The stream that FFmpeg sent in its session, from an ingest that has accepted it.
  init() throws {
    var ingest = IngestStateMachine(nonce: .zeros)
    var effects = ingest.receive(try Recording("ffmpeg").client, at: .zero)
    effects += ingest.accept()
    effects += ingest.resume(at: .zero)
    var description: StreamDescription?
    var packets: [EncodedPacket] = []
    for effect in effects {
      if case .begin(let begun, _) = effect { description = begun }
      if case .packet(let packet) = effect { packets.append(packet) }
    }
    self.description = try #require(description)
    self.packets = packets
  }

  /// The packets as if captured just now and `offset` later on the timeline.
  func packets(from offset: Duration) -> [EncodedPacket] {
    packets.map { packet in
      var moved = packet
      moved.presentationTime = packet.presentationTime + offset
      moved.decodeTime = packet.decodeTime + offset
      moved.captureTime = .now()
      return moved
    }
  }
}

extension ByteBuffer {
  /// A nonce for handshakes whose bytes do not matter.
  static var zeros: ByteBuffer { ByteBuffer(repeating: 0, count: Handshake.nonceBytes) }

  /// Bytes written as hexadecimal digits; spaces do not count.
  init(hex: String) {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in hex.utf8.compactMap({ Character(Unicode.Scalar($0)).hexDigitValue }) {
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    self.init(bytes: bytes)
  }
}
