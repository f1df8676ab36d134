internal import CFFmpeg
internal import Glibc
internal import Media
internal import NIOCore
public import Packets

/// Writes encoded packets to a recording or to HLS files.
///
/// Blocks on the disk: for a thread of its own, not for an event loop. Closes the files when it goes away.
@safe public struct StreamWriter: ~Copyable {
  /// The kinds of file that can be written.
  public enum Format: Hashable, Sendable {
    /// One Matroska file, readable up to the last second at any time, also after a crash.
    case matroska(path: String)
    /// `index.m3u8`, `init.mp4` and fMP4 segments of 2 s in a directory that exists; the last ten stay (RFC 8216).
    case hls(directory: String)
  }

  /// The file, for errors: the recording or the playlist.
  public let path: String
  private let container: UnsafeMutablePointer<AVFormatContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  /// The first error that closing a segment or playlist met; the HLS muxer itself does not tell of it.
  private let closingError: UnsafeMutablePointer<Int32>
  private let videoStream: Int32?
  private let audioStream: Int32?
  /// Decode times of the last packets, in the streams' time bases.
  private var lastVideo = Int64.min
  private var lastAudio = Int64.min
  private var isFinished = false

  /// Opens the files and writes the header.
  public init(_ format: Format, _ description: StreamDescription) throws(CodecError) {
    CodecLibrary.silence()
    let path = format.path
    let muxer = if case .matroska = format { "matroska" } else { "hls" }
    guard description.video != nil || description.audio != nil else {
      throw .cannotWrite(path: path, reason: "the stream has neither video nor audio")
    }
    let isHLS = muxer == "hls"
    // A relative name with a colon in it would be taken for a protocol.
    let location = path.hasPrefix("/") ? path : "./" + path
    var container: UnsafeMutablePointer<AVFormatContext>?
    let packet: UnsafeMutablePointer<AVPacket>? = unsafe av_packet_alloc()
    let closingError = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    unsafe closingError.initialize(to: 0)
    let tracks: (video: Int32?, audio: Int32?)
    do throws(CodecError) {
      let made = unsafe avformat_alloc_output_context2(&container, nil, muxer, location)
      try CodecLibrary.check(made) { .cannotWrite(path: path, reason: $0) }
      guard let context = unsafe container, unsafe packet != nil else { throw .outOfMemory(what: "a recording") }
      tracks.video = try description.video.map { video throws(CodecError) in
        try unsafe Self.addVideo(video, to: context)
      }
      tracks.audio = try description.audio.map { audio throws(CodecError) in
        try unsafe Self.addAudio(audio, to: context)
      }
      // A stream that falls silent must not hold back the other for longer than this, in microseconds.
      unsafe context.pointee.max_interleave_delta = 1_000_000
      unsafe context.pointee.flags |= AVFMT_FLAG_FLUSH_PACKETS
      unsafe context.pointee.opaque = UnsafeMutableRawPointer(closingError)
      unsafe context.pointee.io_close2 = { context, output in
        let result = unsafe avio_close(output)
        if result < 0, let kept = unsafe context?.pointee.opaque?.assumingMemoryBound(to: Int32.self),
          unsafe kept.pointee == 0
        {
          unsafe kept.pointee = result
        }
        return result
      }
      if !isHLS {
        try PrivateFile.make(location)
        try Self.check(unsafe avio_open(&context.pointee.pb, "file:" + location, AVIO_FLAG_WRITE), path)
      }
      var options: OpaquePointer?
      for (name, value) in Self.options(isHLS: isHLS, location: location) {
        unsafe av_dict_set(&options, name, value, 0)
      }
      let written = unsafe avformat_write_header(context, &options)
      unsafe av_dict_free(&options)
      try Self.check(written, path)
    } catch {
      unsafe Self.free(container, packet, closingError)
      throw error
    }
    guard let context = unsafe container, let ready = unsafe packet else { throw .outOfMemory(what: "a recording") }
    self.path = path
    unsafe self.container = unsafe context
    unsafe self.packet = unsafe ready
    unsafe self.closingError = unsafe closingError
    videoStream = tracks.video
    audioStream = tracks.audio
  }

  deinit {
    if !isFinished { unsafe av_write_trailer(container) }
    unsafe Self.free(container, packet, closingError)
  }

  private static func free(
    _ container: UnsafeMutablePointer<AVFormatContext>?, _ packet: UnsafeMutablePointer<AVPacket>?,
    _ closingError: UnsafeMutablePointer<Int32>
  ) {
    // HLS opens and closes its files by itself.
    if let container = unsafe container, unsafe container.pointee.oformat.pointee.flags & AVFMT_NOFILE == 0 {
      unsafe avio_closep(&container.pointee.pb)
    }
    unsafe avformat_free_context(container)
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
    unsafe closingError.deallocate()
  }

  /// Writes one packet; packets of a kind that the description lacks are passed over.
  /// - Throws: ``CodecError/diskFull(path:)`` or ``CodecError/cannotWrite(path:reason:)``; nothing more can be written.
  public mutating func write(_ packet: EncodedPacket) throws(CodecError) {
    guard let index = packet.isVideo ? videoStream : audioStream, !isFinished else { return }
    guard let stream = unsafe container.pointee.streams[Int(index)] else { return }
    let base = unsafe stream.pointee.time_base
    let nanoseconds = AVRational(num: 1, den: 1_000_000_000)
    // Two packets may fall on one tick of a coarse time base; decode times still have to rise.
    let earliest = packet.isVideo ? lastVideo : lastAudio
    var decode = av_rescale_q(packet.decodeTime.nanoseconds, nanoseconds, base)
    if decode <= earliest { decode = earliest + 1 }
    let presentation = max(decode, av_rescale_q(packet.presentationTime.nanoseconds, nanoseconds, base))
    if packet.isVideo { lastVideo = decode } else { lastAudio = decode }
    let raw = unsafe self.packet
    let result = unsafe packet.payload.withUnsafeReadableBytes { bytes -> Int32 in
      guard let start = bytes.baseAddress else { return 0 }
      // The muxer copies what it keeps, because the packet owns no buffer; it never writes to the bytes.
      unsafe raw.pointee.data = unsafe UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self))
      unsafe raw.pointee.size = Int32(bytes.count)
      unsafe raw.pointee.stream_index = index
      unsafe raw.pointee.dts = decode
      unsafe raw.pointee.pts = presentation
      unsafe raw.pointee.duration = 0
      unsafe raw.pointee.flags = packet.isKeyframe || !packet.isVideo ? AV_PKT_FLAG_KEY : 0
      defer { unsafe av_packet_unref(raw) }
      return unsafe av_interleaved_write_frame(container, raw)
    }
    try Self.check(result, path)
    try checkOutput()
  }

  /// Writes what waits and the end of the files; further packets are passed over.
  public mutating func finish() throws(CodecError) {
    guard !isFinished else { return }
    isFinished = true
    try Self.check(unsafe av_write_trailer(container), path)
    try checkOutput()
  }

  /// The error that the output met while it emptied its buffer, which the muxer's own result may not tell.
  private func checkOutput() throws(CodecError) {
    try Self.check(unsafe closingError.pointee, path)
    guard let output = unsafe container.pointee.pb else { return }
    try Self.check(unsafe output.pointee.error, path)
  }

  private static func check(_ result: Int32, _ path: String) throws(CodecError) {
    if result == cffmpeg_averror_enospc || result == cffmpeg_averror_edquot { throw .diskFull(path: path) }
    try CodecLibrary.check(result) { .cannotWrite(path: path, reason: $0) }
  }
}
