internal import Media
internal import NIOCore
internal import Packets

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

  private let track: MediaTrack
  /// Bytes in front of each unit; zero for Annex B.
  private let lengthSize: Int
  private var configuration: AVCDecoderConfiguration?
  /// The container's own record, which knows more of unusual profiles; of the first parameters.
  private let record: (bytes: ByteBuffer, configuration: AVCDecoderConfiguration)?
  /// The parameters that a receiver was told.
  private var announced: AVCDecoderConfiguration?

  /// - Throws: ``CodecError/decodingFailed(path:reason:)`` for a record that this cannot go by.
  init(_ track: MediaTrack) throws(CodecError) {
    self.track = track
    var bytes = ByteBuffer(bytes: track.configuration)
    // As the container says; without a record the parameter sets are in the stream, which is Annex B then.
    guard track.configuration.count > 4, track.configuration[0] == 1 else {
      lengthSize = 0
      configuration = AVCDecoderConfiguration(annexB: bytes.readableBytesUInt8Span)
      record = nil
      return
    }
    lengthSize = Int(track.configuration[4] & 3) + 1
    // Packets have four-byte lengths whatever the container had.
    bytes.setInteger(track.configuration[4] | 3, at: bytes.readerIndex + 4)
    if let parsed = AVCDecoderConfiguration(parsing: bytes) {
      configuration = parsed
      record = (bytes, parsed)
    } else if track.configuration.count > 6, track.configuration[5] & 0x1f == 0 {
      // All sets are in the stream.
      record = nil
    } else {
      throw .decodingFailed(path: "H.264", reason: "its parameter sets cannot be read")
    }
  }

  /// What the newest sequence parameter set tells; `nil` before there is one.
  var parameters: SequenceParameterSet? {
    configuration?.sequenceParameterSets.first.flatMap { SequenceParameterSet($0) }
  }

  /// Takes one access unit.
  mutating func take(_ bytes: Span<UInt8>) -> Step {
    if lengthSize == 0 {
      if let sets = AVCDecoderConfiguration(annexB: bytes) { configuration = sets }
    } else {
      takeSets(of: bytes)
    }
    guard let configuration else { return .wait }
    let unit =
      lengthSize == 0
      ? AccessUnit(annexB: bytes, configuration: configuration)
      : AccessUnit(lengthPrefixed: bytes, lengthSize: lengthSize)
    // Parameter sets alone are no picture.
    guard unit.payload.readableBytes > 4 else { return .wait }
    guard announced != configuration else { return .unit(unit) }
    // Decoding can only begin, or go on with other parameters, at an IDR.
    guard unit.hasIDR else { return announced == nil ? .wait : .unit(unit) }
    announced = configuration
    let bytes = record.flatMap { $0.configuration == configuration ? $0.bytes : nil } ?? configuration.record
    return .begin(
      StreamDescription.Video(
        decoderConfiguration: bytes, size: parameters?.size ?? track.size, frameRate: track.frameRate ?? .thirty,
        bitrate: Bitrate(bitsPerSecond: 0)), unit)
  }

  /// Goes by parameter sets that stand in the stream where they are others than before.
  private mutating func takeSets(of bytes: Span<UInt8>) {
    var (sequence, picture): ([[UInt8]], [[UInt8]]) = ([], [])
    LengthPrefixedUnits.forEach(in: bytes, lengthSize) { unit in
      let type = bytes[unit.lowerBound] & 0x1f
      guard type == NALUnit.sequenceParameterSet || type == NALUnit.pictureParameterSet, unit.count <= 1 << 12 else {
        return
      }
      let copy = unit.map { bytes[$0] }
      if type == NALUnit.sequenceParameterSet { sequence.append(copy) } else { picture.append(copy) }
    }
    let known = configuration?.sequenceParameterSets ?? []
    guard sequence.contains(where: { !known.contains($0) }) else { return }
    configuration =
      AVCDecoderConfiguration(
        sequenceParameterSets: sequence,
        pictureParameterSets: picture.isEmpty ? configuration?.pictureParameterSets ?? [] : picture) ?? configuration
  }
}

/// NAL units with their lengths in front (ISO/IEC 14496-15 §4.3.3).
enum LengthPrefixedUnits {
  /// Calls `body` with where each unit lies; one that reaches beyond the end ends it.
  static func forEach(in bytes: Span<UInt8>, _ lengthSize: Int, _ body: (Range<Int>) -> Void) {
    var offset = 0
    while offset + lengthSize < bytes.count {
      let length = (0..<lengthSize).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
      let start = offset + lengthSize
      guard length > 0, start + length <= bytes.count else { return }
      body(start..<start + length)
      offset = start + length
    }
  }
}

extension AccessUnit {
  /// Copies an access unit whose units have lengths of one to four bytes; those that reach beyond the end are cut off.
  init(lengthPrefixed bytes: Span<UInt8>, lengthSize: Int = 4) {
    var payload = ByteBuffer()
    payload.reserveCapacity(bytes.count + 16)
    var hasIDR = false
    LengthPrefixedUnits.forEach(in: bytes, lengthSize) { unit in
      if bytes[unit.lowerBound] & 0x1f == NALUnit.idrSlice { hasIDR = true }
      payload.writeInteger(UInt32(unit.count))
      unsafe bytes.extracting(unit).withUnsafeBytes { _ = unsafe payload.writeBytes($0) }
    }
    self.init(payload: payload, hasIDR: hasIDR)
  }
}
