internal import CV4L
internal import Glibc

/// A device with its frame buffers mapped into the process.
///
/// Owns both: when the value goes, the stream stops, the mappings are given back, and only then the node closes, which
/// is the order that libv4l2 wants.
@safe struct MappedBuffers: ~Copyable {
  /// Four: one with the reader, one that is filled, two of slack.
  private static var wantedCount: UInt32 { 4 }

  /// The node; closes with the value.
  let device: VideoDevice
  private let buffers: [UnsafeMutableRawBufferPointer]

  /// Asks the driver for buffers and maps them (V4L2: VIDIOC_REQBUFS, VIDIOC_QUERYBUF).
  init(of device: consuming VideoDevice) throws(DeviceError) {
    var request = v4l2_requestbuffers()
    request.count = Self.wantedCount
    request.type = cv4l_buf_type_video_capture
    request.memory = cv4l_memory_mmap
    try device.require(cv4l_reqbufs, "VIDIOC_REQBUFS", &request)
    guard request.count >= 2 else {
      throw .unsupported(.camera, device: device.node, what: "has memory for \(request.count) frame buffers only")
    }
    var mapped: [UnsafeMutableRawBufferPointer] = unsafe []
    do throws(DeviceError) {
      for index in 0..<min(request.count, 32) { try unsafe mapped.append(Self.map(index, of: device)) }
    } catch {
      unsafe Self.unmap(mapped)
      throw error
    }
    self.device = device
    unsafe buffers = mapped
  }

  deinit {
    var type = Int32(cv4l_buf_type_video_capture)
    _ = device.control(cv4l_streamoff, &type)
    unsafe Self.unmap(buffers)
  }

  private static func map(
    _ index: UInt32, of device: borrowing VideoDevice
  ) throws(DeviceError) -> UnsafeMutableRawBufferPointer {
    var buffer = unsafe v4l2_buffer()
    unsafe buffer.index = index
    unsafe buffer.type = cv4l_buf_type_video_capture
    unsafe buffer.memory = cv4l_memory_mmap
    try unsafe device.require(cv4l_querybuf, "VIDIOC_QUERYBUF", &buffer)
    let length = unsafe Int(buffer.length)
    // libv4l2 insists on a writable mapping.
    let start = unsafe v4l2_mmap(
      nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, device.descriptor, Int64(buffer.m.offset))
    guard let start = unsafe start, unsafe start != UnsafeMutableRawPointer(bitPattern: -1) else {
      throw .from(errno: errno, call: "mmap", kind: .camera, device: device.node)
    }
    return unsafe UnsafeMutableRawBufferPointer(start: start, count: length)
  }

  /// How many there are.
  var count: Int { unsafe buffers.count }

  /// The bytes of a frame; `nil` where it is damaged, empty, or shorter than a raw frame has to be.
  /// - Parameter wanted: a raw frame's exact length; 0 for compressed formats.
  func bytes(_ buffer: DequeuedBuffer, wanted: Int) -> UnsafeRawBufferPointer? {
    let mapped = unsafe buffers[buffer.index]
    guard !buffer.isDamaged, buffer.bytesUsed > 0, buffer.bytesUsed <= mapped.count, buffer.bytesUsed >= wanted else {
      return nil
    }
    return unsafe UnsafeRawBufferPointer(rebasing: mapped[..<(wanted > 0 ? wanted : buffer.bytesUsed)])
  }

  private static func unmap(_ buffers: [UnsafeMutableRawBufferPointer]) {
    unsafe buffers.forEach { unsafe v4l2_munmap($0.baseAddress, $0.count) }
  }
}
