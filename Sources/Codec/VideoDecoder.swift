internal import CFFmpeg
internal import Media

/// Decodes what a compressing camera sends, frame by frame, on the calling thread and without delay.
@safe struct VideoDecoder: ~Copyable {
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  private let name: String
  private let newest: Picture
  private let isStrict: Bool
  /// Frames since the first one of which none was whole.
  private var framesWithoutAny = 0
  private var hasSeenWhole = false

  /// So many frames, some seconds of them, without one that is whole are no passing fault but the camera's own JPEG.
  static let lenientAfter = 90

  /// Opens a decoder for MJPEG or H.264 in Annex B.
  init(_ format: PixelFormat) throws(CodecError) {
    let codecID: AVCodecID
    let name: String
    switch format {
    case .mjpeg: (codecID, name) = (AV_CODEC_ID_MJPEG, "MJPEG")
    default: (codecID, name) = (AV_CODEC_ID_H264, "H.264")
    }
    let newest = try Picture()
    guard let codec = unsafe avcodec_find_decoder(codecID) else {
      throw .unsupportedConversion(from: name, to: "pictures", reason: "this FFmpeg has no decoder for it")
    }
    guard let context = unsafe avcodec_alloc_context3(codec) else { throw .outOfMemory(what: "a decoder") }
    var owned: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    guard let packet = unsafe av_packet_alloc() else {
      unsafe avcodec_free_context(&owned)
      throw .outOfMemory(what: "a decoder")
    }
    unsafe context.pointee.thread_count = 1
    unsafe context.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
    let opened = unsafe avcodec_open2(context, codec, nil)
    if opened < 0 {
      unsafe avcodec_free_context(&owned)
      var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
      unsafe av_packet_free(&packet)
      throw .unsupportedConversion(from: name, to: "pictures", reason: CodecLibrary.reason(opened))
    }
    isStrict = format == .mjpeg
    self.name = name
    self.newest = newest
    unsafe self.context = unsafe context
    unsafe self.packet = unsafe packet
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
  }

  /// Decodes one frame into `picture`; false where the decoder waits for more, as H.264 does before its first IDR.
  ///
  /// Half a picture is worse than the one before it shown again, so a damaged one is an error. A camera of which not one
  /// of the first ``lenientAfter`` frames was whole is shown as far as its pictures go, until one is whole.
  mutating func decode(_ bytes: RawSpan, into picture: borrowing Picture) throws(CodecError) -> Bool {
    let damage: CodecError
    do throws(CodecError) {
      unsafe context.pointee.err_recognition = isStrict ? AV_EF_EXPLODE : 0
      let isDecoded = try decodeOnce(bytes, into: picture)
      hasSeenWhole = hasSeenWhole || isDecoded
      return isDecoded
    } catch { damage = error }
    framesWithoutAny += 1
    guard isStrict, !hasSeenWhole, framesWithoutAny > Self.lenientAfter else { throw damage }
    unsafe context.pointee.err_recognition = 0
    return try decodeOnce(bytes, into: picture)
  }

  private func decodeOnce(_ bytes: RawSpan, into picture: borrowing Picture) throws(CodecError) -> Bool {
    guard bytes.byteCount > 0, bytes.byteCount < 1 << 27 else { throw broken("it is empty") }
    // The decoder reads beyond the end, so the bytes move once into memory with padding.
    guard unsafe av_new_packet(packet, Int32(bytes.byteCount)) >= 0, let target = unsafe packet.pointee.data else {
      throw .outOfMemory(what: "a camera frame")
    }
    unsafe bytes.withUnsafeBytes { source in
      unsafe UnsafeMutableRawBufferPointer(start: target, count: source.count).copyMemory(from: source)
    }
    let sent = unsafe avcodec_send_packet(context, packet)
    unsafe av_packet_unref(packet)
    guard sent >= 0 else { throw broken(CodecLibrary.reason(sent)) }
    var isDecoded = false
    while true {
      // Asking empties the frame it is given even when there is nothing, so the answer moves over only when there is.
      let received = unsafe avcodec_receive_frame(context, newest.frame)
      if received == cffmpeg_averror_eagain || received == cffmpeg_averror_eof { break }
      guard received >= 0 else { throw broken(CodecLibrary.reason(received)) }
      // H.264 conceals what is missing and says so here alone.
      let isIncomplete = unsafe newest.frame.pointee.decode_error_flags != 0
      guard isStrict || !isIncomplete else { throw broken("parts of it are missing") }
      unsafe av_frame_unref(picture.frame)
      unsafe av_frame_move_ref(picture.frame, newest.frame)
      isDecoded = true
    }
    return isDecoded
  }

  private func broken(_ reason: String) -> CodecError { .brokenFrame(format: name, reason: reason) }
}
