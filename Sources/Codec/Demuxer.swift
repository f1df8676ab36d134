internal import CFFmpeg
internal import Glibc
internal import Media

/// An open media file that is read packet by packet.
@safe struct Demuxer: ~Copyable {
  let path: String
  private let container: UnsafeMutablePointer<AVFormatContext>

  /// Opens a regular file for one kind of stream; nothing but that file is ever opened, whatever is in it.
  init(_ path: String, for type: AVMediaType) throws(CodecError) {
    CodecLibrary.silence()
    // A FIFO would block, and "http:" or "concat:" would reach for other things.
    try Self.requireRegularFile(path)
    var container: UnsafeMutablePointer<AVFormatContext>?
    var options: OpaquePointer?
    unsafe av_dict_set(&options, "protocol_whitelist", "file", 0)
    // Frames are read ahead, and kept, only to find out a frame rate: sound has none.
    if type == AVMEDIA_TYPE_AUDIO { unsafe av_dict_set(&options, "fpsprobesize", "0", 0) }
    var result = unsafe avformat_open_input(&container, "file:" + path, nil, &options)
    unsafe av_dict_free(&options)
    if result >= 0 { result = unsafe avformat_find_stream_info(container, nil) }
    guard result >= 0, let opened = unsafe container else {
      unsafe avformat_close_input(&container)
      if result == cffmpeg_averror_invaliddata { throw .notMedia(path: path) }
      throw .cannotOpen(path: path, reason: CodecLibrary.reason(result))
    }
    self.path = path
    unsafe self.container = unsafe opened
  }

  deinit {
    var container: UnsafeMutablePointer<AVFormatContext>? = unsafe container
    unsafe avformat_close_input(&container)
  }

  private static func requireRegularFile(_ path: String) throws(CodecError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .noSuchFile(path: path) }
      throw .cannotOpen(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, reason: "it is not a regular file") }
    guard unsafe access(path, R_OK) == 0 else {
      throw .cannotOpen(path: path, reason: unsafe String(cString: strerror(errno)))
    }
  }

  /// The stream that a player would choose, `nil` where there is none; the others are no longer read.
  func chooseStream(_ type: AVMediaType) -> (stream: UnsafeMutablePointer<AVStream>, decoder: UnsafePointer<AVCodec>)? {
    var decoder: UnsafePointer<AVCodec>?
    let index = unsafe av_find_best_stream(container, type, -1, -1, &decoder, 0)
    guard index >= 0, let decoder = unsafe decoder, let streams = unsafe container.pointee.streams,
      let chosen = unsafe streams[Int(index)]
    else { return nil }
    for other in 0..<Int(unsafe container.pointee.nb_streams) where other != Int(index) {
      unsafe streams[other]?.pointee.discard = AVDISCARD_ALL
    }
    return unsafe (chosen, decoder)
  }

  /// Reads the next packet of any stream that is not discarded; false at the end.
  func read(into packet: UnsafeMutablePointer<AVPacket>) throws(CodecError) -> Bool {
    let result = unsafe av_read_frame(container, packet)
    if result == cffmpeg_averror_eof { return false }
    // A file that was cut off ends there.
    if result == cffmpeg_averror_invaliddata { return false }
    let path = path
    try CodecLibrary.check(result) { .decodingFailed(path: path, reason: $0) }
    return true
  }

  /// Goes back to the first packet; false where the container cannot.
  func seekToStart() -> Bool {
    // Streams that were meant for transmission have no index: what looks like the start may lie behind the first
    // IDR. Their first byte is the start.
    if unsafe container.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0 {
      return unsafe av_seek_frame(container, -1, 0, AVSEEK_FLAG_BYTE) >= 0
    }
    let start = max(0, startMicroseconds)
    return unsafe avformat_seek_file(container, -1, Int64.min, start, start, 0) >= 0
      || av_seek_frame(container, -1, start, AVSEEK_FLAG_BACKWARD) >= 0
  }

  /// When the whole file starts, on its own timeline.
  var startMicroseconds: Int64 {
    let start = unsafe container.pointee.start_time
    return start == cffmpeg_nopts ? 0 : start
  }

  /// How long the whole file plays, as its header says; `nil` where it does not.
  var statedDuration: Duration? {
    let duration = unsafe container.pointee.duration
    return duration == cffmpeg_nopts || duration <= 0 ? nil : .microseconds(duration)
  }

  /// How long the whole file plays, found by reading all of it; leaves the file at its end.
  func measureDuration() throws(CodecError) -> Duration {
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe av_packet_alloc()
    defer { unsafe av_packet_free(&packet) }
    var end: Int64 = 0
    while let current = unsafe packet, try unsafe read(into: current) {
      let index = unsafe Int(current.pointee.stream_index)
      if let stream = unsafe container.pointee.streams[index], unsafe current.pointee.pts != cffmpeg_nopts {
        let last = unsafe current.pointee.pts + max(0, current.pointee.duration)
        let microseconds = AVRational(num: 1, den: 1_000_000)
        end = unsafe max(end, av_rescale_q(last, stream.pointee.time_base, microseconds))
      }
      unsafe av_packet_unref(current)
    }
    return .microseconds(max(0, end - startMicroseconds))
  }
}
