internal import CFFmpeg
internal import FoundationEssentials
internal import Media

/// One open libavcodec video encoder: frames in, Annex B packets out.
@safe struct VideoEncoderSession: ~Copyable {
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  /// Refers to the picture that is being sent, so that times and types can be written without touching the caller's.
  private let reference: Picture
  private let upload: HardwareUpload?
  let options: EncoderOptions
  private let encoding: VideoEncoding

  /// Opens the encoder; with a device it also opens that.
  init(_ options: EncoderOptions, _ encoding: VideoEncoding) throws(CodecError) {
    CodecLibrary.silence()
    guard let codec = unsafe avcodec_find_encoder_by_name(options.name) else { throw .noEncoder(name: options.name) }
    let reference = try Picture()
    let upload: HardwareUpload? = if options.needsUpload { try HardwareUpload(options, encoding.size) } else { nil }
    guard let packet = unsafe av_packet_alloc() else { throw .outOfMemory(what: "an encoder") }
    var ownedPacket: UnsafeMutablePointer<AVPacket>? = unsafe packet
    var owned: UnsafeMutablePointer<AVCodecContext>? = unsafe avcodec_alloc_context3(codec)
    guard let context = unsafe owned else {
      unsafe av_packet_free(&ownedPacket)
      throw .outOfMemory(what: "an encoder")
    }
    unsafe encoding.apply(
      to: context, cores: ProcessInfo.processInfo.activeProcessorCount, isHighProfile: options.isHighProfile)
    unsafe context.pointee.pix_fmt = options.pixelFormat
    unsafe Self.attach(upload, to: context)
    var dictionary: OpaquePointer?
    for option in options.options { unsafe av_dict_set(&dictionary, option.name, option.value, 0) }
    let opened = unsafe avcodec_open2(context, codec, &dictionary)
    unsafe av_dict_free(&dictionary)
    if opened < 0 {
      unsafe avcodec_free_context(&owned)
      unsafe av_packet_free(&ownedPacket)
      throw .encoderRefused(name: options.name, reason: CodecLibrary.reason(opened))
    }
    self.reference = reference
    self.upload = upload
    self.options = options
    self.encoding = encoding
    unsafe self.context = unsafe context
    unsafe self.packet = unsafe packet
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
  }

  private static func attach(_ upload: borrowing HardwareUpload?, to context: UnsafeMutablePointer<AVCodecContext>) {
    switch upload {
    case .some(let upload): unsafe context.pointee.hw_frames_ctx = unsafe upload.makeFramesReference()
    case .none: break
    }
  }

  /// The parameter sets that the encoder made at its opening; `nil` for encoders that only put them in the stream.
  var configuration: AVCDecoderConfiguration? {
    guard let extradata = unsafe context.pointee.extradata, unsafe context.pointee.extradata_size > 0 else {
      return nil
    }
    let bytes = unsafe Span(_unsafeStart: extradata, count: Int(context.pointee.extradata_size))
    return AVCDecoderConfiguration(annexB: bytes)
  }

  /// Changes the bitrate from the next frame on; only for encoders that can.
  func setBitrate(_ bitrate: Bitrate) { unsafe encoding.applyBitrate(bitrate, to: context) }

  /// Sends a picture to the encoder.
  func send(_ picture: borrowing Picture, index: Int64, isKeyframe: Bool) throws(CodecError) {
    defer { unsafe av_frame_unref(reference.frame) }
    switch upload {
    case .some(let upload): try upload.upload(picture, into: reference)
    case .none:
      let result = unsafe av_frame_ref(reference.frame, picture.frame)
      guard result >= 0 else { throw .outOfMemory(what: "a picture") }
      if options.pixelFormat != AV_PIX_FMT_YUV420P { try interleaveChroma() }
    }
    unsafe reference.frame.pointee.pts = index
    unsafe reference.frame.pointee.pict_type = isKeyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
    try CodecLibrary.check(unsafe avcodec_send_frame(context, reference.frame), options.failure)
  }

  /// Tells the encoder that no more pictures come; ``receive(_:)`` then gives what it held back.
  func sendEnd() { _ = unsafe avcodec_send_frame(context, nil) }

  /// Lends the packets that are ready, as Annex B bytes with times in frames.
  func receive(_ body: (_ bytes: Span<UInt8>, _ index: Int64, _ decodeIndex: Int64, _ isKeyframe: Bool) -> Void)
    throws(CodecError)
  {
    while true {
      let result = unsafe avcodec_receive_packet(context, packet)
      if result == cffmpeg_averror_eagain || result == cffmpeg_averror_eof { return }
      try CodecLibrary.check(result, options.failure)
      if let data = unsafe packet.pointee.data, unsafe packet.pointee.size > 0 {
        let bytes = unsafe Span(_unsafeStart: UnsafePointer(data), count: Int(packet.pointee.size))
        let decodeIndex = unsafe packet.pointee.dts == cffmpeg_nopts ? packet.pointee.pts : packet.pointee.dts
        unsafe body(bytes, packet.pointee.pts, decodeIndex, packet.pointee.flags & AV_PKT_FLAG_KEY != 0)
      }
      unsafe av_packet_unref(packet)
    }
  }

  /// NV12 for encoders that take system memory but not I420.
  private func interleaveChroma() throws(CodecError) {
    let planar = try Picture()
    unsafe av_frame_move_ref(planar.frame, reference.frame)
    try HardwareUpload.copyAsNV12(planar, into: reference)
  }
}
