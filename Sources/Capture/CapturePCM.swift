internal import CALSA
internal import Glibc
internal import Media

/// An open ALSA capture PCM; closes with the value.
///
/// Never blocks: opened with SND_PCM_NONBLOCK, waits are bounded by the caller. One thread at a time.
@safe struct CapturePCM: ~Copyable {
  let name: String
  let handle: OpaquePointer

  /// Opens a PCM for capture by its name.
  init(name: String) throws(DeviceError) {
    _ = AudioDevice.quiet
    var opened: OpaquePointer?
    let answer = unsafe snd_pcm_open(&opened, name, SND_PCM_STREAM_CAPTURE, Int32(SND_PCM_NONBLOCK))
    guard answer >= 0, let handle = unsafe opened else { throw AudioDevice.error(answer, "snd_pcm_open", name) }
    self.name = name
    unsafe self.handle = handle
  }

  deinit { unsafe snd_pcm_close(handle) }

  /// The formats that are read, the preferred first: 16 bits are more than a broadcast keeps.
  static var formats: [(SampleFormat, snd_pcm_format_t)] {
    [(.s16, SND_PCM_FORMAT_S16_LE), (.s32, SND_PCM_FORMAT_S32_LE), (.f32, SND_PCM_FORMAT_FLOAT_LE)]
  }

  /// Hands a configuration space with everything that the PCM can do to `body`.
  private func withParameters<Result>(
    _ body: (OpaquePointer) throws(DeviceError) -> Result
  ) throws(DeviceError) -> Result {
    var allocated: OpaquePointer?
    guard unsafe snd_pcm_hw_params_malloc(&allocated) == 0, let parameters = unsafe allocated else {
      throw .call("snd_pcm_hw_params_malloc", errno: ENOMEM, device: name)
    }
    defer { unsafe snd_pcm_hw_params_free(parameters) }
    let answer = unsafe snd_pcm_hw_params_any(handle, parameters)
    guard answer >= 0 else { throw AudioDevice.error(answer, "snd_pcm_hw_params_any", name) }
    return try unsafe body(parameters)
  }

  /// What the PCM can do.
  func capabilities() throws(DeviceError) -> MicrophoneCapabilities {
    try unsafe withParameters { (parameters) throws(DeviceError) in
      var (fewest, most, slowest, fastest): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
      var direction: Int32 = 0
      unsafe snd_pcm_hw_params_get_channels_min(parameters, &fewest)
      unsafe snd_pcm_hw_params_get_channels_max(parameters, &most)
      unsafe snd_pcm_hw_params_get_rate_min(parameters, &slowest, &direction)
      unsafe snd_pcm_hw_params_get_rate_max(parameters, &fastest, &direction)
      let formats = Self.formats.filter { unsafe snd_pcm_hw_params_test_format(handle, parameters, $0.1) == 0 }
      return MicrophoneCapabilities(
        channels: Int(fewest)...Int(max(fewest, most)), sampleRates: Int(slowest)...Int(max(slowest, fastest)),
        sampleFormats: formats.map(\.0))
    }
  }

  /// What came out of ``configure(_:)``.
  struct Configuration {
    var format: AudioFormat
    /// Sample frames between two interrupts.
    var period: Int
    /// Sample frames in the ring.
    var buffer: Int
  }

  /// Chooses format, rate, channels and the ring: S16, 48 kHz and stereo where that can be, else the nearest.
  ///
  /// Throws `unsupported` where the PCM has no format, rate or channel count that is read here.
  func configure(_ inputs: InputChoice) throws(DeviceError) -> Configuration {
    let configuration = try unsafe withParameters { (parameters) throws(DeviceError) in
      try unsafe configureHardware(parameters, inputs)
    }
    try configureSoftware(configuration)
    return configuration
  }

  private func configureHardware(
    _ parameters: OpaquePointer, _ inputs: InputChoice
  ) throws(DeviceError) -> Configuration {
    // A plug layer must not resample: it does so worse than what comes after it.
    unsafe snd_pcm_hw_params_set_rate_resample(handle, parameters, 0)
    guard unsafe snd_pcm_hw_params_set_access(handle, parameters, SND_PCM_ACCESS_RW_INTERLEAVED) == 0 else {
      throw unsupported("does not deliver interleaved samples")
    }
    guard let format = Self.formats.first(where: { unsafe snd_pcm_hw_params_set_format(handle, parameters, $0.1) == 0 })
    else { throw unsupported("delivers none of the sample formats S16_LE, S32_LE and FLOAT_LE") }
    var least = UInt32(inputs.inputsNeeded)
    guard unsafe snd_pcm_hw_params_set_channels_min(handle, parameters, &least) == 0 else {
      var most: UInt32 = 0
      unsafe snd_pcm_hw_params_get_channels_max(parameters, &most)
      throw .tooFewInputs(device: name, inputs: Int(most), wanted: inputs.inputsNeeded)
    }
    var channels = max(2, least)
    try unsafe check(snd_pcm_hw_params_set_channels_near(handle, parameters, &channels), "channels_near")
    guard (1...InputChoice.most).contains(Int(channels)) else {
      throw unsupported("has \(channels) channels, more than \(InputChoice.most)")
    }
    var rate: UInt32 = 48_000
    var direction: Int32 = 0
    try unsafe check(snd_pcm_hw_params_set_rate_near(handle, parameters, &rate, &direction), "rate_near")
    guard (4000...768_000).contains(rate) else { throw unsupported("runs at \(rate) Hz") }
    var periodTime: UInt32 = 10_000
    try unsafe check(snd_pcm_hw_params_set_period_time_near(handle, parameters, &periodTime, &direction), "period")
    // What the ring holds is late by nothing but the pause it outlasts: an xrun would lose all of it. A second is more
    // than a busy machine takes from a thread; devices with long periods need four of them.
    var bufferTime = max(1_000_000, 4 * min(periodTime, 500_000))
    try unsafe check(snd_pcm_hw_params_set_buffer_time_near(handle, parameters, &bufferTime, &direction), "buffer")
    try unsafe check(snd_pcm_hw_params(handle, parameters), "snd_pcm_hw_params")
    var (period, buffer): (snd_pcm_uframes_t, snd_pcm_uframes_t) = (0, 0)
    unsafe snd_pcm_hw_params_get_period_size(parameters, &period, &direction)
    unsafe snd_pcm_hw_params_get_buffer_size(parameters, &buffer)
    guard period > 0, buffer >= period, buffer <= 16_000_000 else {
      throw unsupported("has a ring of \(buffer) sample frames in periods of \(period)")
    }
    return Configuration(
      format: AudioFormat(sampleFormat: format.0, sampleRate: Int(rate), channels: Int(channels)), period: Int(period),
      buffer: Int(buffer))
  }

  /// Wakes once a period and stamps on CLOCK_MONOTONIC.
  private func configureSoftware(_ configuration: Configuration) throws(DeviceError) {
    var allocated: OpaquePointer?
    guard unsafe snd_pcm_sw_params_malloc(&allocated) == 0, let parameters = unsafe allocated else {
      throw .call("snd_pcm_sw_params_malloc", errno: ENOMEM, device: name)
    }
    defer { unsafe snd_pcm_sw_params_free(parameters) }
    try unsafe check(snd_pcm_sw_params_current(handle, parameters), "sw_params_current")
    try unsafe check(snd_pcm_sw_params_set_tstamp_mode(handle, parameters, SND_PCM_TSTAMP_ENABLE), "tstamp_mode")
    // Plugins without hardware stamps refuse the type; their stamp is then zero or foreign, which the reader sees.
    _ = unsafe snd_pcm_sw_params_set_tstamp_type(handle, parameters, SND_PCM_TSTAMP_TYPE_MONOTONIC)
    let minimum = snd_pcm_uframes_t(configuration.period)
    try unsafe check(snd_pcm_sw_params_set_avail_min(handle, parameters, minimum), "avail_min")
    try unsafe check(snd_pcm_sw_params(handle, parameters), "snd_pcm_sw_params")
  }

  /// Makes the ring ready and starts it.
  func start() throws(DeviceError) {
    try unsafe check(snd_pcm_prepare(handle), "snd_pcm_prepare")
    try unsafe check(snd_pcm_start(handle), "snd_pcm_start")
  }

  func check(_ answer: Int32, _ call: String) throws(DeviceError) {
    guard answer < 0 else { return }
    if answer == -EINVAL { throw unsupported("refuses its configuration (\(call))") }
    throw AudioDevice.error(answer, call, name)
  }

  private func unsupported(_ what: String) -> DeviceError { .unsupported(.microphone, device: name, what: what) }
}
