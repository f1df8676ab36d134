internal import CFFmpeg
internal import Media
internal import NIOCore
internal import Packets

/// Sound out of a container as AAC: copied where it is what IVS takes, else decoded and encoded; silence where there
/// is none.
struct StreamAudio: ~Copyable {
  /// How far sound may be behind the picture before silence takes its place.
  static let timeout: Duration = .milliseconds(700)
  /// The most bytes in a packet: more than a second of what browsers record, uncompressed too.
  private static let packetLimit = 256 << 10
  /// Rates that are decoded; a lower one would make much of few bytes.
  private static let sampleRates: ClosedRange<Int32> = 7350...192_000
  /// The most samples that one call gives the encoder.
  private static let blockFrames = 24_000

  /// What the packets are.
  let description: StreamDescription.Audio
  /// Whether it encodes; else the container's packets go on as they are.
  private let isEncoded: Bool
  private let hasTrack: Bool
  private var decoder: TrackDecoder?
  private var encoder: AACEncoder?
  private var resampler: Resampler?
  private var source: Source?
  /// The place of the next sample frame, in 1/48000 s.
  private var next: Int64?
  private static let silence = [Float](repeating: 0, count: blockFrames * 2)

  /// What the resampler was made for; a stream may change it on the way.
  private struct Source: Equatable {
    var sampleFormat: Int32
    var sampleRate: Int32
    var channels: Int32
  }

  /// - Parameter track: the track; `nil` where there is none.
  init(_ track: MediaTrack?) throws(CodecError) {
    var description = track.flatMap { Self.copiedDescription($0) }
    let isEncoding = description == nil
    var encoder: AACEncoder?
    var decoder: TrackDecoder?
    if isEncoding {
      // A microphone's one channel stays one: at the same quality it takes half of the time.
      let isMono = track?.channels == 1
      let made = try AACEncoder(bitrate: .kilobits(isMono ? 96 : 128), isMono: isMono)
      description = made.description
      encoder = consume made
      if let track { decoder = try TrackDecoder(track) }
    }
    guard let description else { throw .noEncoder(name: "aac") }
    self.description = description
    isEncoded = isEncoding
    hasTrack = track != nil
    self.encoder = consume encoder
    self.decoder = consume decoder
  }

  /// What a track is that can go on as it is: AAC-LC, one or two channels, 44.1 or 48 kHz.
  private static func copiedDescription(_ track: MediaTrack) -> StreamDescription.Audio? {
    // Audio object type 2, AAC-LC, in the first five bits; then the rate's index and the channels (ISO/IEC 14496-3
    // §1.6.2.1). What the container says beside that is not always true.
    let bytes = track.configuration
    guard track.codec == .aac, bytes.count >= 2, bytes.count <= 64, bytes[0] >> 3 == 2 else { return nil }
    let rates: [UInt8: Int] = [3: 48_000, 4: 44_100]
    guard let rate = rates[(bytes[0] & 7) << 1 | bytes[1] >> 7] else { return nil }
    let channels = Int(bytes[1] >> 3 & 0xf)
    guard (1...2).contains(channels) else { return nil }
    return StreamDescription.Audio(
      audioSpecificConfig: ByteBuffer(bytes: bytes), sampleRate: rate, channels: channels,
      bitrate: Bitrate(bitsPerSecond: 128_000))
  }

  /// Takes one packet of the track and gives `emit` what comes of it; one that is longer than sound can be is passed
  /// over.
  mutating func take(
    _ payload: [UInt8], heard time: MediaTime, at now: MediaTime, _ emit: (EncodedPacket) -> Void
  ) throws(CodecError) {
    guard !payload.isEmpty, payload.count <= Self.packetLimit else { return }
    guard isEncoded else {
      emit(
        EncodedPacket(
          kind: .audio, presentationTime: time, captureTime: now, payload: ByteBuffer(bytes: payload)))
      return
    }
    decoder?.send(payload, at: time)
    while decoder?.receive() ?? false { try encodeFrame(at: now, emit) }
  }

  private mutating func encodeFrame(at now: MediaTime, _ emit: (EncodedPacket) -> Void) throws(CodecError) {
    guard let stated = decoder?.time, let frame = unsafe decoder?.frame.frame else { return }
    let current = unsafe Source(
      sampleFormat: frame.pointee.format, sampleRate: frame.pointee.sample_rate,
      channels: frame.pointee.ch_layout.nb_channels)
    guard Self.sampleRates.contains(current.sampleRate) else {
      throw .unsupportedAudio(format: "\(current.sampleRate) Hz", reason: "rates from 7350 to 192000 Hz are taken")
    }
    if current != source {
      let format = AudioFormat(
        sampleFormat: .f32, sampleRate: Int(current.sampleRate), channels: Int(current.channels))
      resampler = try unsafe Resampler(format, AVSampleFormat(current.sampleFormat), &frame.pointee.ch_layout)
      source = current
    }
    let place = (stated - (resampler?.delay ?? .zero)).ticks(per: 48_000)
    // Containers stamp whole milliseconds: counting is the better clock as long as both agree.
    var start = place
    if let next, abs(next - place) <= 960 { start = next }
    if let next, start > next { try fill(to: start, at: now, emit) }
    var failure: CodecError?
    do {
      try unsafe resampler?.process(frame: frame) { samples in
        do throws(CodecError) { try encoder?.encode(samples, startingAt: start, captureTime: now, emit) } catch {
          failure = error
        }
        next = max(next ?? start, start + Int64(samples.count / 2))
      }
    } catch { throw error as? CodecError ?? .encodingFailed(encoder: "aac", reason: "\(error)") }
    if let failure { throw failure }
  }

  /// The picture has come to `time`: sound that is missing until shortly before becomes silence.
  mutating func follow(
    videoTo time: MediaTime, at now: MediaTime, _ emit: (EncodedPacket) -> Void
  ) throws(CodecError) {
    guard isEncoded else { return }
    let due = (!hasTrack ? time : time - Self.timeout).ticks(per: 48_000)
    guard let next else {
      // Sound begins where the picture does.
      self.next = time.ticks(per: 48_000)
      return
    }
    if due > next { try fill(to: due, at: now, emit) }
  }

  /// The stream is over: what the encoder holds comes out.
  mutating func finish(_ emit: (EncodedPacket) -> Void) throws(CodecError) { try encoder?.flush(emit) }

  private mutating func fill(to end: Int64, at now: MediaTime, _ emit: (EncodedPacket) -> Void) throws(CodecError) {
    guard var start = next else { return }
    // A longer gap is a jump of the whole stream.
    if end - start > 48_000 * 30 { start = end - 48_000 }
    while start < end {
      let count = Int(min(end - start, Int64(Self.blockFrames)))
      try encoder?.encode(Self.silence.span.extracting(first: count * 2), startingAt: start, captureTime: now, emit)
      start += Int64(count)
    }
    next = end
  }
}
