internal import CFFmpeg
public import Media

/// The sound of a media file as 48 kHz stereo floats, in order, with times: once, from its start to its end.
///
/// Decodes on the calling thread and reads from disk there; see ``VideoFileReader`` for how the two stay together.
public struct AudioFileReader: ~Copyable {
  /// The file's path.
  public let path: String
  private var decoder: StreamDecoder
  private let inputs: InputChoice
  private var resampler: Resampler?
  private var source: Source?
  /// Time of the next block's first sample frame, in 1/48000 s since the file's start.
  private var next: Int64?
  private var isFlushed = false

  /// What the resampler was made for; a file may change it on the way.
  private struct Source: Equatable {
    var sampleFormat: Int32
    var sampleRate: Int32
    var channels: Int32
  }

  /// Opens the audio stream of a regular file.
  /// - Parameter inputs: which of its channels are heard.
  public init(_ path: String, inputs: InputChoice = .auto) throws(CodecError) {
    self.path = path
    self.inputs = inputs
    decoder = try StreamDecoder(path, .audio)
  }

  /// How long the film plays, as its header says; `nil` where it does not.
  public var statedDuration: Duration? { decoder.statedDuration }

  /// How long the film plays: what was delivered, known at its end.
  public var length: Duration { max(decoder.length, VideoFileReader.shortestLength) }

  /// Packets that could not be decoded and were passed over.
  public var brokenPackets: Int { decoder.brokenPackets }

  /// Decodes the next block and lends its interleaved samples with the time of the first, since the file's start.
  ///
  /// Blocks follow each other without a gap unless the file has one. `nil` at the end of the file.
  public mutating func withNextBlock<R>(_ body: (Span<Float>, MediaTime) throws -> R) throws -> R? {
    while try decoder.next() {
      try prepare()
      place()
      let start = next ?? 0
      let result: R? = try unsafe resampler?.process(frame: unsafe decoder.frame.frame) { samples in
        next = start + Int64(samples.count / 2)
        return samples.isEmpty ? nil : try body(samples, MediaTime(ticks: start, per: 48_000))
      }
      if let result { return result }
    }
    guard !isFlushed else { return nil }
    isFlushed = true
    let start = next ?? 0
    return try resampler?.flush { samples in
      samples.isEmpty ? nil : try body(samples, MediaTime(ticks: start, per: 48_000))
    }
  }

  /// Makes the resampler for the decoded frame's format.
  private mutating func prepare() throws(CodecError) {
    let frame = unsafe decoder.frame.frame
    let current = unsafe Source(
      sampleFormat: frame.pointee.format, sampleRate: frame.pointee.sample_rate,
      channels: frame.pointee.ch_layout.nb_channels)
    guard current != source else { return }
    let format = AudioFormat(
      sampleFormat: .f32, sampleRate: Int(current.sampleRate), channels: Int(current.channels))
    resampler = try unsafe Resampler(
      format, AVSampleFormat(current.sampleFormat), &frame.pointee.ch_layout, inputs: inputs)
    source = current
  }

  /// Takes the file's time where it differs from the count of samples: at the start and after a gap.
  private mutating func place() {
    guard let time = decoder.time else { return }
    let delay = resampler?.delay ?? .zero
    let stated = (time - delay).ticks(per: 48_000)
    // Containers with coarse clocks stamp up to 10 ms off; counting is then the better clock.
    if let next, abs(next - stated) <= 960 { return }
    next = stated
  }
}
