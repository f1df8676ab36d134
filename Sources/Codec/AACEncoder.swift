internal import CFFmpeg
public import Media
internal import NIOCore
public import Packets

/// Encodes 48 kHz stereo floats to AAC-LC, with times that put the decoded sound where it was recorded.
///
/// The encoder delays by its priming samples; the packets' times make up for that. For one thread.
@safe public struct AACEncoder: ~Copyable {
  /// What the packets are.
  public let description: StreamDescription.Audio
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let packet: UnsafeMutablePointer<AVPacket>
  private let frame: Picture
  /// Sample frames of an AAC frame.
  private static let frameLength = 1024
  /// The longest gap that is filled with silence, in sample frames; over a longer one the timeline jumps.
  private static let longestFill: Int64 = 48_000
  private var filled = 0
  /// Index of the next sample frame that is expected; `nil` before the first.
  private var next: Int64?
  /// When the sample frame with index 0 was captured, by the latest word of the caller.
  private var captureOrigin = MediaTime.zero

  /// Opens FFmpeg's own AAC encoder.
  /// - Parameter isMono: makes one channel of the left one, for sound that is the same in both: at the same quality it
  ///   takes half the time.
  public init(bitrate: Bitrate = .kilobits(128), isMono: Bool = false) throws(CodecError) {
    CodecLibrary.silence()
    guard (32...512).contains(bitrate.kilobitsPerSecond) else {
      throw .unsupportedEncoding(reason: "an audio bitrate of \(bitrate) is outside 32…512 kbit/s")
    }
    let frame = try Picture()
    guard let codec = unsafe avcodec_find_encoder_by_name("aac") else { throw .noEncoder(name: "aac") }
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe av_packet_alloc()
    var owned: UnsafeMutablePointer<AVCodecContext>? = unsafe avcodec_alloc_context3(codec)
    var result: Int32 = -1
    if let context = unsafe owned {
      unsafe context.pointee.sample_rate = Int32(AudioFormat.broadcast.sampleRate)
      unsafe context.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
      unsafe av_channel_layout_default(&context.pointee.ch_layout, isMono ? 1 : 2)
      unsafe context.pointee.bit_rate = Int64(bitrate.bitsPerSecond)
      unsafe context.pointee.time_base = AVRational(num: 1, den: 48_000)
      // `aot - 1`: AAC-LC is audio object type 2 (ISO/IEC 14496-3 table 1.17).
      unsafe context.pointee.profile = 1
      unsafe context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
      unsafe context.pointee.thread_count = 1
      // The default search ("twoloop") takes more than twice the time, and at 64 kbit/s a channel and more loses to this
      // one in signal-to-noise ratio; FFmpeg's manual says so too.
      unsafe av_opt_set(context.pointee.priv_data, "aac_coder", "fast", 0)
      result = unsafe avcodec_open2(context, codec, nil)
    }
    guard result >= 0, let context = unsafe owned, let ready = unsafe packet,
      let extradata = unsafe context.pointee.extradata,
      unsafe context.pointee.frame_size == Int32(Self.frameLength), unsafe context.pointee.extradata_size >= 2
    else {
      unsafe avcodec_free_context(&owned)
      unsafe av_packet_free(&packet)
      throw .encoderRefused(name: "aac", reason: CodecLibrary.reason(result))
    }
    let configuration = unsafe UnsafeRawBufferPointer(start: extradata, count: Int(context.pointee.extradata_size))
    description = StreamDescription.Audio(
      audioSpecificConfig: unsafe ByteBuffer(bytes: configuration), sampleRate: 48_000,
      channels: isMono ? 1 : 2, bitrate: bitrate)
    unsafe self.context = unsafe context
    unsafe self.packet = unsafe ready
    self.frame = frame
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
  }

  /// Encodes interleaved stereo samples in any number and gives `emit` the packets that are complete.
  ///
  /// A gap of up to a second before `index` becomes silence, samples from before the expected index are dropped: the
  /// track stays whole. Packets before time zero, which hold priming only, are not given out.
  /// - Parameter index: the first sample frame's place since the origin, in 1/48000 s.
  /// - Parameter captureTime: when the driver captured the first sample frame.
  public mutating func encode(
    _ samples: Span<Float>, startingAt index: Int64, captureTime: MediaTime, _ emit: (EncodedPacket) -> Void
  ) throws(CodecError) {
    captureOrigin = captureTime - .nanoseconds(MediaTime(ticks: index, per: 48_000).nanoseconds)
    let expected = next ?? index
    var offset = 0
    if index > expected {
      if index - expected <= Self.longestFill {
        try fillSilence(Int(index - expected), emit)
      } else {
        // The started frame ends in silence where it was; the next one begins at the new place.
        try fillSilence((Self.frameLength - filled) % Self.frameLength, emit)
        next = index
      }
    } else {
      offset = Int(min(expected - index, Int64(samples.count / 2)))
    }
    if next == nil { next = index }
    while offset < samples.count / 2 {
      let count = min(Self.frameLength - filled, samples.count / 2 - offset)
      try begin()
      let (left, right) = unsafe planes
      if let left = unsafe left {
        for sample in 0..<count { unsafe left[filled + sample] = samples[(offset + sample) * 2] }
      }
      if let right = unsafe right {
        for sample in 0..<count { unsafe right[filled + sample] = samples[(offset + sample) * 2 + 1] }
      }
      offset += count
      try advance(count, emit)
    }
  }

  /// Encodes what is buffered, ended with silence, and gives out what the encoder holds; the last call.
  public mutating func flush(_ emit: (EncodedPacket) -> Void) throws(CodecError) {
    if filled > 0 { try fillSilence(Self.frameLength - filled, emit) }
    _ = unsafe avcodec_send_frame(context, nil)
    try receive(emit)
  }

  private mutating func fillSilence(_ count: Int, _ emit: (EncodedPacket) -> Void) throws(CodecError) {
    var rest = count
    while rest > 0 {
      let part = min(Self.frameLength - filled, rest)
      try begin()
      let (left, right) = unsafe planes
      if let left = unsafe left { unsafe (left + filled).update(repeating: 0, count: part) }
      if let right = unsafe right { unsafe (right + filled).update(repeating: 0, count: part) }
      rest -= part
      try advance(part, emit)
    }
  }

  /// Where the frame's samples go; one channel has no right one.
  private var planes: (left: UnsafeMutablePointer<Float>?, right: UnsafeMutablePointer<Float>?) {
    func samples(_ plane: UnsafeMutablePointer<UInt8>?) -> UnsafeMutablePointer<Float>? {
      unsafe plane.map { unsafe UnsafeMutableRawPointer($0).assumingMemoryBound(to: Float.self) }
    }
    return unsafe (samples(frame.frame.pointee.data.0), samples(frame.frame.pointee.data.1))
  }

  /// Makes sure that the frame has memory which the encoder no longer looks at.
  private func begin() throws(CodecError) {
    guard filled == 0 else { return }
    let raw = unsafe frame.frame
    if unsafe raw.pointee.buf.0 == nil {
      unsafe raw.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
      unsafe raw.pointee.nb_samples = Int32(Self.frameLength)
      unsafe raw.pointee.sample_rate = 48_000
      unsafe av_channel_layout_default(&raw.pointee.ch_layout, Int32(description.channels))
      guard unsafe av_frame_get_buffer(raw, 0) >= 0 else { throw .outOfMemory(what: "audio") }
    }
    guard unsafe av_frame_make_writable(raw) >= 0 else { throw .outOfMemory(what: "audio") }
  }

  private mutating func advance(_ count: Int, _ emit: (EncodedPacket) -> Void) throws(CodecError) {
    filled += count
    let end = (next ?? 0) + Int64(count)
    next = end
    guard filled == Self.frameLength else { return }
    filled = 0
    unsafe frame.frame.pointee.pts = end - Int64(Self.frameLength)
    try CodecLibrary.check(unsafe avcodec_send_frame(context, frame.frame), Self.failure)
    try receive(emit)
  }

  private func receive(_ emit: (EncodedPacket) -> Void) throws(CodecError) {
    while true {
      let result = unsafe avcodec_receive_packet(context, packet)
      if result == cffmpeg_averror_eagain || result == cffmpeg_averror_eof { return }
      try CodecLibrary.check(result, Self.failure)
      // libavcodec has already moved the packet's time before that of its samples by the priming.
      let index = unsafe packet.pointee.pts
      if index >= 0, let data = unsafe packet.pointee.data {
        let bytes = unsafe UnsafeRawBufferPointer(start: data, count: Int(packet.pointee.size))
        let time = MediaTime(ticks: index, per: 48_000)
        unsafe emit(
          EncodedPacket(
            kind: .audio, presentationTime: time, captureTime: captureOrigin + .nanoseconds(time.nanoseconds),
            payload: ByteBuffer(bytes: bytes)))
      }
      unsafe av_packet_unref(packet)
    }
  }

  private static func failure(_ reason: String) -> CodecError { .encodingFailed(encoder: "aac", reason: reason) }
}
