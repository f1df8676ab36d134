internal import CFFmpeg
internal import Media

/// Decodes one track of a stream, packet by packet, on the calling thread; all times are nanoseconds.
@safe struct TrackDecoder: ~Copyable {
  /// Pictures above this many pixels are refused: a header can claim anything.
  private static let pixelLimit: Int64 = 4096 * 2304

  private let context: UnsafeMutablePointer<AVCodecContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  /// The frame that was decoded last, and the one before it.
  let frame: Picture
  let previous: Picture

  /// Opens the decoder that the track's codec needs.
  init(_ track: MediaTrack) throws(CodecError) {
    let frame = try Picture()
    let previous = try Picture()
    let name = track.codec.name
    // What browsers record; of FFmpeg's other decoders none gets to see bytes of a stranger.
    guard let identifier = Self.identifier(track.codec) else {
      throw .decodingFailed(path: name, reason: "browsers record no such tracks")
    }
    guard let codec = unsafe avcodec_find_decoder(identifier) else {
      throw .decodingFailed(path: name, reason: "this FFmpeg has no decoder for it")
    }
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe av_packet_alloc()
    var owned: UnsafeMutablePointer<AVCodecContext>? = unsafe avcodec_alloc_context3(codec)
    var result = cffmpeg_averror_enomem
    if let context = unsafe owned, unsafe packet != nil {
      result = unsafe Self.describe(track, to: context)
      if result >= 0 { result = unsafe avcodec_open2(context, codec, nil) }
    }
    guard result >= 0, let context = unsafe owned, let ready = unsafe packet else {
      unsafe avcodec_free_context(&owned)
      unsafe av_packet_free(&packet)
      throw .decodingFailed(path: name, reason: CodecLibrary.reason(result))
    }
    unsafe self.context = unsafe context
    unsafe self.packet = unsafe ready
    self.frame = frame
    self.previous = previous
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
  }

  private static func identifier(_ codec: MediaTrack.Codec) -> AVCodecID? {
    switch codec {
    case .hevc: AV_CODEC_ID_HEVC
    case .vp8: AV_CODEC_ID_VP8
    case .vp9: AV_CODEC_ID_VP9
    case .av1: AV_CODEC_ID_AV1
    case .aac: AV_CODEC_ID_AAC
    case .opus: AV_CODEC_ID_OPUS
    case .vorbis: AV_CODEC_ID_VORBIS
    case .flac: AV_CODEC_ID_FLAC
    case .pcm16: AV_CODEC_ID_PCM_S16LE
    case .pcmFloat: AV_CODEC_ID_PCM_F32LE
    case .h264, .other: nil
    }
  }

  /// Writes what the container says into the context.
  private static func describe(_ track: MediaTrack, to context: UnsafeMutablePointer<AVCodecContext>) -> Int32 {
    unsafe context.pointee.thread_count = 1
    unsafe context.pointee.max_pixels = pixelLimit
    unsafe context.pointee.pkt_timebase = AVRational(num: 1, den: 1_000_000_000)
    // HEVC may have pictures that are shown in another order.
    if track.codec != .hevc { unsafe context.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY }
    if track.isVideo {
      unsafe context.pointee.width = Int32(clamping: track.size.width)
      unsafe context.pointee.height = Int32(clamping: track.size.height)
    } else {
      unsafe context.pointee.sample_rate = Int32(clamping: track.sampleRate)
      if track.channels > 0 {
        unsafe av_channel_layout_default(&context.pointee.ch_layout, Int32(clamping: track.channels))
      }
    }
    let count = track.configuration.count
    guard count > 0 else { return 0 }
    guard let bytes = unsafe av_mallocz(count + Int(AV_INPUT_BUFFER_PADDING_SIZE)) else {
      return cffmpeg_averror_enomem
    }
    unsafe track.configuration.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe bytes.copyMemory(from: start, byteCount: count)
    }
    unsafe context.pointee.extradata = unsafe bytes.assumingMemoryBound(to: UInt8.self)
    unsafe context.pointee.extradata_size = Int32(count)
    return 0
  }

  /// Gives the decoder a packet; one that is broken is passed over.
  func send(_ payload: [UInt8], at time: MediaTime) {
    guard !payload.isEmpty, unsafe av_new_packet(packet, Int32(clamping: payload.count)) >= 0 else { return }
    defer { unsafe av_packet_unref(packet) }
    unsafe payload.withUnsafeBytes { source in
      guard let start = source.baseAddress, let target = unsafe packet.pointee.data else { return }
      unsafe UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: source.count)
    }
    unsafe packet.pointee.pts = time.nanoseconds
    _ = unsafe avcodec_send_packet(context, packet)
  }

  /// No more packets come: the frames that were waiting for them can be received.
  func sendEnd() { _ = unsafe avcodec_send_packet(context, nil) }

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

  /// The shape of ``frame``'s pixels, as its codec says; square where it does not.
  var pixelAspect: PixelAspect {
    let ratio = unsafe frame.frame.pointee.sample_aspect_ratio
    return PixelAspect(width: Int(ratio.num), height: Int(ratio.den)) ?? .square
  }
}
