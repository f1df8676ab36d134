internal import CFFmpeg
internal import Media

/// Reads a container as it comes through a ``BytePipe``, packet by packet, on a thread of its own.
///
/// Takes no byte's word for anything: one demuxer that was chosen beforehand, no other file or address is ever opened,
/// nothing is read ahead, few tracks, pictures of a size that exists.
@safe struct StreamDemuxer: ~Copyable {
  /// Tracks that a stream may have.
  private static let trackLimit: Int32 = 8
  private static let bufferBytes = 16 << 10

  private let source: RewindableInput
  private let container: UnsafeMutablePointer<AVFormatContext>
  private let input: UnsafeMutablePointer<AVIOContext>
  let packet: UnsafeMutablePointer<AVPacket>
  /// The first video and the first audio track; `nil` where there is none.
  let video: UnsafeMutablePointer<AVStream>?
  let audio: UnsafeMutablePointer<AVStream>?

  /// Waits for the container's header.
  /// - Throws: ``CodecError/notMedia(path:)`` where the stream ends before it, or it is none.
  init(_ source: BytePipe, _ kind: StreamContainer) throws(CodecError) {
    CodecLibrary.silence()
    guard let buffer = unsafe av_malloc(Self.bufferBytes) else { throw .outOfMemory(what: "a stream") }
    // It outlives the context: this structure holds it.
    let rewindable = RewindableInput(source)
    let opaque = unsafe Unmanaged.passUnretained(rewindable).toOpaque()
    let made = unsafe avio_alloc_context(
      buffer.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferBytes), 0, opaque,
      { opaque, target, size in
        guard let opaque = unsafe opaque, let target = unsafe target, size > 0 else { return cffmpeg_averror_eof }
        let input = unsafe Unmanaged<RewindableInput>.fromOpaque(opaque).takeUnretainedValue()
        let count = unsafe input.read(into: UnsafeMutableRawBufferPointer(start: target, count: Int(size)))
        return count == 0 ? cffmpeg_averror_eof : Int32(count)
      }, nil,
      { opaque, place, whence in
        guard let opaque = unsafe opaque, whence & ~AVSEEK_FORCE == SEEK_SET else { return -1 }
        let input = unsafe Unmanaged<RewindableInput>.fromOpaque(opaque).takeUnretainedValue()
        return input.seek(to: place) ? place : -1
      })
    guard let input = unsafe made else {
      unsafe av_free(buffer)
      throw .outOfMemory(what: "a stream")
    }
    // Not a file: only the newest bytes can be had again.
    unsafe input.pointee.seekable = 0
    var container: UnsafeMutablePointer<AVFormatContext>? = unsafe avformat_alloc_context()
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe av_packet_alloc()
    var result = cffmpeg_averror_enomem
    if let context = unsafe container, unsafe packet != nil {
      unsafe context.pointee.pb = unsafe input
      // Packets as they stand in the container: browsers write whole frames with honest times.
      unsafe context.pointee.flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN | AVFMT_FLAG_NOBUFFER
      unsafe context.pointee.max_streams = Self.trackLimit
      unsafe context.pointee.max_index_size = 64 << 10
      var options: OpaquePointer?
      unsafe av_dict_set(&options, "protocol_whitelist", "", 0)
      result = unsafe avformat_open_input(&container, nil, av_find_input_format(kind.demuxer), &options)
      unsafe av_dict_free(&options)
    }
    guard result >= 0, let opened = unsafe container, let ready = unsafe packet else {
      // On failure libavformat has freed the container, but never the input, which is not its own.
      unsafe avformat_free_context(container)
      unsafe av_packet_free(&packet)
      unsafe Self.free(input)
      throw .notMedia(path: kind.rawValue)
    }
    self.source = rewindable
    unsafe self.container = unsafe opened
    unsafe self.input = unsafe input
    unsafe self.packet = unsafe ready
    unsafe video = unsafe Self.first(AVMEDIA_TYPE_VIDEO, of: opened)
    unsafe audio = unsafe Self.first(AVMEDIA_TYPE_AUDIO, of: opened)
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
    var container: UnsafeMutablePointer<AVFormatContext>? = unsafe container
    unsafe avformat_close_input(&container)
    unsafe Self.free(input)
  }

  private static func free(_ input: UnsafeMutablePointer<AVIOContext>) {
    var input: UnsafeMutablePointer<AVIOContext>? = unsafe input
    if let context = unsafe input { unsafe av_freep(&context.pointee.buffer) }
    unsafe avio_context_free(&input)
  }

  private static func first(
    _ type: AVMediaType, of container: UnsafeMutablePointer<AVFormatContext>
  ) -> UnsafeMutablePointer<AVStream>? {
    for index in 0..<Int(unsafe container.pointee.nb_streams) {
      guard let stream = unsafe container.pointee.streams[index], let parameters = unsafe stream.pointee.codecpar,
        unsafe parameters.pointee.codec_type == type
      else { continue }
      return unsafe stream
    }
    return nil
  }

  /// Reads the next packet into ``packet``; false at the end of the stream, or where it is broken beyond repair.
  func next() -> Bool {
    unsafe av_packet_unref(packet)
    return unsafe av_read_frame(container, packet) >= 0
  }

  /// The newest packet's presentation and decode times; `nil` where the container gives it none.
  func times(in stream: UnsafeMutablePointer<AVStream>) -> (presentation: MediaTime, decode: MediaTime)? {
    let (pts, dts) = unsafe (packet.pointee.pts, packet.pointee.dts)
    guard pts != cffmpeg_nopts || dts != cffmpeg_nopts else { return nil }
    let base = unsafe stream.pointee.time_base
    let presentation = Self.time(pts == cffmpeg_nopts ? dts : pts, base)
    let decode = Self.time(dts == cffmpeg_nopts ? pts : dts, base)
    return (presentation, min(decode, presentation))
  }

  static func time(_ ticks: Int64, _ base: AVRational) -> MediaTime {
    // A hostile stamp saturates; what it means is decided where times are checked for jumps.
    let time = av_rescale_q(ticks, base, AVRational(num: 1, den: 1_000_000_000))
    return MediaTime(nanoseconds: max(-1 << 60, min(1 << 60, time)))
  }
}
