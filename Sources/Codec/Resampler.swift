internal import CFFmpeg
public import Media

/// Turns audio of any format into 48 kHz stereo floats, and stretches it by a few parts per million against drift.
///
/// One input goes to both channels, and so does the mix of more than two (``InputMixer``); channels that a file labels
/// as loudspeakers are mixed down as libswresample does by default. For one thread.
@safe public struct Resampler: ~Copyable {
  /// What comes in.
  public let input: AudioFormat
  private let context: OpaquePointer
  private var output: [Float] = []
  /// What libswresample makes: two, or all inputs for the mixer.
  private let outputChannels: Int
  private let mixer: InputMixer?
  private var compensation = 0.0
  /// Output sample frames until the compensation has to be renewed.
  private var compensated = 0

  /// Makes a resampler for interleaved samples of `input`, whose channels are a sound card's inputs.
  public init(from input: AudioFormat, inputs: InputChoice = .auto) throws(CodecError) {
    let sampleFormat =
      switch input.sampleFormat {
      case .s16: AV_SAMPLE_FMT_S16
      case .s32: AV_SAMPLE_FMT_S32
      case .f32: AV_SAMPLE_FMT_FLT
      }
    var layout = unsafe AVChannelLayout()
    unsafe layout.nb_channels = Int32(clamping: input.channels)
    try unsafe self.init(input, sampleFormat, &layout, inputs: inputs)
  }

  /// Makes a resampler for what a decoder gives; `input` names it for people.
  ///
  /// Channels whose order `layout` does not know are inputs.
  init(
    _ input: AudioFormat, _ sampleFormat: AVSampleFormat, _ layout: UnsafeMutablePointer<AVChannelLayout>,
    inputs: InputChoice = .auto
  ) throws(CodecError) {
    CodecLibrary.silence()
    guard (1000...768_000).contains(input.sampleRate) else {
      throw .unsupportedAudio(format: "\(input)", reason: "rates from 1 to 768 kHz are possible")
    }
    let count = unsafe Int(layout.pointee.nb_channels)
    guard (1...InputChoice.most).contains(count) else {
      throw .unsupportedAudio(format: "\(input)", reason: "1 to \(InputChoice.most) channels are possible")
    }
    guard inputs.inputsNeeded <= count else {
      throw .unsupportedAudio(format: "\(input)", reason: "there is no input \(inputs.inputsNeeded)")
    }
    let matrix = Self.matrix(inputs, count)
    let areInputs = unsafe layout.pointee.order == AV_CHANNEL_ORDER_UNSPEC || matrix != nil
    var stereo = unsafe AVChannelLayout()
    unsafe av_channel_layout_default(&stereo, 2)
    var made: OpaquePointer?
    func allocate(
      _ from: UnsafeMutablePointer<AVChannelLayout>, _ to: UnsafeMutablePointer<AVChannelLayout>
    ) -> Int32 {
      unsafe swr_alloc_set_opts2(
        &made, to, AV_SAMPLE_FMT_FLT, Int32(AudioFormat.broadcast.sampleRate), from, sampleFormat,
        Int32(input.sampleRate), 0, nil)
    }
    var result: Int32
    let isMixed = areInputs && matrix == nil && count > 2
    if areInputs {
      // libswresample wants names for all channels; where none is left out or weighed by them, any will do.
      var named = unsafe AVChannelLayout()
      unsafe av_channel_layout_from_mask(&named, count == 64 ? .max : (1 << UInt64(count)) - 1)
      if count <= 2 { unsafe av_channel_layout_default(&named, Int32(count)) }
      var target = unsafe isMixed ? named : stereo
      result = unsafe allocate(&named, &target)
      if result >= 0, let matrix { result = unsafe swr_set_matrix(made, matrix, Int32(count)) }
    } else {
      result = unsafe allocate(layout, &stereo)
    }
    if result >= 0 { result = unsafe swr_init(made) }
    guard result >= 0, let context = unsafe made else {
      unsafe swr_free(&made)
      throw .unsupportedAudio(format: "\(input)", reason: CodecLibrary.reason(result))
    }
    self.input = input
    outputChannels = isMixed ? count : 2
    mixer = isMixed ? InputMixer(inputs: count) : nil
    unsafe self.context = unsafe context
  }

  /// The inputs' weights on the left, then those on the right; `nil` where the choice leaves it open.
  private static func matrix(_ inputs: InputChoice, _ count: Int) -> [Double]? {
    var sides = [Double](repeating: 0, count: 2 * count)
    switch inputs {
    // One microphone is as loud in both ears as it was; libswresample would make it 3 dB softer.
    case .auto where count == 1: (sides[0], sides[1]) = (1, 1)
    case .auto: return nil
    case .single(let input): (sides[input - 1], sides[count + input - 1]) = (1, 1)
    case .pair(let left, let right): (sides[left - 1], sides[count + right - 1]) = (1, 1)
    }
    return sides
  }

  deinit {
    var context: OpaquePointer? = unsafe context
    unsafe swr_free(&context)
  }

  /// The time between a sample's going in and its coming out.
  public var delay: Duration {
    .nanoseconds(MediaTime(ticks: unsafe swr_get_delay(context, 48_000), per: 48_000).nanoseconds)
  }

  /// Stretches what follows: positive values make more samples of it, for a microphone whose clock is slow.
  ///
  /// Holds until it is changed; at most 5000 ppm, which nobody hears.
  public mutating func setCompensation(partsPerMillion: Double) throws(CodecError) {
    compensation = max(-5000, min(5000, partsPerMillion))
    try renewCompensation()
  }

  /// Converts whole sample frames and lends `body` the result, interleaved; it may be empty, never padded.
  public mutating func process<R>(_ samples: RawSpan, _ body: (Span<Float>) throws -> R) throws -> R {
    let count = samples.byteCount / input.bytesPerSampleFrame
    let produced = try unsafe samples.withUnsafeBytes { bytes throws(CodecError) in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      return try unsafe convert(count) { context, target, space in
        var source: UnsafePointer<UInt8>? = unsafe start
        return unsafe swr_convert(context, target, space, &source, Int32(count))
      }
    }
    return try lend(produced, body)
  }

  /// Gives `body` what is still inside at the end of the input.
  public mutating func flush<R>(_ body: (Span<Float>) throws -> R) throws -> R {
    let produced = try unsafe convert(0) { context, target, space in
      unsafe swr_convert(context, target, space, nil, 0)
    }
    return try lend(produced, body)
  }

  /// Converts a decoder's frame.
  mutating func process<R>(frame: UnsafePointer<AVFrame>, _ body: (Span<Float>) throws -> R) throws -> R {
    let count = unsafe Int(frame.pointee.nb_samples)
    let produced = try unsafe convert(count) { context, target, space in
      unsafe frame.pointee.extended_data.withMemoryRebound(to: UnsafePointer<UInt8>?.self, capacity: 1) { planes in
        unsafe swr_convert(context, target, space, planes, Int32(count))
      }
    }
    return try lend(produced, body)
  }

  /// Lends what was made, mixed where that is to be done.
  private mutating func lend<R>(_ produced: Int, _ body: (Span<Float>) throws -> R) throws -> R {
    guard let mixer else { return try body(output.span.extracting(first: produced * 2)) }
    mixer.mix(output.span.extracting(first: produced * outputChannels))
    let stereo = mixer.stereo
    return try body(stereo.span.extracting(first: produced * 2))
  }

  private mutating func convert(
    _ count: Int,
    _ call: (OpaquePointer, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, Int32) -> Int32
  ) throws(CodecError) -> Int {
    if compensation != 0 && compensated <= 0 { try renewCompensation() }
    let space = Int(unsafe swr_get_out_samples(context, Int32(clamping: count))) + 32
    if output.count < space * outputChannels { output = [Float](repeating: 0, count: space * outputChannels) }
    let context = unsafe context
    let produced = unsafe output.withUnsafeMutableBytes { bytes in
      var target = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      return unsafe call(context, &target, Int32(space))
    }
    let reason = "\(input)"
    try CodecLibrary.check(produced) { .unsupportedAudio(format: reason, reason: $0) }
    compensated -= Int(produced)
    return Int(produced)
  }

  /// libswresample compensates over a distance and then stops, so it is told again well before.
  private mutating func renewCompensation() throws(CodecError) {
    let distance = 10_000_000
    compensated = distance / 2
    let format = "\(input)"
    try CodecLibrary.check(
      unsafe swr_set_compensation(context, Int32((compensation * 10).rounded()), Int32(distance))
    ) { .unsupportedAudio(format: format, reason: $0) }
  }
}
