internal import CV4L
internal import Glibc
internal import Media

/// An open `/dev/video*` node: every call on it goes through libv4l2 and through one function.
///
/// One thread at a time.
@safe struct VideoDevice: ~Copyable {
  /// How libv4l2 treats formats.
  enum Conversion {
    /// Calls pass through to the driver as they are; nothing is emulated.
    case off
    /// libv4l2 offers what it can make from formats that only it can read, and makes it in VIDIOC_DQBUF.
    case on
  }

  let node: String
  let descriptor: Int32

  private static let quiet: Void = cv4l_discard_log()

  /// Opens a node; never blocks.
  init(node: String, conversion: Conversion) throws(DeviceError) {
    _ = Self.quiet
    self.node = node
    let opened = unsafe open(node, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard opened >= 0 else { throw Self.openError(errno, node) }
    let flags = conversion == .off ? V4L2_DISABLE_CONVERSION : 0
    guard v4l2_fd_open(opened, flags) >= 0 else {
      let number = errno
      close(opened)
      guard number != ENOTTY && number != EINVAL else {
        throw .unsupported(.camera, device: node, what: "is no V4L2 device")
      }
      throw Self.openError(number, node)
    }
    descriptor = opened
  }

  deinit { v4l2_close(descriptor) }

  private static func openError(_ number: Int32, _ node: String) -> DeviceError {
    // A node whose device is gone answers ENODEV until udev removes it: nothing was connected, so nothing was lost.
    number == ENODEV
      ? .noSuchDevice(.camera, specification: node)
      : .from(errno: number, call: "open", kind: .camera, device: node)
  }

  /// One ioctl, repeated after a signal; errno where it fails.
  ///
  /// `Argument` is a plain C structure; those with unions are not `BitwiseCopyable`, so the compiler cannot check it.
  func control<Argument>(_ request: UInt, _ argument: inout Argument) -> Int32? {
    while true {
      let result = unsafe withUnsafeMutablePointer(to: &argument) {
        unsafe cv4l_ioctl(descriptor, request, UnsafeMutableRawPointer($0))
      }
      if result >= 0 { return nil }
      guard errno == EINTR else { return errno }
    }
  }

  /// One ioctl that has to succeed; `name` is what the error calls it.
  func require<Argument>(_ request: UInt, _ name: String, _ argument: inout Argument) throws(DeviceError) {
    if let number = control(request, &argument) {
      throw .from(errno: number, call: name, kind: .camera, device: node)
    }
  }

  /// What the driver says the node is (V4L2: VIDIOC_QUERYCAP).
  func capabilities() throws(DeviceError) -> v4l2_capability {
    var capability = v4l2_capability()
    if let number = control(cv4l_querycap, &capability) {
      if number == ENOTTY || number == EINVAL {
        throw .unsupported(.camera, device: node, what: "is no V4L2 device")
      }
      throw .from(errno: number, call: "VIDIOC_QUERYCAP", kind: .camera, device: node)
    }
    return capability
  }
}

extension v4l2_capability {
  /// What this node can do; the whole device's where a driver is too old to tell the nodes apart.
  var nodeCapabilities: UInt32 {
    capabilities & UInt32(V4L2_CAP_DEVICE_CAPS) != 0 ? device_caps : capabilities
  }
}

/// The text in a fixed array of C characters, up to its first zero, fit to be shown: a device chooses it.
func text<Bytes: BitwiseCopyable>(inFixedArray bytes: Bytes) -> String {
  unsafe withUnsafeBytes(of: bytes) { buffer in
    unsafe ForeignText.cleaned(bytes: buffer.prefix { $0 != 0 })
  }
}
