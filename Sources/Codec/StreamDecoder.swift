internal import CFFmpeg
internal import Media

/// One stream of a media file as decoded frames with times since the file's start.
@safe struct StreamDecoder: ~Copyable {
  /// What a step of decoding came to.
  private enum Step { case frame, again, end }

  private var demuxer: Demuxer
  private let type: AVMediaType
  private var stream: UnsafeMutablePointer<AVStream>
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  /// The frame that ``next()`` decoded last.
  let frame: Picture
  /// How long the whole file plays, the same for each of its streams.
  let duration: Duration
  private var isDraining = false
  private var hasSeeked = false
  private var framesSinceStart = 0
  /// Packets that could not be decoded and were passed over.
  private(set) var brokenPackets = 0

  /// Opens the file's best stream of the type, with one decoding thread, or two above 1080p30.
  init(_ path: String, _ type: AVMediaType) throws(CodecError) {
    var demuxer = try Demuxer(path, for: type)
    let duration: Duration
    if let stated = demuxer.statedDuration {
      duration = stated
    } else {
      duration = try demuxer.measureDuration()
      demuxer = try Demuxer(path, for: type)
    }
    let frame = try Picture()
    guard let (stream, decoder) = unsafe demuxer.chooseStream(type) else {
      throw type == AVMEDIA_TYPE_VIDEO ? .noVideo(path: path) : .noAudio(path: path)
    }
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe av_packet_alloc()
    var owned: UnsafeMutablePointer<AVCodecContext>? = unsafe avcodec_alloc_context3(decoder)
    var result = cffmpeg_averror_enomem
    if let context = unsafe owned {
      result = unsafe avcodec_parameters_to_context(context, stream.pointee.codecpar)
      let rate = unsafe stream.pointee.avg_frame_rate
      let perSecond = rate.den > 0 ? Double(rate.num) / Double(rate.den) : 30
      let pixels = unsafe Double(context.pointee.width) * Double(context.pointee.height)
      unsafe context.pointee.thread_count = pixels * perSecond > 1920 * 1080 * 31 ? 2 : 1
      unsafe context.pointee.pkt_timebase = stream.pointee.time_base
      if result >= 0 { result = unsafe avcodec_open2(context, decoder, nil) }
    }
    guard result >= 0, let context = unsafe owned, let ready = unsafe packet else {
      unsafe avcodec_free_context(&owned)
      unsafe av_packet_free(&packet)
      throw .decodingFailed(path: path, reason: CodecLibrary.reason(result))
    }
    self.demuxer = demuxer
    self.type = type
    unsafe self.stream = unsafe stream
    unsafe self.context = unsafe context
    unsafe self.packet = unsafe ready
    self.frame = frame
    self.duration = duration
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
  }

  /// The file's path, for errors.
  var path: String { demuxer.path }

  /// What the container says of the stream.
  var parameters: UnsafeMutablePointer<AVCodecParameters>? { unsafe stream.pointee.codecpar }

  /// Frames per second, as the container says or as it was counted.
  var frameRate: FrameRate? {
    let average = unsafe stream.pointee.avg_frame_rate
    let guess = unsafe stream.pointee.r_frame_rate
    return FrameRate(average.num, per: average.den) ?? FrameRate(guess.num, per: guess.den)
  }

  /// Decodes the next frame into ``frame``; false at the end of the file.
  mutating func next() throws(CodecError) -> Bool {
    while true {
      switch try step() {
      case .frame:
        framesSinceStart += 1
        return true
      case .end:
        if framesSinceStart > 0 { return false }
        guard hasSeeked else { throw .decodingFailed(path: path, reason: "nothing in it can be decoded") }
        // The container's way back did not lead to a picture.
        try reopen()
      case .again: break
      }
    }
  }

  private mutating func step() throws(CodecError) -> Step {
    let received = unsafe avcodec_receive_frame(context, frame.frame)
    if received >= 0 { return .frame }
    if received == cffmpeg_averror_eof { return .end }
    if received != cffmpeg_averror_eagain {
      brokenPackets += 1
      return isDraining ? .end : .again
    }
    // A drained decoder that still wants input has nothing more to give.
    if isDraining { return .end }
    guard try unsafe demuxer.read(into: packet) else {
      isDraining = true
      _ = unsafe avcodec_send_packet(context, nil)
      return .again
    }
    defer { unsafe av_packet_unref(packet) }
    guard unsafe packet.pointee.stream_index == stream.pointee.index else { return .again }
    if unsafe avcodec_send_packet(context, packet) < 0 { brokenPackets += 1 }
    return .again
  }

  /// When ``frame`` is shown or heard, since the file's start; `nil` where the file does not say.
  var time: MediaTime? {
    let stamp = unsafe frame.frame.pointee.best_effort_timestamp
    guard stamp != cffmpeg_nopts else { return nil }
    let nanoseconds = AVRational(num: 1, den: 1_000_000_000)
    let time = unsafe av_rescale_q(stamp, stream.pointee.time_base, nanoseconds)
    return MediaTime(nanoseconds: time &- demuxer.startMicroseconds &* 1000)
  }

  /// Begins the file again.
  mutating func rewind() throws(CodecError) {
    unsafe avcodec_flush_buffers(context)
    isDraining = false
    framesSinceStart = 0
    hasSeeked = demuxer.seekToStart()
    if !hasSeeked { try reopen() }
  }

  private mutating func reopen() throws(CodecError) {
    hasSeeked = false
    isDraining = false
    unsafe avcodec_flush_buffers(context)
    let fresh = try Demuxer(path, for: type)
    guard let (stream, _) = unsafe fresh.chooseStream(type) else {
      throw .decodingFailed(path: path, reason: "it changed while it was read")
    }
    demuxer = fresh
    unsafe self.stream = unsafe stream
  }
}
