internal import CFFmpeg
internal import Media

/// Decodes what a compressing camera sends, frame by frame, on the calling thread and without delay.
@safe struct VideoDecoder: ~Copyable {
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  private let name: String
  private let newest: Picture
  private var failuresInARow = 0

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
    // Half a picture is worse than the one before it shown again.
    if format == .mjpeg { unsafe context.pointee.err_recognition = AV_EF_EXPLODE }
    let opened = unsafe avcodec_open2(context, codec, nil)
    if opened < 0 {
      unsafe avcodec_free_context(&owned)
      var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
      unsafe av_packet_free(&packet)
      throw .unsupportedConversion(from: name, to: "pictures", reason: CodecLibrary.reason(opened))
    }
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
  mutating func decode(_ bytes: RawSpan, into picture: borrowing Picture) throws(CodecError) -> Bool {
    do throws(CodecError) {
      let isDecoded = try decodeOnce(bytes, into: picture)
      failuresInARow = 0
      return isDecoded
    } catch {
      failuresInARow += 1
      // A camera whose every JPEG breaks the rules is better shown as far as it goes than not at all.
      if failuresInARow == 8 { unsafe context.pointee.err_recognition = 0 }
      throw error
    }
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
      unsafe av_frame_unref(picture.frame)
      unsafe av_frame_move_ref(picture.frame, newest.frame)
      isDecoded = true
    }
    return isDecoded
  }

  private func broken(_ reason: String) -> CodecError { .brokenFrame(format: name, reason: reason) }
}
