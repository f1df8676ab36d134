/// A value in Action Message Format 0 (AMF0 §2), the language of RTMP commands and of `onMetaData`.
public indirect enum AMF0Value: Equatable, Sendable {
  /// A double; AMF0 has no integers.
  case number(Double)
  /// A truth value.
  case boolean(Bool)
  /// UTF-8 text; written as a long string when it exceeds 65,535 bytes.
  case string(String)
  /// Named values in the order of the wire; typed objects are read as this, without their class name.
  case object(AMF0Object)
  /// No object.
  case null
  /// No value; references, XML documents and what AMF0 calls unsupported are read as this.
  case undefined
  /// Named values with a count in front that readers treat as a hint.
  case ecmaArray(AMF0Object)
  /// Values without names.
  case strictArray([AMF0Value])
  /// Milliseconds since 1970 in UTC; the zone is reserved and written as zero.
  case date(milliseconds: Double)

  /// The number, where it is one.
  public var number: Double? {
    guard case .number(let value) = self else { return nil }
    return value
  }

  /// The text, where it is one.
  public var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  /// The named values of an object or of an ECMA array.
  public var object: AMF0Object? {
    switch self {
    case .object(let value), .ecmaArray(let value): value
    default: nil
    }
  }
}

/// Named AMF0 values in the order of the wire.
public struct AMF0Object: Equatable, Sendable, ExpressibleByDictionaryLiteral {
  /// One named value.
  public struct Property: Equatable, Sendable {
    /// The name; may be empty.
    public var name: String
    /// The value.
    public var value: AMF0Value

    /// Makes a property.
    public init(name: String, value: AMF0Value) {
      self.name = name
      self.value = value
    }
  }

  /// The properties in the order of the wire; names may repeat.
  public var properties: [Property]

  /// Makes an object from its properties.
  public init(_ properties: [Property] = []) { self.properties = properties }

  /// Makes an object from a literal, whose order is kept.
  public init(dictionaryLiteral elements: (String, AMF0Value)...) {
    properties = elements.map { Property(name: $0.0, value: $0.1) }
  }

  /// The first value that is called `name`.
  public subscript(name: String) -> AMF0Value? { properties.first { $0.name == name }?.value }

  /// Adds a value at the end.
  public mutating func append(_ name: String, _ value: AMF0Value) {
    properties.append(Property(name: name, value: value))
  }
}

/// The type marker in front of every AMF0 value (AMF0 §2.1).
enum AMF0Marker: UInt8 {
  case number = 0x00
  case boolean = 0x01
  case string = 0x02
  case object = 0x03
  case null = 0x05
  case undefined = 0x06
  case reference = 0x07
  case ecmaArray = 0x08
  case objectEnd = 0x09
  case strictArray = 0x0a
  case date = 0x0b
  case longString = 0x0c
  case unsupported = 0x0d
  case xmlDocument = 0x0f
  case typedObject = 0x10
}

/// What is wrong with AMF0 bytes.
enum AMF0Error: Error, Equatable, Sendable, CustomStringConvertible {
  case truncated
  case unknownMarker(UInt8)
  case tooDeep(limit: Int)
  case tooManyValues(limit: Int)

  var description: String {
    switch self {
    case .truncated: "AMF0 data ends inside a value"
    case .unknownMarker(let marker): "AMF0 marker \(marker) is not known"
    case .tooDeep(let limit): "AMF0 values are nested deeper than \(limit)"
    case .tooManyValues(let limit): "AMF0 data holds more than \(limit) values"
    }
  }
}
