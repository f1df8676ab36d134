public import Media

/// A V4L2 pixel format's four-character code.
public struct FourCC: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The code as V4L2 carries it: the first character in the lowest byte.
  public let code: UInt32

  /// Makes a code from V4L2's number.
  public init(code: UInt32) { self.code = code }

  /// Makes a code from its characters; shorter ones are filled with spaces, as V4L2 does.
  public init(_ characters: StaticString) {
    var code: UInt32 = 0
    characters.withUTF8Buffer { bytes in
      for index in 0..<4 {
        let byte = index < bytes.count ? unsafe bytes[index] : UInt8(ascii: " ")
        code |= UInt32(byte) << UInt32(8 * index)
      }
    }
    self.code = code
  }

  /// The format for the layouts that are read without libv4l's help; `nil` for all others.
  public var pixelFormat: PixelFormat? {
    switch self {
    case FourCC("YUYV"): .yuyv
    case FourCC("UYVY"): .uyvy
    case FourCC("NV12"): .nv12
    case FourCC("YU12"): .i420
    case FourCC("RGB3"): .rgb24
    case FourCC("BGR3"): .bgr24
    case FourCC("MJPG"), FourCC("JPEG"): .mjpeg
    case FourCC("H264"): .h264
    default: nil
    }
  }

  /// The characters, `YUYV`, with a dot for what cannot be printed; `-BE` follows where V4L2's big-endian bit is set.
  public var description: String {
    var text = ""
    for index in 0..<4 {
      let byte = UInt8(truncatingIfNeeded: code >> UInt32(8 * index)) & 0x7f
      text.unicodeScalars.append(byte >= 0x20 && byte < 0x7f ? Unicode.Scalar(byte) : ".")
    }
    while text.hasSuffix(" ") { text.removeLast() }
    return code & 0x8000_0000 == 0 ? text : text + "-BE"
  }

  /// Encodes the characters, which is what people and scripts look for.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Decodes four characters.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let isBigEndian = text.hasSuffix("-BE")
    let characters = Array((isBigEndian ? text.dropLast(3) : text[...]).utf8)
    guard (1...4).contains(characters.count) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a FourCC has 1 to 4 characters")
    }
    var code: UInt32 = isBigEndian ? 0x8000_0000 : 0
    for index in 0..<4 {
      code |= UInt32(index < characters.count ? characters[index] : UInt8(ascii: " ")) << UInt32(8 * index)
    }
    self.code = code
  }
}
