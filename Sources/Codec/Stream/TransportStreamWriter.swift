internal import CFFmpeg
internal import Media
public import NIOCore
public import Packets

/// Makes an MPEG transport stream of encoded packets, in memory (ISO/IEC 13818-1).
///
/// H.264 goes out as Annex B with its parameter sets in front of each IDR, AAC in ADTS. Touches no file and never waits,
/// so it may run on an event loop; for one thread at a time.
@safe public struct TransportStreamWriter: ~Copyable {
  /// Bytes of one packet of the stream.
  public static let packetBytes = 188

  private static let bufferBytes = 64 << 10
  /// A decoder's clock runs behind the stamps by this, so that a frame's bytes are there before its time, in
  /// microseconds.
  private static let decoderDelay: Int32 = 100_000

  /// Collects what the muxer writes.
  private final class Sink {
    var bytes = ByteBuffer()
  }

  private let sink: Sink
  private let container: UnsafeMutablePointer<AVFormatContext>
  private let output: UnsafeMutablePointer<AVIOContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  private let format: ByteStreamFormat?
  /// The newest access unit; its memory is used again.
  private var accessUnit = ByteBuffer()
  private let videoStream: Int32?
  private let audioStream: Int32?
  private var lastVideo = Int64.min
  private var lastAudio = Int64.min

  /// Prepares a stream with the tracks of `description`.
  public init(_ description: StreamDescription) throws(CodecError) {
    CodecLibrary.silence()
    guard description.video != nil || description.audio != nil else {
      throw .cannotWrite(path: "MPEG-TS", reason: "the stream has neither video nor audio")
    }
    var format: ByteStreamFormat?
    if let video = description.video {
      guard let configuration = AVCDecoderConfiguration(parsing: video.decoderConfiguration) else {
        throw .cannotWrite(path: "MPEG-TS", reason: "the video's parameter sets cannot be read")
      }
      format = ByteStreamFormat(configuration)
    }
    let sink = Sink()
    var output: UnsafeMutablePointer<AVIOContext>?
    var container: UnsafeMutablePointer<AVFormatContext>?
    let packet: UnsafeMutablePointer<AVPacket>? = unsafe av_packet_alloc()
    let tracks: (video: Int32?, audio: Int32?)
    do throws(CodecError) {
      unsafe output = try unsafe Self.makeOutput(sink)
      try Self.check(unsafe avformat_alloc_output_context2(&container, nil, "mpegts", nil))
      guard let context = unsafe container, unsafe packet != nil else { throw .outOfMemory(what: "a stream") }
      unsafe context.pointee.pb = unsafe output
      unsafe context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_FLUSH_PACKETS
      unsafe context.pointee.max_delay = Self.decoderDelay
      tracks.video = try description.video.map { video throws(CodecError) in
        try unsafe StreamWriter.addVideo(video, to: context)
      }
      tracks.audio = try description.audio.map { audio throws(CodecError) in
        try unsafe StreamWriter.addAudio(audio, to: context)
      }
      var options: OpaquePointer?
      // Each frame of sound by itself: gathering eight of them would hold it back for 170 ms.
      unsafe av_dict_set(&options, "pes_payload_size", "0", 0)
      let written = unsafe avformat_write_header(context, &options)
      unsafe av_dict_free(&options)
      try Self.check(written)
    } catch {
      unsafe Self.free(container, output, packet)
      throw error
    }
    guard let context = unsafe container, let target = unsafe output, let ready = unsafe packet else {
      throw .outOfMemory(what: "a stream")
    }
    self.sink = sink
    self.format = format
    unsafe self.container = unsafe context
    unsafe self.output = unsafe target
    unsafe self.packet = unsafe ready
    videoStream = tracks.video
    audioStream = tracks.audio
  }

  deinit { unsafe Self.free(container, output, packet) }

  private static func makeOutput(_ sink: Sink) throws(CodecError) -> UnsafeMutablePointer<AVIOContext> {
    guard let buffer = unsafe av_malloc(bufferBytes) else { throw .outOfMemory(what: "a stream") }
    // It outlives the context: the writer holds it.
    let opaque = unsafe Unmanaged.passUnretained(sink).toOpaque()
    let made = unsafe cffmpeg_avio_alloc_sink(
      buffer.assumingMemoryBound(to: UInt8.self), Int32(bufferBytes), opaque
    ) { opaque, bytes, count in
      guard let opaque = unsafe opaque, count > 0 else { return 0 }
      let sink = unsafe Unmanaged<Sink>.fromOpaque(opaque).takeUnretainedValue()
      unsafe sink.bytes.writeBytes(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
      return count
    }
    guard let output = unsafe made else {
      unsafe av_free(buffer)
      throw .outOfMemory(what: "a stream")
    }
    unsafe output.pointee.seekable = 0
    return unsafe output
  }

  private static func free(
    _ container: UnsafeMutablePointer<AVFormatContext>?, _ output: UnsafeMutablePointer<AVIOContext>?,
    _ packet: UnsafeMutablePointer<AVPacket>?
  ) {
    unsafe avformat_free_context(container)
    var output: UnsafeMutablePointer<AVIOContext>? = unsafe output
    if let context = unsafe output { unsafe av_freep(&context.pointee.buffer) }
    unsafe avio_context_free(&output)
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
  }

  /// The stream's bytes for one packet: whole packets of 188 bytes, the tables in front where they are due.
  ///
  /// Empty for a packet of a kind that the description lacks. Times have to be zero or later.
  public mutating func write(_ packet: EncodedPacket) throws(CodecError) -> ByteBuffer {
    guard let index = packet.isVideo ? videoStream : audioStream else { return ByteBuffer() }
    guard let stream = unsafe container.pointee.streams[Int(index)] else { return ByteBuffer() }
    let base = unsafe stream.pointee.time_base
    let nanoseconds = AVRational(num: 1, den: 1_000_000_000)
    let earliest = packet.isVideo ? lastVideo : lastAudio
    var decode = av_rescale_q(packet.decodeTime.nanoseconds, nanoseconds, base)
    if decode <= earliest { decode = earliest + 1 }
    if packet.isVideo { lastVideo = decode } else { lastAudio = decode }
    let raw = unsafe self.packet
    // Whoever got the bytes before has let go of them by now, as a rule: then their memory is used again.
    sink.bytes.clear()
    if let format, packet.isVideo {
      accessUnit.clear()
      format.append(packet.payload, isKeyframe: packet.isKeyframe, to: &accessUnit)
    }
    let payload = packet.isVideo ? accessUnit : packet.payload
    let result = unsafe payload.withUnsafeReadableBytes { bytes -> Int32 in
      guard let start = bytes.baseAddress else { return 0 }
      // The muxer copies what it keeps, because the packet owns no buffer; it never writes to the bytes.
      unsafe raw.pointee.data = unsafe UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self))
      unsafe raw.pointee.size = Int32(bytes.count)
      unsafe raw.pointee.stream_index = index
      unsafe raw.pointee.dts = decode
      unsafe raw.pointee.pts = max(decode, av_rescale_q(packet.presentationTime.nanoseconds, nanoseconds, base))
      unsafe raw.pointee.duration = 0
      unsafe raw.pointee.flags = packet.isKeyframe || !packet.isVideo ? AV_PKT_FLAG_KEY : 0
      defer { unsafe av_packet_unref(raw) }
      return unsafe av_write_frame(container, raw)
    }
    try Self.check(result)
    return sink.bytes
  }

  private static func check(_ result: Int32) throws(CodecError) {
    try CodecLibrary.check(result) { .cannotWrite(path: "MPEG-TS", reason: $0) }
  }
}
