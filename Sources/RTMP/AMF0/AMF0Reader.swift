internal import NIOCore

/// Reads AMF0 values one after the other, bounded in depth and in count, so that no input can exhaust the process.
struct AMF0Reader {
  /// Values may be nested this deep.
  static let depthLimit = 16
  /// One reader gives at most this many values, nested ones included.
  static let valueLimit = 4096

  private var bytes: ByteBuffer
  private var valuesLeft = AMF0Reader.valueLimit

  init(_ bytes: ByteBuffer) { self.bytes = bytes }

  /// Whether all bytes are read.
  var isAtEnd: Bool { bytes.readableBytes == 0 }

  /// The next value.
  mutating func read() throws(AMF0Error) -> AMF0Value { try read(depth: 1) }

  private mutating func read(depth: Int) throws(AMF0Error) -> AMF0Value {
    guard depth <= Self.depthLimit else { throw .tooDeep(limit: Self.depthLimit) }
    guard valuesLeft > 0 else { throw .tooManyValues(limit: Self.valueLimit) }
    valuesLeft -= 1
    let raw: UInt8 = try integer()
    guard let marker = AMF0Marker(rawValue: raw) else { throw .unknownMarker(raw) }
    switch marker {
    case .number:
      return .number(Double(bitPattern: try integer()))
    case .boolean:
      let byte: UInt8 = try integer()
      return .boolean(byte != 0)
    case .string:
      return .string(try shortString())
    case .longString:
      return .string(try longString())
    case .object:
      return .object(try object(depth: depth))
    case .typedObject:
      _ = try shortString()
      return .object(try object(depth: depth))
    case .ecmaArray:
      let _: UInt32 = try integer()
      return .ecmaArray(try object(depth: depth))
    case .strictArray:
      return .strictArray(try strictArray(depth: depth))
    case .date:
      let milliseconds = Double(bitPattern: try integer())
      let _: UInt16 = try integer()
      return .date(milliseconds: milliseconds)
    case .null:
      return .null
    case .undefined, .unsupported:
      return .undefined
    case .reference:
      let _: UInt16 = try integer()
      return .undefined
    case .xmlDocument:
      _ = try longString()
      return .undefined
    case .objectEnd:
      throw .unknownMarker(raw)
    }
  }

  private mutating func object(depth: Int) throws(AMF0Error) -> AMF0Object {
    var object = AMF0Object()
    while true {
      let name = try shortString()
      // An empty name is the first half of the end marker, but a property may be called so too.
      if name.isEmpty, bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) == AMF0Marker.objectEnd.rawValue {
        bytes.moveReaderIndex(forwardBy: 1)
        return object
      }
      object.append(name, try read(depth: depth + 1))
    }
  }

  private mutating func strictArray(depth: Int) throws(AMF0Error) -> [AMF0Value] {
    let count: UInt32 = try integer()
    guard Int(count) <= bytes.readableBytes else { throw .truncated }
    var values: [AMF0Value] = []
    for _ in 0..<count { values.append(try read(depth: depth + 1)) }
    return values
  }

  private mutating func shortString() throws(AMF0Error) -> String {
    let length: UInt16 = try integer()
    guard let text = bytes.readString(length: Int(length)) else { throw .truncated }
    return text
  }

  private mutating func longString() throws(AMF0Error) -> String {
    let length: UInt32 = try integer()
    guard let text = bytes.readString(length: Int(length)) else { throw .truncated }
    return text
  }

  private mutating func integer<T: FixedWidthInteger>() throws(AMF0Error) -> T {
    guard let value = bytes.readInteger(as: T.self) else { throw .truncated }
    return value
  }
}
