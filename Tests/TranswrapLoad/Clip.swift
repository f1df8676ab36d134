import Foundation
import NIOCore

/// A recorded stream cut into what a client sends at a time, framed and masked beforehand, shared by all sessions.
struct Clip: Sendable {
  /// All of it as WebSocket frames.
  private let bytes: ByteBuffer
  /// Where each piece ends in ``bytes``.
  private let ends: [Int]
  /// The time between two pieces.
  let period: TimeAmount

  /// The masking key of all frames; the work of unmasking does not depend on it.
  private static let mask: [UInt8] = [0x5a, 0xc3, 0x17, 0x8e]

  /// How long it lasts.
  var duration: TimeAmount { period * ends.count }

  /// One piece; `nil` at the end.
  subscript(index: Int) -> ByteBuffer? {
    guard index < ends.count else { return nil }
    let start = index == 0 ? 0 : ends[index - 1]
    return bytes.getSlice(at: start, length: ends[index] - start)
  }

  /// Reads FLV or Matroska.
  init(path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let file = [UInt8](data)
    self = try file.starts(with: Array("FLV".utf8)) ? Self(flv: file) : Self(matroska: file)
  }

  /// A frame for each tag, as `ivs-broadcast` sends them, and every 33⅓ ms the ones that are due.
  private init(flv file: [UInt8]) throws {
    period = .microseconds(33_333)
    var (bytes, ends) = (ByteBuffer(), [Int]())
    bytes.reserveCapacity(file.count * 101 / 100)
    Self.frame(file[..<13], into: &bytes)
    var offset = 13
    while offset + 15 <= file.count {
      let size = Int(file[offset + 1]) << 16 | Int(file[offset + 2]) << 8 | Int(file[offset + 3])
      let time =
        Int(file[offset + 7]) << 24 | Int(file[offset + 4]) << 16 | Int(file[offset + 5]) << 8 | Int(file[offset + 6])
      let end = offset + 11 + size + 4
      guard end <= file.count else { break }
      while ends.count < time * 3 / 100 { ends.append(bytes.writerIndex) }
      Self.frame(file[offset..<end], into: &bytes)
      offset = end
    }
    ends.append(bytes.writerIndex)
    (self.bytes, self.ends) = (bytes, ends)
  }

  /// A frame of what one second brought, as a browser's `MediaRecorder.start(1000)` gives it.
  private init(matroska file: [UInt8]) throws {
    period = .seconds(1)
    var (bytes, ends, sent, offset) = (ByteBuffer(), [Int](), 0, 0)
    bytes.reserveCapacity(file.count * 101 / 100)
    while let element = Self.element(file, at: offset) {
      // The segment is gone into, all else of this level is passed over.
      if element.id == 0x1853_8067 {
        offset = element.body
        continue
      }
      guard let size = element.size else { throw LoadError("the clip has clusters of unknown size") }
      if element.id == 0x1f43_b675 {
        guard var stamp = Self.element(file, at: element.body) else { break }
        // A checksum may stand in front of it.
        if stamp.id == 0xbf, let size = stamp.size, let next = Self.element(file, at: stamp.body + size) {
          stamp = next
        }
        guard stamp.id == 0xe7, let count = stamp.size else {
          throw LoadError("the clip has a cluster that does not begin with its time")
        }
        let time = file[stamp.body..<stamp.body + count].reduce(0) { $0 << 8 | Int($1) }
        // A blob is there when its second is over.
        while ends.count < time / 1000 {
          if offset > sent { Self.frame(file[sent..<offset], into: &bytes) }
          sent = offset
          ends.append(bytes.writerIndex)
        }
      }
      offset = element.body + size
    }
    (self.bytes, self.ends) = (bytes, ends)
  }

  /// An element's head (RFC 8794 §7).
  private static func element(_ file: [UInt8], at offset: Int) -> (id: Int, size: Int?, body: Int)? {
    func number(at place: Int, keepsMarker: Bool) -> (value: Int, length: Int, isUnknown: Bool)? {
      guard place < file.count, file[place] != 0 else { return nil }
      let length = file[place].leadingZeroBitCount + 1
      guard place + length <= file.count else { return nil }
      let whole = file[place..<place + length].reduce(0) { $0 << 8 | Int($1) }
      let marker = 1 << (7 * length)
      return (keepsMarker ? whole : whole & (marker - 1), length, whole & (marker - 1) == marker - 1)
    }
    guard let id = number(at: offset, keepsMarker: true),
      let size = number(at: offset + id.length, keepsMarker: false)
    else { return nil }
    return (id.value, size.isUnknown ? nil : size.value, offset + id.length + size.length)
  }

  /// Appends a final binary frame (RFC 6455 §5.2).
  private static func frame(_ payload: ArraySlice<UInt8>, into bytes: inout ByteBuffer) {
    bytes.writeInteger(UInt8(0x82))
    switch payload.count {
    case ..<126: bytes.writeInteger(UInt8(0x80 | payload.count))
    case ..<65_536:
      bytes.writeInteger(UInt8(0x80 | 126))
      bytes.writeInteger(UInt16(payload.count))
    default:
      bytes.writeInteger(UInt8(0x80 | 127))
      bytes.writeInteger(UInt64(payload.count))
    }
    bytes.writeBytes(mask)
    bytes.writeBytes(payload.enumerated().map { $1 ^ mask[$0 & 3] })
  }
}

/// One line for the person who runs the load.
struct LoadError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
