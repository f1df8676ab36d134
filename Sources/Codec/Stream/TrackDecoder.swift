internal import CFFmpeg
internal import Media

/// Decodes one track of a stream, packet by packet, on the calling thread; all times are nanoseconds.
@safe struct TrackDecoder: ~Copyable {
  /// Pictures above this many pixels are refused: a header can claim anything.
  private static let pixelLimit: Int64 = 4096 * 2304
  /// What browsers record; of FFmpeg's other decoders none gets to see bytes of a stranger.
  private static let codecs = [
    AV_CODEC_ID_VP8, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1, AV_CODEC_ID_HEVC, AV_CODEC_ID_OPUS, AV_CODEC_ID_VORBIS,
    AV_CODEC_ID_AAC, AV_CODEC_ID_FLAC, AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_F32LE,
  ]

  private let context: UnsafeMutablePointer<AVCodecContext>
  /// The frame that was decoded last, and the one before it.
  let frame: Picture
  let previous: Picture

  /// Opens the decoder that the track's codec needs.
  init(_ stream: UnsafeMutablePointer<AVStream>) throws(CodecError) {
    let frame = try Picture()
    let previous = try Picture()
    guard let parameters = unsafe stream.pointee.codecpar, Self.codecs.contains(unsafe parameters.pointee.codec_id)
    else { throw unsafe .decodingFailed(path: Self.name(stream), reason: "browsers record no such tracks") }
    guard let codec = unsafe avcodec_find_decoder(parameters.pointee.codec_id) else {
      throw unsafe .decodingFailed(path: Self.name(stream), reason: "this FFmpeg has no decoder for it")
    }
    var owned: UnsafeMutablePointer<AVCodecContext>? = unsafe avcodec_alloc_context3(codec)
    var result = cffmpeg_averror_enomem
    if let context = unsafe owned {
      result = unsafe avcodec_parameters_to_context(context, parameters)
      unsafe context.pointee.thread_count = 1
      unsafe context.pointee.max_pixels = Self.pixelLimit
      unsafe context.pointee.pkt_timebase = AVRational(num: 1, den: 1_000_000_000)
      unsafe context.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
      if result >= 0 { result = unsafe avcodec_open2(context, codec, nil) }
    }
    guard result >= 0, let context = unsafe owned else {
      unsafe avcodec_free_context(&owned)
      throw unsafe .decodingFailed(path: Self.name(stream), reason: CodecLibrary.reason(result))
    }
    unsafe self.context = unsafe context
    self.frame = frame
    self.previous = previous
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
  }

  /// The codec of a track, as people know it: `vp8`, `opus`.
  static func name(_ stream: UnsafeMutablePointer<AVStream>) -> String {
    guard let parameters = unsafe stream.pointee.codecpar else { return "unknown codec" }
    return unsafe String(cString: avcodec_get_name(parameters.pointee.codec_id))
  }

  /// Gives the decoder a packet; one that is broken is passed over.
  func send(_ packet: UnsafeMutablePointer<AVPacket>) { _ = unsafe avcodec_send_packet(context, packet) }

  /// Takes the next frame that came of the packets; false when there is none.
  func receive() -> Bool {
    unsafe av_frame_unref(previous.frame)
    unsafe av_frame_move_ref(previous.frame, frame.frame)
    if unsafe avcodec_receive_frame(context, frame.frame) >= 0 { return true }
    unsafe av_frame_move_ref(frame.frame, previous.frame)
    return false
  }

  /// When ``frame`` is shown or heard; `nil` where the stream does not say.
  var time: MediaTime? {
    let stamp = unsafe frame.frame.pointee.best_effort_timestamp
    return stamp == cffmpeg_nopts ? nil : MediaTime(nanoseconds: stamp)
  }
}
