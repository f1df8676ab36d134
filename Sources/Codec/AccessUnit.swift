internal import NIOCore

/// An H.264 access unit in the form of ``EncodedPacket``: NAL units with 4-byte lengths.
struct AccessUnit {
  let payload: ByteBuffer
  let hasIDR: Bool

  init(payload: ByteBuffer, hasIDR: Bool) {
    self.payload = payload
    self.hasIDR = hasIDR
  }

  /// Copies an Annex B access unit once, with lengths for start codes.
  ///
  /// Access unit delimiters go, and parameter sets that `configuration` already carries; all else stays, filler and
  /// SEI too: they are what makes the bitrate constant.
  /// - Parameter prefix: NAL units put in front, for parameter sets that the receiver does not have yet.
  init(
    annexB bytes: Span<UInt8>, configuration: AVCDecoderConfiguration, prefix: [[UInt8]] = [],
    allocator: ByteBufferAllocator = ByteBufferAllocator()
  ) {
    // 3-byte start codes grow by one byte each; sixteen NAL units fit without a second allocation.
    let prefixBytes = prefix.reduce(0) { $0 + 4 + $1.count }
    var payload = allocator.buffer(capacity: bytes.count + prefixBytes + 16)
    for unit in prefix {
      payload.writeInteger(UInt32(unit.count))
      payload.writeBytes(unit)
    }
    var hasIDR = false
    NALUnit.forEach(in: bytes) { unit in
      switch unit.type {
      case NALUnit.accessUnitDelimiter: return
      case NALUnit.sequenceParameterSet, NALUnit.pictureParameterSet:
        if configuration.holds(unit, of: bytes) { return }
      case NALUnit.idrSlice: hasIDR = true
      default: break
      }
      payload.writeInteger(UInt32(unit.range.count))
      unsafe bytes.extracting(unit.range).withUnsafeBytes { _ = unsafe payload.writeBytes($0) }
    }
    self.payload = payload
    self.hasIDR = hasIDR
  }
}
