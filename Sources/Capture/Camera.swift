internal import CLinux
internal import CV4L
internal import Glibc
public import Media

/// An open camera that streams into mapped buffers.
///
/// Owns the node, the buffers and the stream: when the value goes, the stream stops and the device is free again.
/// One thread at a time. Source: V4L2, streaming I/O with memory mapping.
public struct Camera: ~Copyable {
  /// What the driver really delivers, whatever it was asked for.
  public let format: VideoFormat
  /// The device node.
  public let node: String
  /// Frames that the driver had to drop because nobody took them in time: gaps in `v4l2_buffer.sequence`.
  public private(set) var droppedFrames = 0
  /// Frames that arrived damaged and were passed over: V4L2_BUF_FLAG_ERROR, or too short.
  public private(set) var damagedFrames = 0
  /// Frames whose stamp could not be true: the time when they were read stands for it.
  public var wrongStamps: Int { clock.refused }

  private let buffers: MappedBuffers
  private var lastSequence: UInt32?
  private var clock = CaptureClock()

  /// Opens `camera` in `mode` and starts the stream.
  ///
  /// The driver may change size, rate and row length, which ``format`` tells; another pixel format is refused.
  /// Formats that only libv4l can read come through its conversion, all others untouched.
  public init(_ camera: CameraDescription, mode: CameraMode) throws(DeviceError) {
    try self.init(node: camera.node, mode: mode)
  }

  /// Opens the camera at `node` in `mode` and starts the stream.
  public init(node: String, mode: CameraMode) throws(DeviceError) {
    let device = try VideoDevice(node: node, conversion: mode.isConverted ? .on : .off)
    let can = try device.capabilities().nodeCapabilities
    guard can & UInt32(V4L2_CAP_VIDEO_CAPTURE) != 0, can & UInt32(V4L2_CAP_STREAMING) != 0 else {
      throw .unsupported(.camera, device: node, what: "does not stream video")
    }
    var format = try device.setFormat(mode)
    if let rate = try device.setFrameRate(mode.frameRate) { format.frameRate = rate }
    let buffers = try MappedBuffers(of: device)
    for index in 0..<buffers.count { try buffers.device.queue(index) }
    var type = Int32(cv4l_buf_type_video_capture)
    if let number = buffers.device.control(cv4l_streamon, &type) {
      guard number != ENOSPC else { throw .noBandwidth(device: node) }
      throw .from(errno: number, call: "VIDIOC_STREAMON", kind: .camera, device: node)
    }
    self.node = node
    self.format = format
    self.buffers = buffers
  }

  /// Waits for the next frame and lends its bytes to `body`; `nil` when none came within `timeout`.
  ///
  /// The bytes are the driver's own memory and go back to it when `body` returns or throws: exactly
  /// `format.frameBytes` of a raw format, exactly one image or access unit of a compressed one.
  /// Throws ``DeviceError`` for the device (`disconnected` when it is gone) and whatever `body` throws.
  public mutating func withFrame<Result>(
    timeout: Duration, _ body: (RawSpan, CapturedVideoFrame) throws -> Result
  ) throws -> Result? {
    let deadline = MediaTime.now() + timeout
    while true {
      let events = try waitForEvents(until: deadline)
      guard events != 0 else { return nil }
      guard let buffer = try dequeue(events) else {
        // Woken without a frame, as libv4l2 does after a frame that it could not convert.
        guard MediaTime.now() < deadline else { return nil }
        // A driver that wakes its reader again and again for nothing must not take a whole processor.
        sleepThread(until: .now() + .milliseconds(1))
        continue
      }
      countDrops(buffer.sequence)
      let bytes = unsafe buffers.bytes(buffer, wanted: format.frameBytes)
      guard let bytes = unsafe bytes else {
        damagedFrames += 1
        try buffers.device.queue(buffer.index)
        guard MediaTime.now() < deadline else { return nil }
        continue
      }
      let frame = CapturedVideoFrame(
        time: clock.time(stamp: buffer.driverTime, now: .now()), sequence: buffer.sequence)
      let result: Result
      do {
        result = try body(unsafe bytes.bytes, frame)
      } catch {
        try? buffers.device.queue(buffer.index)
        throw error
      }
      try buffers.device.queue(buffer.index)
      return result
    }
  }

  /// What poll(2) reports for the node; 0 when the deadline passed.
  private func waitForEvents(until deadline: MediaTime) throws(DeviceError) -> Int16 {
    while true {
      var events: Int16 = 0
      // Rounded up: a wait of 0 ms again and again would burn the last millisecond.
      let left = (max(0, (deadline - .now()).wholeNanoseconds) + 999_999) / 1_000_000
      let result = unsafe clinux_poll_readable(buffers.device.descriptor, Int32(min(left, 60_000)), &events)
      if result > 0 { return events }
      if result < 0 && errno != EINTR && errno != EAGAIN {
        throw .from(errno: errno, call: "poll", kind: .camera, device: node)
      }
      if MediaTime.now() >= deadline { return 0 }
    }
  }

  /// Takes a filled buffer from the driver; `nil` where there is none after all.
  private func dequeue(_ events: Int16) throws(DeviceError) -> DequeuedBuffer? {
    var buffer = unsafe v4l2_buffer()
    unsafe buffer.type = cv4l_buf_type_video_capture
    unsafe buffer.memory = cv4l_memory_mmap
    if let number = unsafe buffers.device.control(cv4l_dqbuf, &buffer) {
      guard number == EAGAIN else { throw .from(errno: number, call: "VIDIOC_DQBUF", kind: .camera, device: node) }
      // An error condition with nothing to take is how a device that went away shows itself.
      guard events & Int16(POLLERR | POLLHUP | POLLNVAL) == 0 else { throw .disconnected(.camera, device: node) }
      return nil
    }
    guard unsafe Int(buffer.index) < buffers.count else {
      throw .unsupported(.camera, device: node, what: "handed out a buffer that it does not have")
    }
    return unsafe DequeuedBuffer(buffer)
  }

  private mutating func countDrops(_ sequence: UInt32) {
    if let lastSequence {
      let gap = sequence &- lastSequence
      // A step back, or one of hours, is a driver that started to count anew.
      if gap > 1 && gap < 100_000 { droppedFrames += Int(gap) - 1 }
    }
    lastSequence = sequence
  }
}

/// What a filled buffer says about its frame; the bytes are in ``MappedBuffers``.
struct DequeuedBuffer {
  var index: Int
  var sequence: UInt32
  var bytesUsed: Int
  var isDamaged: Bool
  /// The driver's stamp; `nil` where it is not of CLOCK_MONOTONIC.
  var driverTime: MediaTime?

  init(index: Int, sequence: UInt32, bytesUsed: Int, isDamaged: Bool, driverTime: MediaTime?) {
    self.index = index
    self.sequence = sequence
    self.bytesUsed = bytesUsed
    self.isDamaged = isDamaged
    self.driverTime = driverTime
  }

  init(_ buffer: v4l2_buffer) {
    let flags = unsafe buffer.flags
    let isMonotonic = flags & UInt32(V4L2_BUF_FLAG_TIMESTAMP_MASK) == UInt32(V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
    let time = unsafe withUnsafePointer(to: buffer) { unsafe MediaTime(nanoseconds: cv4l_nanoseconds($0)) }
    unsafe self.init(
      index: Int(buffer.index), sequence: buffer.sequence, bytesUsed: Int(buffer.bytesused),
      isDamaged: flags & UInt32(V4L2_BUF_FLAG_ERROR) != 0, driverTime: isMonotonic ? time : nil)
  }
}
