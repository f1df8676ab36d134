internal import CFFmpeg
internal import Media

/// An open media file that is read packet by packet: its picture and its sound, on one timeline in nanoseconds.
///
/// Packets of both are read whoever wants only one of them: so each reader of a file finds the same times and the same
/// length, and no header is believed about either.
@safe struct Demuxer: ~Copyable {
  /// The picture is track 0, the sound track 1.
  enum Track: Int { case video, audio }

  /// One stream that was chosen, with the decoder for it.
  @unsafe struct Chosen {
    let stream: UnsafeMutablePointer<AVStream>
    let decoder: UnsafePointer<AVCodec>
  }

  /// Formats that are lists of other files or addresses.
  private static let playlists = ["hls", "concat", "dash", "sdp", "rtsp", "imf", "webm_dash_manifest", "rtp"]
  private static let bufferBytes = 64 << 10
  /// Nothing comes for so long only where a clock jumped: in formats made for transmission, and in others.
  private static let longestHole = (transmitted: Duration.seconds(10), stored: Duration.seconds(60))

  let path: String
  private let input: FilmInput
  private let bytes: UnsafeMutablePointer<AVIOContext>
  private let container: UnsafeMutablePointer<AVFormatContext>
  private let picture: Chosen?
  private let sound: Chosen?
  private var timeline: FilmTimeline
  /// A cover, which comes once and lasts as long as the sound.
  private let hasCover: Bool
  /// Packets of each track that were read.
  private(set) var packets = (video: 0, audio: 0)

  /// Opens a regular file; nothing but that file is ever opened, whatever is in it.
  init(_ path: String) throws(CodecError) {
    CodecLibrary.silence()
    let input = try FilmInput(path)
    let bytes = try unsafe Self.bytes(of: input)
    var container: UnsafeMutablePointer<AVFormatContext>? = unsafe avformat_alloc_context()
    var result = cffmpeg_averror_enomem
    var isPlaylist = false
    if let context = unsafe container {
      var format: UnsafePointer<AVInputFormat>?
      // By its content alone: a name may be that of a numbered series of files.
      result = unsafe av_probe_input_buffer2(bytes, &format, "", nil, 0, 0)
      isPlaylist = unsafe format.map { unsafe Self.playlists.contains(String(cString: $0.pointee.name)) } ?? false
      unsafe context.pointee.pb = unsafe bytes
      unsafe context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
      if result >= 0, !isPlaylist {
        var options: OpaquePointer?
        unsafe av_dict_set(&options, "protocol_whitelist", "", 0)
        result = unsafe avformat_open_input(&container, "", format, &options)
        unsafe av_dict_free(&options)
        if result >= 0 { result = unsafe avformat_find_stream_info(container, nil) }
      }
    }
    guard result >= 0, !isPlaylist, let opened = unsafe container else {
      // A container that was not opened is freed by this too, or was freed by libavformat itself.
      if unsafe container?.pointee.iformat != nil {
        unsafe avformat_close_input(&container)
      } else {
        unsafe avformat_free_context(container)
      }
      unsafe Self.free(bytes)
      if isPlaylist { throw .unplayable(path: path, reason: "it is a list of other files; name one media file itself") }
      if let failure = input.failure { throw .cannotRead(path: path, reason: failure) }
      if result == cffmpeg_averror_enomem { throw .outOfMemory(what: "reading \(path)") }
      throw .notMedia(path: path)
    }
    self.path = path
    self.input = input
    unsafe self.bytes = unsafe bytes
    unsafe self.container = unsafe opened
    unsafe (picture, sound) = unsafe Self.choose(in: opened)
    hasCover = unsafe picture.map { unsafe $0.stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 } ?? false
    let flags = unsafe opened.pointee.iformat.pointee.flags
    let start = unsafe opened.pointee.start_time
    timeline = FilmTimeline(
      start: start == cffmpeg_nopts ? nil : MediaTime(nanoseconds: Self.saturated(start, times: 1000)),
      longestHole: flags & AVFMT_TS_DISCONT != 0 ? Self.longestHole.transmitted : Self.longestHole.stored, tracks: 2)
  }

  deinit {
    var container: UnsafeMutablePointer<AVFormatContext>? = unsafe container
    unsafe avformat_close_input(&container)
    unsafe Self.free(bytes)
  }

  /// What libavformat reads from; it does not own the input.
  private static func bytes(of input: FilmInput) throws(CodecError) -> UnsafeMutablePointer<AVIOContext> {
    guard let buffer = unsafe av_malloc(bufferBytes) else { throw .outOfMemory(what: "reading a file") }
    let made = unsafe avio_alloc_context(
      buffer.assumingMemoryBound(to: UInt8.self), Int32(bufferBytes), 0, Unmanaged.passUnretained(input).toOpaque(),
      { opaque, target, size in
        guard let opaque = unsafe opaque, let target = unsafe target, size > 0 else { return cffmpeg_averror_eof }
        let input = unsafe Unmanaged<FilmInput>.fromOpaque(opaque).takeUnretainedValue()
        return unsafe input.read(into: UnsafeMutableRawBufferPointer(start: target, count: Int(size)))
      }, nil,
      { opaque, place, whence in
        guard let opaque = unsafe opaque else { return -1 }
        return unsafe Unmanaged<FilmInput>.fromOpaque(opaque).takeUnretainedValue().seek(to: place, whence)
      })
    guard let made = unsafe made else {
      unsafe av_free(buffer)
      throw .outOfMemory(what: "reading a file")
    }
    return unsafe made
  }

  private static func free(_ bytes: UnsafeMutablePointer<AVIOContext>) {
    var bytes: UnsafeMutablePointer<AVIOContext>? = unsafe bytes
    if let context = unsafe bytes { unsafe av_freep(&context.pointee.buffer) }
    unsafe avio_context_free(&bytes)
  }

  /// The first real picture that can be decoded, else a cover, and the sound that belongs to it; all else is not read.
  private static func choose(in container: UnsafeMutablePointer<AVFormatContext>) -> (Chosen?, Chosen?) {
    var picture: Chosen?
    var isCover = false
    for index in 0..<Int(unsafe container.pointee.nb_streams) {
      guard let stream = unsafe container.pointee.streams[index], let parameters = unsafe stream.pointee.codecpar
      else { continue }
      unsafe stream.pointee.discard = AVDISCARD_ALL
      guard unsafe parameters.pointee.codec_type == AVMEDIA_TYPE_VIDEO, unsafe parameters.pointee.width > 0,
        let decoder = unsafe avcodec_find_decoder(parameters.pointee.codec_id)
      else { continue }
      let isAttached = unsafe stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
      guard unsafe picture == nil || (isCover && !isAttached) else { continue }
      unsafe picture = unsafe Chosen(stream: stream, decoder: decoder)
      isCover = isAttached
    }
    var decoder: UnsafePointer<AVCodec>?
    let related = unsafe picture.map { unsafe $0.stream.pointee.index } ?? -1
    let best = unsafe av_find_best_stream(container, AVMEDIA_TYPE_AUDIO, -1, related, &decoder, 0)
    var sound: Chosen?
    if best >= 0, let decoder = unsafe decoder, let stream = unsafe container.pointee.streams[Int(best)] {
      unsafe sound = unsafe Chosen(stream: stream, decoder: decoder)
    }
    unsafe picture?.stream.pointee.discard = AVDISCARD_DEFAULT
    unsafe sound?.stream.pointee.discard = AVDISCARD_DEFAULT
    return unsafe (picture, sound)
  }

  /// The stream that was chosen; `nil` where there is none that can be decoded.
  func stream(_ track: Track) -> Chosen? {
    switch track {
    case .video: unsafe picture
    case .audio: unsafe sound
    }
  }

  /// What the container calls itself: `matroska,webm`.
  var format: String { unsafe String(cString: container.pointee.iformat.pointee.name) }

  /// Which file is read.
  var identity: FilmIdentity { input.identity }

  /// How long the whole file plays, as its header says; `nil` where it does not.
  var statedDuration: Duration? {
    let duration = unsafe container.pointee.duration
    return duration == cffmpeg_nopts || duration <= 0 ? nil : .microseconds(duration)
  }

  /// How long what was read so far plays.
  var length: Duration { timeline.length }

  /// Jumps of the film's clock that were bridged so far.
  var jumps: Int { timeline.jumps }

  /// Reads the next packet of a chosen stream; `nil` at the end, which is also where a file was cut off.
  mutating func read(into packet: UnsafeMutablePointer<AVPacket>) throws(CodecError) -> Track? {
    var waits = 0
    while true {
      let result = unsafe av_read_frame(container, packet)
      if result == cffmpeg_averror_eagain, waits < 1000 {
        waits += 1
        continue
      }
      if result < 0 {
        if let failure = input.failure { throw .cannotRead(path: path, reason: failure) }
        if result == cffmpeg_averror_enomem { throw .outOfMemory(what: "reading \(path)") }
        return nil
      }
      let index = unsafe packet.pointee.stream_index
      if let picture = unsafe picture, unsafe picture.stream.pointee.index == index {
        packets.video += 1
        unsafe place(packet, picture.stream, .video)
        return .video
      }
      if let sound = unsafe sound, unsafe sound.stream.pointee.index == index {
        packets.audio += 1
        unsafe place(packet, sound.stream, .audio)
        return .audio
      }
      unsafe av_packet_unref(packet)
    }
  }

  /// Writes the packet's times on the film's timeline into it, in nanoseconds.
  private mutating func place(
    _ packet: UnsafeMutablePointer<AVPacket>, _ stream: UnsafeMutablePointer<AVStream>, _ track: Track
  ) {
    if track == .video, hasCover {
      unsafe (packet.pointee.pts, packet.pointee.dts, packet.pointee.duration) = (0, 0, 0)
      return
    }
    let base = unsafe stream.pointee.time_base
    let stamps = unsafe FilmTimeline.Stamps(
      presentation: Self.time(packet.pointee.pts, base), decode: Self.time(packet.pointee.dts, base),
      duration: .nanoseconds(Self.time(max(0, packet.pointee.duration), base)?.nanoseconds ?? 0))
    let interval =
      track == .audio ? .milliseconds(20) : (unsafe Self.frameRate(of: stream) ?? FrameRate.thirty).interval
    let placed = timeline.place(stamps, of: track.rawValue, interval: interval)
    unsafe packet.pointee.pts = placed.presentation?.nanoseconds ?? cffmpeg_nopts
    unsafe packet.pointee.dts = placed.decode?.nanoseconds ?? cffmpeg_nopts
    unsafe packet.pointee.duration = placed.duration.wholeNanoseconds
  }

  /// Frames per second, as the container says or as they were counted; `nil` where that is no rate of pictures.
  static func frameRate(of stream: UnsafeMutablePointer<AVStream>) -> FrameRate? {
    for rate in unsafe [stream.pointee.avg_frame_rate, stream.pointee.r_frame_rate] {
      if let rate = FrameRate(rate.num, per: rate.den), (0.01...240).contains(rate.perSecond) { return rate }
    }
    return nil
  }

  private static func time(_ ticks: Int64, _ base: AVRational) -> MediaTime? {
    guard ticks != cffmpeg_nopts, base.num > 0, base.den > 0 else { return nil }
    // A stamp that does not fit becomes the smallest number; what it means is decided where times are placed.
    return MediaTime(nanoseconds: av_rescale_q(ticks, base, AVRational(num: 1, den: 1_000_000_000)))
  }

  private static func saturated(_ value: Int64, times factor: Int64) -> Int64 {
    let (product, isTooMuch) = value.multipliedReportingOverflow(by: factor)
    return isTooMuch ? (value < 0 ? .min : .max) : product
  }
}
