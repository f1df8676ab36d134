internal import CFFmpeg
internal import Media

/// What a concrete encoder is opened with.
struct EncoderOptions: Equatable {
  /// libavcodec's name of the encoder.
  let name: String
  /// The layout that it takes.
  let pixelFormat: AVPixelFormat
  /// Pictures have to be uploaded to the device first.
  let needsUpload: Bool
  /// The profile is High, not Main.
  let isHighProfile: Bool
  /// Follows a change of the context's bitrate while it runs.
  let changesBitrateLive: Bool
  /// Private options; those that an FFmpeg version does not know are ignored by it.
  let options: [(name: String, value: String)]

  static func == (left: EncoderOptions, right: EncoderOptions) -> Bool {
    left.name == right.name && left.options.elementsEqual(right.options) { $0 == $1 }
  }

  /// What is thrown where the encoder fails.
  func failure(_ reason: String) -> CodecError { .encodingFailed(encoder: name, reason: reason) }

  /// The options that make `choice` keep a constant bitrate without B-frames and scene cuts.
  ///
  /// No HRD parameters (`nal-hrd`): libx264 cannot change the bitrate of a stream that has them.
  init?(_ choice: VideoEncoderChoice, _ encoding: VideoEncoding) {
    isHighProfile = encoding.usesHighProfile(with: choice)
    let common = [("profile", isHighProfile ? "high" : "main"), ("forced-idr", "1"), ("forced_idr", "1"), ("bf", "0")]
    switch choice {
    case .auto: return nil
    case .libx264:
      pixelFormat = AV_PIX_FMT_YUV420P
      needsUpload = false
      changesBitrateLive = true
      let rate = "filler=1:force-cfr=1:scenecut=0"
      // mb-tree needs the lookahead; the fastest presets leave both out.
      let ahead = "rc-lookahead=\(encoding.lookaheadFrames):sync-lookahead=0:mbtree=1"
      options =
        common + [("preset", encoding.preset), ("sc_threshold", "0")]
        + (encoding.latency == .low
          ? [("tune", "zerolatency"), ("x264-params", rate)] : [("x264-params", "\(rate):\(ahead)")])
    case .h264VAAPI:
      pixelFormat = AV_PIX_FMT_VAAPI
      needsUpload = true
      changesBitrateLive = false
      options = common + [("rc_mode", "CBR"), ("idr_interval", "0"), ("async_depth", "1"), ("aud", "0")]
    case .h264QSV:
      pixelFormat = AV_PIX_FMT_NV12
      needsUpload = false
      changesBitrateLive = false
      options = common + [("preset", "veryfast"), ("async_depth", "1"), ("look_ahead", "0"), ("aud", "0")]
    case .h264NVENC:
      pixelFormat = AV_PIX_FMT_YUV420P
      needsUpload = false
      changesBitrateLive = true
      options =
        common + [
          ("preset", "p4"), ("tune", "ull"), ("rc", "cbr"), ("cbr", "1"), ("delay", "0"), ("zerolatency", "1"),
          ("no-scenecut", "1"), ("strict_gop", "1"),
        ]
    case .h264V4L2M2M:
      pixelFormat = AV_PIX_FMT_YUV420P
      needsUpload = false
      changesBitrateLive = false
      options = common + [("num_output_buffers", "6"), ("num_capture_buffers", "6")]
    }
    name = choice.rawValue
  }
}

extension VideoEncoderChoice {
  /// Whether the encoder of this name follows another bitrate while it runs; the others are opened anew for it.
  public static func changesBitrateLive(_ name: String) -> Bool {
    switch VideoEncoderChoice(rawValue: name) {
    case .h264VAAPI, .h264V4L2M2M, .h264QSV: false
    case .libx264, .h264NVENC, .auto, nil: true
    }
  }
}

extension VideoEncoding {
  /// Whether the stream is of High profile, whose 8x8 transform libx264 gains from; Main is what IVS names first.
  func usesHighProfile(with choice: VideoEncoderChoice) -> Bool { choice == .libx264 && latency == .normal }

  /// Threads of libx264: one costs the least processor time; slices on more only where one core would not keep up.
  func threadCount(cores: Int) -> Int {
    if let threads { return threads }
    return Double(size.pixels) * frameRate.perSecond <= 1280 * 720 * 60 ? 1 : max(1, min(cores, 4))
  }

  /// Writes what every encoder is asked for into a context that is not open yet.
  func apply(to context: UnsafeMutablePointer<AVCodecContext>, cores: Int, isHighProfile: Bool) {
    unsafe context.pointee.width = Int32(size.width)
    unsafe context.pointee.height = Int32(size.height)
    unsafe context.pointee.time_base = AVRational(num: frameRate.denominator, den: frameRate.numerator)
    unsafe context.pointee.framerate = AVRational(num: frameRate.numerator, den: frameRate.denominator)
    unsafe context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    unsafe context.pointee.color_primaries = AVCOL_PRI_BT709
    unsafe context.pointee.color_trc = AVCOL_TRC_BT709
    unsafe context.pointee.colorspace = AVCOL_SPC_BT709
    unsafe context.pointee.color_range = AVCOL_RANGE_MPEG
    unsafe context.pointee.chroma_sample_location = AVCHROMA_LOC_LEFT
    unsafe context.pointee.gop_size = Int32(keyframeIntervalFrames)
    unsafe context.pointee.keyint_min = Int32(keyframeIntervalFrames)
    unsafe context.pointee.max_b_frames = 0
    // `profile_idc` and `level_idc` (H.264 §A.2.2, Table A-1); libavcodec uses the same numbers.
    unsafe context.pointee.profile = isHighProfile ? 100 : 77
    if let level = H264Level.smallest(for: self) { unsafe context.pointee.level = Int32(level.idc) }
    unsafe context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | Int32(bitPattern: AV_CODEC_FLAG_CLOSED_GOP)
    let threads = threadCount(cores: cores)
    unsafe context.pointee.thread_count = Int32(threads)
    if threads > 1 { unsafe context.pointee.thread_type = FF_THREAD_SLICE }
    // Half a second of the first bitrate, for the encoder's life: with a buffer that shrinks with the bitrate libx264
    // sends what it holds at once as one frame of filler, seconds of data just when less is asked for. No more than a
    // slow path can take at once, for the same reason.
    unsafe context.pointee.rc_buffer_size = Int32(clamping: min(bitrate.bitsPerSecond / 2, 1_250_000))
    unsafe applyBitrate(bitrate, to: context)
  }

  /// Writes a constant bitrate; the buffer stays as it is.
  func applyBitrate(_ bitrate: Bitrate, to context: UnsafeMutablePointer<AVCodecContext>) {
    let bits = bitrate.bitsPerSecond
    unsafe context.pointee.bit_rate = Int64(bits)
    unsafe context.pointee.rc_max_rate = Int64(bits)
    unsafe context.pointee.rc_min_rate = Int64(bits)
  }
}
