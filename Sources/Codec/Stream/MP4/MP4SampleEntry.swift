internal import Media
internal import NIOCore

/// What `stsd` says of a track's samples (ISO/IEC 14496-12 §8.5.2, §12.1.3, §12.2.3).
enum MP4SampleEntry {
  /// Bytes of a decoder's configuration at most; real ones have some dozens.
  static let configurationLimit = 64 << 10

  /// Reads the first entry; `nil` where there is none.
  static func read(_ content: ByteBuffer, isVideo: Bool) throws(ContainerFault) -> MediaTrack? {
    var bytes = content
    guard MP4Flags(&bytes) != nil, bytes.readInteger(as: UInt32.self) != nil else { throw MP4Box.short("stsd") }
    var track: MediaTrack?
    try MP4Box.forEach(in: bytes) { type, inside throws(ContainerFault) in
      guard track == nil else { return }
      track = isVideo ? try video(type, inside) : try audio(type, inside)
    }
    return track
  }

  private static func video(_ type: MP4Type, _ content: ByteBuffer) throws(ContainerFault) -> MediaTrack {
    var bytes = content
    guard bytes.pass(24) != nil, let width: UInt16 = bytes.readInteger(), let height: UInt16 = bytes.readInteger(),
      bytes.pass(50) != nil
    else { throw MP4Box.short(type) }
    let (codec, box): (MediaTrack.Codec, MP4Type?) =
      switch type {
      case "avc1", "avc3": (.h264, "avcC")
      case "hvc1", "hev1": (.hevc, "hvcC")
      case "vp08": (.vp8, nil)
      case "vp09": (.vp9, nil)
      case "av01": (.av1, "av1C")
      default: (.other("\(type)"), nil)
      }
    var track = MediaTrack(isVideo: true, codec: codec)
    track.size = PictureSize(width: Int(width), height: Int(height))
    if let box, let inside = try MP4Box.first(box, in: bytes) { track.configuration = try configuration(inside, box) }
    if var aspect = try MP4Box.first("pasp", in: bytes), let width: UInt32 = aspect.readInteger(),
      let height: UInt32 = aspect.readInteger()
    {
      track.pixelAspect = PixelAspect(width: Int(width), height: Int(height)) ?? .square
    }
    return track
  }

  private static func audio(_ type: MP4Type, _ content: ByteBuffer) throws(ContainerFault) -> MediaTrack {
    var bytes = content
    guard bytes.pass(8) != nil, let version: UInt16 = bytes.readInteger(), bytes.pass(6) != nil,
      let channels: UInt16 = bytes.readInteger(), bytes.pass(6) != nil, let rate: UInt32 = bytes.readInteger(),
      // QuickTime's own versions have more fields.
      bytes.pass(version == 1 ? 16 : version == 2 ? 36 : 0) != nil
    else { throw MP4Box.short(type) }
    var track = MediaTrack(isVideo: false, codec: .other("\(type)"))
    (track.sampleRate, track.channels) = (Int(rate >> 16), Int(channels))
    switch type {
    case "mp4a":
      var box = try MP4Box.first("esds", in: bytes)
      if box == nil, let wave = try MP4Box.first("wave", in: bytes) { box = try MP4Box.first("esds", in: wave) }
      guard let box else { return track }
      guard let described = MP4Descriptor.decoder(box) else { throw MP4Box.short("esds") }
      // MPEG-4 and MPEG-2 AAC (ISO/IEC 14496-1 table 5).
      guard [0x40, 0x66, 0x67, 0x68].contains(described.type) else { return track }
      (track.codec, track.configuration) = (.aac, described.configuration)
    case "Opus":
      guard let box = try MP4Box.first("dOps", in: bytes) else { return track }
      track.codec = .opus
      track.configuration = try opusHead(box)
    case "fLaC":
      guard var box = try MP4Box.first("dfLa", in: bytes), box.pass(8) != nil,
        let information = box.readBytes(length: 34)
      else { return track }
      (track.codec, track.configuration) = (.flac, information)
    default: break
    }
    return track
  }

  private static func configuration(_ content: ByteBuffer, _ type: MP4Type) throws(ContainerFault) -> [UInt8] {
    guard content.readableBytes <= configurationLimit else {
      throw .broken("its box \(type) has \(content.readableBytes) bytes")
    }
    return Array(content.readableBytesView)
  }

  /// Opus's own header of what the box says, most significant byte first there (RFC 7845 §5.1).
  private static func opusHead(_ content: ByteBuffer) throws(ContainerFault) -> [UInt8] {
    var bytes = content
    guard bytes.readInteger(as: UInt8.self) != nil, let channels: UInt8 = bytes.readInteger(),
      let skip: UInt16 = bytes.readInteger(), let rate: UInt32 = bytes.readInteger(),
      let gain: UInt16 = bytes.readInteger(), let family: UInt8 = bytes.readInteger(), bytes.readableBytes <= 257
    else { throw MP4Box.short("dOps") }
    var head = ByteBuffer(string: "OpusHead")
    head.writeInteger(UInt8(1))
    head.writeInteger(channels)
    head.writeInteger(skip, endianness: .little)
    head.writeInteger(rate, endianness: .little)
    head.writeInteger(gain, endianness: .little)
    head.writeInteger(family)
    if family != 0 { head.writeImmutableBuffer(bytes) }
    return Array(head.readableBytesView)
  }
}

/// The descriptors of `esds` (ISO/IEC 14496-1 §7.2.6).
enum MP4Descriptor {
  /// The object type and the decoder's configuration; `nil` where they cannot be read.
  static func decoder(_ content: ByteBuffer) -> (type: UInt8, configuration: [UInt8])? {
    var bytes = content
    guard MP4Flags(&bytes) != nil, var elementary = next(3, in: &bytes), elementary.pass(2) != nil,
      let flags: UInt8 = elementary.readInteger()
    else { return nil }
    if flags & 0x80 != 0, elementary.pass(2) == nil { return nil }
    if flags & 0x40 != 0 {
      guard let length: UInt8 = elementary.readInteger(), elementary.pass(Int(length)) != nil else { return nil }
    }
    if flags & 0x20 != 0, elementary.pass(2) == nil { return nil }
    guard var decoder = next(4, in: &elementary), let type: UInt8 = decoder.readInteger(), decoder.pass(12) != nil
    else { return nil }
    guard let specific = next(5, in: &decoder) else { return (type, []) }
    guard specific.readableBytes <= MP4SampleEntry.configurationLimit else { return nil }
    return (type, Array(specific.readableBytesView))
  }

  private static func next(_ tag: UInt8, in bytes: inout ByteBuffer) -> ByteBuffer? {
    guard bytes.readInteger(as: UInt8.self) == tag else { return nil }
    var length = 0
    for _ in 0..<4 {
      guard let byte: UInt8 = bytes.readInteger() else { return nil }
      length = length << 7 | Int(byte & 0x7f)
      if byte & 0x80 == 0 { break }
    }
    return bytes.readSlice(length: length)
  }
}
