internal import CFFmpeg
public import Media

/// Makes small RGB pictures of the pictures that go out; for one thread.
@safe public struct PreviewScaler: ~Copyable {
  /// Geometry of the pictures it takes.
  public let source: PictureSize
  /// Geometry of the pictures it makes.
  public let size: PictureSize
  private let context: UnsafeMutableRawPointer

  /// Makes a scaler from I420, BT.709 limited range.
  public init(from source: PictureSize, to size: PictureSize) throws(CodecError) {
    guard let context = unsafe cffmpeg_sws_alloc() else { throw .outOfMemory(what: "a preview") }
    let options: [(String, Int64)] = [
      ("srcw", Int64(source.width)), ("srch", Int64(source.height)), ("src_format", Int64(AV_PIX_FMT_YUV420P.rawValue)),
      ("dstw", Int64(size.width)), ("dsth", Int64(size.height)), ("dst_format", Int64(AV_PIX_FMT_RGB24.rawValue)),
      ("sws_flags", Int64(source == size ? SWS_BILINEAR | SWS_ACCURATE_RND : SWS_FAST_BILINEAR)),
    ]
    for (name, value) in options { unsafe cffmpeg_sws_set(context, name, value) }
    let opened = unsafe cffmpeg_sws_init(context)
    guard opened >= 0 else {
      unsafe cffmpeg_sws_free(context)
      throw .unsupportedConversion(from: "\(source)", to: "\(size)", reason: CodecLibrary.reason(opened))
    }
    _ = unsafe cffmpeg_sws_set_matrices(context, SWS_CS_ITU709, 0, SWS_CS_ITU709, 1)
    self.source = source
    self.size = size
    unsafe self.context = unsafe context
  }

  deinit { unsafe cffmpeg_sws_free(context) }

  /// Red, green and blue of a picture of ``source``'s geometry, row by row without padding.
  public func pixels(of picture: borrowing Picture) throws(CodecError) -> [UInt8] {
    guard picture.isI420, picture.size == source else {
      throw .wrongPicture(expected: "\(source) I420", actual: "\(picture.size)")
    }
    // libswscale writes whole vectors, beyond the end of the last row.
    var bytes = [UInt8](repeating: 0, count: size.pixels * 3 + 64)
    let rows = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      unsafe withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt8>?.self, capacity: 4) { data in
        unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 4) { strides in
          unsafe data.initialize(repeating: nil)
          unsafe strides.initialize(repeating: 0)
          unsafe data[0] = bytes.baseAddress
          unsafe strides[0] = Int32(size.width * 3)
          return unsafe cffmpeg_sws_scale(context, picture.frame, data.baseAddress, strides.baseAddress)
        }
      }
    }
    guard rows >= 0 else {
      throw .unsupportedConversion(from: "\(source)", to: "\(size)", reason: CodecLibrary.reason(rows))
    }
    bytes.removeLast(64)
    return bytes
  }
}
