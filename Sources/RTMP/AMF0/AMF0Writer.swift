internal import NIOCore

extension ByteBuffer {
  /// Appends `value` with its marker.
  mutating func writeAMF0(_ value: AMF0Value) {
    switch value {
    case .number(let number):
      writeMarker(.number)
      writeInteger(number.bitPattern)
    case .boolean(let flag):
      writeMarker(.boolean)
      writeInteger(UInt8(flag ? 1 : 0))
    case .string(let text) where text.utf8.count > Int(UInt16.max):
      writeMarker(.longString)
      writeInteger(UInt32(truncatingIfNeeded: text.utf8.count))
      writeString(text)
    case .string(let text):
      writeMarker(.string)
      writeAMF0Name(text)
    case .object(let object):
      writeMarker(.object)
      writeProperties(of: object)
    case .null:
      writeMarker(.null)
    case .undefined:
      writeMarker(.undefined)
    case .ecmaArray(let object):
      writeMarker(.ecmaArray)
      writeInteger(UInt32(truncatingIfNeeded: object.properties.count))
      writeProperties(of: object)
    case .strictArray(let values):
      writeMarker(.strictArray)
      writeInteger(UInt32(truncatingIfNeeded: values.count))
      for value in values { writeAMF0(value) }
    case .date(let milliseconds):
      writeMarker(.date)
      writeInteger(milliseconds.bitPattern)
      writeInteger(UInt16(0))
    }
  }

  private mutating func writeMarker(_ marker: AMF0Marker) { writeInteger(marker.rawValue) }

  private mutating func writeProperties(of object: AMF0Object) {
    for property in object.properties {
      writeAMF0Name(property.name)
      writeAMF0(property.value)
    }
    writeInteger(UInt16(0))
    writeMarker(.objectEnd)
  }

  /// A name has 16 bits for its length; what exceeds them is cut, as nothing that long can be a name.
  private mutating func writeAMF0Name(_ name: String) {
    let bytes = name.utf8.prefix(Int(UInt16.max))
    writeInteger(UInt16(bytes.count))
    writeBytes(bytes)
  }
}
