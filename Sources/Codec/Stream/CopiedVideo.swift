internal import CFFmpeg
internal import Media
internal import NIOCore

/// H.264 out of a container, copied as it is: Annex B and length-prefixed units both become what packets carry.
struct CopiedVideo {
  /// What a packet of the container came to.
  enum Step {
    /// Nothing yet: no parameter sets, or no picture to begin with.
    case wait
    /// The picture begins, or goes on with other parameters from this packet on.
    case begin(StreamDescription.Video, AccessUnit)
    case unit(AccessUnit)
  }

  private let size: PictureSize
  private let frameRate: FrameRate
  /// As the container says; without them the parameter sets are in the stream, which is Annex B then.
  private var isAnnexB: Bool
  private var configuration: AVCDecoderConfiguration?
  /// The container's own record, which knows more of unusual profiles.
  private var record: ByteBuffer?
  /// The parameters that a receiver was told.
  private var announced: AVCDecoderConfiguration?

  /// - Throws: ``CodecError/decodingFailed(path:reason:)`` for a record that this cannot go by.
  init(_ stream: UnsafeMutablePointer<AVStream>) throws(CodecError) {
    guard let parameters = unsafe stream.pointee.codecpar else { throw .notMedia(path: "H.264") }
    size = unsafe PictureSize(width: Int(parameters.pointee.width), height: Int(parameters.pointee.height))
    let rate = unsafe stream.pointee.avg_frame_rate
    frameRate = FrameRate(rate.num, per: rate.den) ?? .thirty
    let count = unsafe Int(parameters.pointee.extradata_size)
    guard count > 0, let start = unsafe parameters.pointee.extradata else {
      isAnnexB = true
      return
    }
    let bytes = unsafe ByteBuffer(bytes: UnsafeRawBufferPointer(start: start, count: count))
    isAnnexB = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) != 1
    guard !isAnnexB else {
      configuration = AVCDecoderConfiguration(annexB: bytes.readableBytesUInt8Span)
      return
    }
    guard let parsed = AVCDecoderConfiguration(parsing: bytes) else {
      throw .decodingFailed(path: "H.264", reason: "its parameter sets cannot be read")
    }
    configuration = parsed
    record = bytes
  }

  /// Takes one access unit.
  mutating func take(_ bytes: Span<UInt8>) -> Step {
    if isAnnexB, let sets = AVCDecoderConfiguration(annexB: bytes) { configuration = sets }
    guard let configuration else { return .wait }
    let unit = isAnnexB ? AccessUnit(annexB: bytes, configuration: configuration) : AccessUnit(lengthPrefixed: bytes)
    // Parameter sets alone are no picture.
    guard unit.payload.readableBytes > 4 else { return .wait }
    guard announced != configuration else { return .unit(unit) }
    // Decoding can only begin, or go on with other parameters, at an IDR.
    guard unit.hasIDR else { return announced == nil ? .wait : .unit(unit) }
    announced = configuration
    return .begin(
      StreamDescription.Video(
        decoderConfiguration: record ?? configuration.record, size: size, frameRate: frameRate,
        bitrate: Bitrate(bitsPerSecond: 0)), unit)
  }
}

extension AccessUnit {
  /// Copies an access unit that is in the wanted form already; units that reach beyond the end are cut off.
  init(lengthPrefixed bytes: Span<UInt8>) {
    var (offset, hasIDR) = (0, false)
    while offset + 4 < bytes.count {
      let length = (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
      guard length > 0, offset + 4 + length <= bytes.count else { break }
      if bytes[offset + 4] & 0x1f == NALUnit.idrSlice { hasIDR = true }
      offset += 4 + length
    }
    let whole = bytes.extracting(first: offset)
    self.init(payload: unsafe whole.withUnsafeBytes { unsafe ByteBuffer(bytes: $0) }, hasIDR: hasIDR)
  }
}
