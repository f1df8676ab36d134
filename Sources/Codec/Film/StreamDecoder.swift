internal import CFFmpeg
internal import Media

/// One stream of a media file as decoded frames, once from its start to its end, with times since the film's start.
@safe struct StreamDecoder: ~Copyable {
  /// What a step of decoding came to.
  private enum Step { case frame, again, end }

  /// Pictures above this many pixels are refused: a header can claim anything.
  private static let pixelLimit: Int64 = 1 << 26

  private var demuxer: Demuxer
  private let track: Demuxer.Track
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  /// The frame that ``next()`` decoded last.
  let frame: Picture
  private var isDraining = false
  /// Frames that were decoded.
  private(set) var frames = 0
  /// Packets that could not be decoded and were passed over.
  private(set) var brokenPackets = 0

  /// Opens the file's picture or sound, with one decoding thread, or two above 1080p30.
  init(_ path: String, _ track: Demuxer.Track) throws(CodecError) {
    let demuxer = try Demuxer(path)
    let frame = try Picture()
    guard let chosen = unsafe demuxer.stream(track) else {
      throw track == .video ? .noVideo(path: path) : .noAudio(path: path)
    }
    let (stream, decoder) = unsafe (chosen.stream, chosen.decoder)
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe av_packet_alloc()
    var owned: UnsafeMutablePointer<AVCodecContext>? = unsafe avcodec_alloc_context3(decoder)
    var result = cffmpeg_averror_enomem
    if let context = unsafe owned {
      result = unsafe avcodec_parameters_to_context(context, stream.pointee.codecpar)
      let perSecond = unsafe Demuxer.frameRate(of: stream)?.perSecond ?? 30
      let pixels = unsafe Double(context.pointee.width) * Double(context.pointee.height)
      unsafe context.pointee.thread_count = pixels * perSecond > 1920 * 1080 * 31 ? 2 : 1
      unsafe context.pointee.pkt_timebase = AVRational(num: 1, den: 1_000_000_000)
      unsafe context.pointee.max_pixels = Self.pixelLimit
      if result >= 0 { result = unsafe avcodec_open2(context, decoder, nil) }
    }
    guard result >= 0, let context = unsafe owned, let ready = unsafe packet else {
      unsafe avcodec_free_context(&owned)
      unsafe av_packet_free(&packet)
      throw .decodingFailed(path: path, reason: CodecLibrary.reason(result))
    }
    self.demuxer = demuxer
    self.track = track
    unsafe self.context = unsafe context
    unsafe self.packet = unsafe ready
    self.frame = frame
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
  }

  /// The file's path, for errors.
  var path: String { demuxer.path }

  /// Which file is read.
  var identity: FilmIdentity { demuxer.identity }

  /// What the container says of the stream.
  var stream: UnsafeMutablePointer<AVStream>? { unsafe demuxer.stream(track)?.stream }

  /// How long the film plays, as its header says.
  var statedDuration: Duration? { demuxer.statedDuration }

  /// How long what was read so far plays; the whole film's length at its end, the same for each of its streams.
  var length: Duration { demuxer.length }

  /// Whether the film has nothing but this stream.
  var isAlone: Bool { track == .video ? demuxer.packets.audio == 0 : demuxer.packets.video == 0 }

  /// What the container calls itself.
  var format: String { demuxer.format }

  /// Decodes the next frame into ``frame``; false at the end of the film.
  mutating func next() throws(CodecError) -> Bool {
    while true {
      switch try step() {
      case .frame:
        frames += 1
        return true
      case .end:
        if frames > 0 { return false }
        let packets = track == .video ? demuxer.packets.video : demuxer.packets.audio
        if packets == 0 { throw track == .video ? .noVideo(path: path) : .noAudio(path: path) }
        throw .decodingFailed(path: path, reason: "nothing in it can be decoded")
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
    guard let read = try unsafe demuxer.read(into: packet) else {
      isDraining = true
      _ = unsafe avcodec_send_packet(context, nil)
      return .again
    }
    defer { unsafe av_packet_unref(packet) }
    guard read == track else { return .again }
    if unsafe avcodec_send_packet(context, packet) < 0 { brokenPackets += 1 }
    return .again
  }

  /// When ``frame`` is shown or heard, since the film's start; `nil` where the film does not say.
  var time: MediaTime? {
    let stamp = unsafe frame.frame.pointee.best_effort_timestamp
    return stamp == cffmpeg_nopts ? nil : MediaTime(nanoseconds: stamp)
  }

  /// How ``frame`` has to be shown: what it says itself, else what the container says.
  var look: PictureLook {
    guard let stream = unsafe stream else { return .plain }
    // A still's density is that of paper.
    let isStill = demuxer.format.hasSuffix("_pipe")
    return unsafe PictureLook(frame.frame, of: stream, hasAspect: !isStill)
  }
}
