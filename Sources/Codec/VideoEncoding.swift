public import Media

/// Which H.264 encoder is wanted; the raw values are libavcodec's names.
public enum VideoEncoderChoice: String, Hashable, Sendable, Codable, CaseIterable {
  /// The first hardware encoder that proves that it works, else libx264.
  case auto
  /// x264 on the processor.
  case libx264
  /// Intel and AMD graphics through VA-API.
  case h264VAAPI = "h264_vaapi"
  /// A memory-to-memory encoder of the kernel, as on the Raspberry Pi up to model 4.
  case h264V4L2M2M = "h264_v4l2m2m"
  /// NVIDIA graphics.
  case h264NVENC = "h264_nvenc"
  /// Intel Quick Sync through oneVPL or the Media SDK.
  case h264QSV = "h264_qsv"
}

/// What a viewer's delay is traded for.
public enum EncodingLatency: String, Hashable, Sendable, Codable, CaseIterable {
  /// x264 sees some frames ahead and spends the bits where they last: a better picture at the same bitrate.
  case normal
  /// Each picture is sent as soon as it is encoded.
  case low
}

/// What the video encoder is asked for.
public struct VideoEncoding: Hashable, Sendable {
  /// The coded picture's geometry, both edges even.
  public var size: PictureSize
  /// Frames per second.
  public var frameRate: FrameRate
  /// The constant bitrate, filler included.
  public var bitrate: Bitrate
  /// Media time from one IDR to the next.
  public var keyframeInterval: Duration
  /// x264's preset; hardware encoders keep their own.
  public var preset: String
  /// Whether x264 may hold frames back for a better picture; hardware encoders hold what they hold.
  public var latency: EncodingLatency
  /// Who encodes.
  public var encoder: VideoEncoderChoice
  /// Threads of libx264; `nil` for one up to 1280x720 at 60 frames per second, up to four slices above.
  public var threads: Int?

  /// Makes settings; without more it is what IVS recommends.
  public init(
    size: PictureSize, frameRate: FrameRate, bitrate: Bitrate, keyframeInterval: Duration = .seconds(2),
    preset: String = "veryfast", latency: EncodingLatency = .low, encoder: VideoEncoderChoice = .auto,
    threads: Int? = nil
  ) {
    self.size = size
    self.frameRate = frameRate
    self.bitrate = bitrate
    self.keyframeInterval = keyframeInterval
    self.preset = preset
    self.latency = latency
    self.encoder = encoder
    self.threads = threads
  }

  /// Frames that x264 sees ahead: by 10 it has most of what a longer lookahead gains.
  var lookaheadFrames: Int { latency == .normal ? 10 : 0 }

  /// How much later than its capture a picture leaves the encoder, at most; zero in low latency.
  public var encoderDelay: Duration { frameRate.interval * lookaheadFrames }

  /// x264's preset where none was chosen: `superfast` where `veryfast` would need more than half of the machine.
  ///
  /// An estimate, not a measurement: a core of a PC encodes some 110 million pixels a second with `veryfast`; others, such
  /// as a Raspberry Pi's, do not reach 720p30 with it on the one thread that encodes.
  public static func preset(
    for size: PictureSize, at frameRate: FrameRate, cores: Int, isPC: Bool = Self.isPC
  ) -> String {
    let needed = Double(size.pixels) * frameRate.perSecond
    return needed <= Double(max(1, cores)) * (isPC ? 55_000_000 : 3_500_000) ? "veryfast" : "superfast"
  }

  /// Whether the processor is of the kind that PCs have.
  public static var isPC: Bool {
    #if arch(x86_64)
      true
    #else
      false
    #endif
  }

  /// Frames from one IDR to the next, at least one.
  public var keyframeIntervalFrames: Int {
    max(1, Int((keyframeInterval.inSeconds * frameRate.perSecond).rounded()))
  }

  /// The settings' own faults, found before any encoder is asked.
  func validate() throws(CodecError) {
    guard size.width >= 64, size.height >= 64, size.width <= 8192, size.height <= 8192 else {
      throw .unsupportedEncoding(reason: "\(size) is outside 64x64…8192x8192")
    }
    guard size.width.isMultiple(of: 2), size.height.isMultiple(of: 2) else {
      throw .unsupportedEncoding(reason: "\(size) has an odd edge; 4:2:0 pictures need even ones")
    }
    guard frameRate.perSecond >= 1, frameRate.perSecond <= 240 else {
      throw .unsupportedEncoding(reason: "\(frameRate) frames per second is outside 1…240")
    }
    guard bitrate.kilobitsPerSecond >= 50, bitrate.kilobitsPerSecond <= 200_000 else {
      throw .unsupportedEncoding(reason: "\(bitrate) is outside 50…200000 kbit/s")
    }
    guard keyframeInterval >= .milliseconds(100), keyframeInterval <= .seconds(60) else {
      throw .unsupportedEncoding(reason: "a keyframe interval of \(keyframeInterval) is outside 0.1…60 s")
    }
    guard threads.map({ $0 >= 1 && $0 <= 64 }) ?? true else {
      throw .unsupportedEncoding(reason: "the number of threads is outside 1…64")
    }
    guard Self.presets.contains(preset) else {
      throw .unsupportedEncoding(
        reason: "x264 has no preset \"\(preset)\"; it has \(Self.presets.joined(separator: ", "))")
    }
    guard H264Level.smallest(for: self) != nil else {
      throw .unsupportedEncoding(reason: "no H.264 level allows \(size) at \(frameRate) frames per second")
    }
  }

  static let presets = [
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow",
  ]
}
