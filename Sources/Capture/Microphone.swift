internal import CALSA
internal import Glibc
public import Media

/// An open microphone: an ALSA capture PCM that runs.
///
/// Owns the PCM; the device is free again when the value goes. One thread at a time.
@safe public struct Microphone: ~Copyable {
  /// What ``read(timeout:_:)`` lends.
  public let format: AudioFormat
  /// The PCM that was really opened: `plughw:…` where the hardware's own samples cannot be read.
  public let pcm: String
  /// Sample frames between two wake-ups, about 10 ms.
  public let period: Int
  /// How often sound was lost because nobody read in time; the ring was started anew each time.
  public private(set) var xruns = 0
  /// Those that a reader was told of.
  private var xrunsSeen = 0

  private let device: CapturePCM
  private let capacity: Int
  /// Where samples are copied to from the ring; as long as the ring.
  private let samples: UnsafeMutableRawBufferPointer

  /// Opens a microphone from the list and starts it.
  public init(_ microphone: MicrophoneDescription, inputs: InputChoice = .auto) throws(DeviceError) {
    try self.init(pcm: microphone.pcm, inputs: inputs)
  }

  /// Opens any PCM that the ALSA configuration knows and starts it.
  ///
  /// A `hw:` device whose own formats cannot be read is opened as `plughw:` instead, which ``pcm`` tells.
  /// At least as many channels are read as `inputs` needs.
  public init(pcm: String, inputs: InputChoice = .auto) throws(DeviceError) {
    var device = try CapturePCM(name: pcm)
    let configuration: CapturePCM.Configuration
    do throws(DeviceError) {
      configuration = try device.configure(inputs)
    } catch .unsupported(_, _, let what) {
      guard pcm.hasPrefix("hw:") else { throw .unsupported(.microphone, device: pcm, what: what) }
      let name = "plug" + pcm
      // The hardware is one reader's at a time: closed first.
      device = try Self.reopen(consume device, as: name)
      configuration = try device.configure(inputs)
    }
    try device.start()
    let bytes = configuration.buffer * configuration.format.bytesPerSampleFrame
    unsafe samples = .allocate(byteCount: bytes, alignment: 16)
    self.pcm = device.name
    format = configuration.format
    period = configuration.period
    capacity = configuration.buffer
    self.device = device
  }

  deinit { unsafe samples.deallocate() }

  private static func reopen(_ device: consuming CapturePCM, as name: String) throws(DeviceError) -> CapturePCM {
    _ = consume device
    return try CapturePCM(name: name)
  }

  /// Waits for sound and lends what is there to `body`; `nil` when none came within `timeout`.
  ///
  /// `body` gets interleaved samples with what is known of them. After an xrun their time jumps; ``xruns`` counts them.
  /// Throws ``DeviceError`` for the device (`disconnected` when it is gone) and whatever `body` throws.
  public mutating func read<Result>(
    timeout: Duration, _ body: (RawSpan, Block) throws -> Result
  ) throws -> Result? {
    guard let (count, time) = try take(until: .now() + timeout) else { return nil }
    let block = Block(sampleFrames: count, time: time, followsXrun: xruns > xrunsSeen)
    xrunsSeen = xruns
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: samples[..<(count * format.bytesPerSampleFrame)])
    return try body(unsafe bytes.bytes, block)
  }

  /// What is known of the samples of one ``read(timeout:_:)``.
  public struct Block: Equatable, Sendable {
    /// How many sample frames there are.
    public let sampleFrames: Int
    /// When the first of them was captured, on the CLOCK_MONOTONIC timeline (ALSA: snd_pcm_htimestamp).
    public let time: MediaTime
    /// The driver lost sample frames just before them.
    public let followsXrun: Bool
  }

  /// Copies what the ring holds into ``samples``; `nil` when the deadline passed.
  private mutating func take(until deadline: MediaTime) throws(DeviceError) -> (sampleFrames: Int, time: MediaTime)? {
    while true {
      let left = (max(0, (deadline - .now()).wholeNanoseconds) + 999_999) / 1_000_000
      let waited = unsafe snd_pcm_wait(device.handle, Int32(min(left, 60_000)))
      if waited < 0 {
        try recover(waited, "snd_pcm_wait", until: deadline)
      } else if waited > 0 {
        var available: snd_pcm_uframes_t = 0
        var stamp: Int64 = 0
        let stamped = unsafe calsa_htimestamp(device.handle, &available, &stamp)
        let now = MediaTime.now()
        if stamped < 0 { available = 0 }
        let read = unsafe snd_pcm_readi(device.handle, samples.baseAddress, snd_pcm_uframes_t(capacity))
        if read > 0 {
          // Without a stamp, what was read is all there was, and ended now.
          let held = available > 0 ? Int(available) : read
          return (
            read,
            Self.firstSampleTime(
              stamp: MediaTime(nanoseconds: stamp), now: now, held: format.duration(ofSampleFrames: held))
          )
        }
        if read < 0 && read != Int(-EAGAIN) { try recover(Int32(read), "snd_pcm_readi", until: deadline) }
      }
      if MediaTime.now() >= deadline { return nil }
    }
  }

  /// When the oldest sample frame in the ring was captured.
  ///
  /// Some plugins stamp with zero or by another clock: then the reader's own time is the nearest to the truth.
  static func firstSampleTime(stamp: MediaTime, now: MediaTime, held: Duration) -> MediaTime {
    stamp <= now && stamp > now - .seconds(2) ? stamp - held : now - held
  }

  /// Starts the ring anew after an xrun or a suspend; throws when the device is gone.
  private mutating func recover(_ answer: Int32, _ call: String, until deadline: MediaTime) throws(DeviceError) {
    switch answer {
    case -EPIPE:
      xruns += 1
      try device.start()
    case -ESTRPIPE:
      // The machine slept; the driver says EAGAIN until it is awake.
      while unsafe snd_pcm_resume(device.handle) == -EAGAIN, MediaTime.now() < deadline {
        sleepThread(until: .now() + .milliseconds(10))
      }
      xruns += 1
      try device.start()
    case -EINTR, -EAGAIN: return
    default: throw AudioDevice.error(answer, call, pcm)
    }
  }
}
