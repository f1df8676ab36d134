internal import CLinux
internal import CV4L
internal import Glibc
internal import Media

/// The cameras of this machine.
public enum CameraList {
  /// Every node that can capture video, in the order of the node numbers (V4L2: VIDIOC_QUERYCAP).
  ///
  /// Metadata, output and codec nodes are left out; a node that cannot be opened is listed with the reason. A machine
  /// without cameras has an empty list. Opens each node for a few milliseconds; any thread.
  public static func all() throws(DeviceError) -> [CameraDescription] {
    var cameras: [CameraDescription] = []
    for node in nodes() {
      if let probed = probe(node) { cameras.append(probed.description) }
    }
    return cameras
  }

  /// The camera that answers to `specification`.
  ///
  /// `auto` is the first usable one. A `usb:` or `name:` that fits several devices is an error that tells how to
  /// choose one; of the nodes of one device the first usable is taken. Not for `test`, `file:` and `none`.
  public static func resolve(_ specification: CameraSpecification) throws(DeviceError) -> CameraDescription {
    if case .node(let node) = specification {
      guard let probed = probe(node) else {
        throw .unsupported(.camera, device: node, what: "does not capture video")
      }
      if let error = probed.error { throw error }
      return probed.description
    }
    var found: [Probe] = []
    for node in nodes() {
      if let probed = probe(node) { found.append(probed) }
    }
    return try choose(specification, from: found)
  }

  /// A node as it was found.
  typealias Probe = DeviceProbe<CameraDescription>

  /// The rules of ``resolve(_:)``, without devices.
  static func choose(
    _ specification: CameraSpecification, from probes: [Probe]
  ) throws(DeviceError) -> CameraDescription {
    let matches =
      switch specification {
      case .auto: probes
      case .node(let node): probes.filter { $0.description.node == node }
      case .usb(let serial): probes.filter { $0.description.identity.serial == serial }
      case .path(let path):
        probes.filter { $0.description.identity.topology == path || $0.description.bus == path }
      case .name(let name): Probe.named(name, in: probes) { [$0.name] }
      case .test, .file, .none: [Probe]()
      }
    return try Probe.choose(
      .camera, specification == .auto ? nil : specification.description, from: matches, device: \.device,
      name: { $0.identity.topology.map { "path:\($0)" } ?? $0.node })
  }

  /// The nodes `/dev/video0`, `/dev/video1`… that are there, by number.
  private static func nodes() -> [String] {
    // 256 is what the kernel has room for (VIDEO_NUM_DEVICES).
    (0..<256).map { "/dev/video\($0)" }.filter { unsafe access($0, F_OK) == 0 }
  }

  /// What the node is; `nil` where it is no camera.
  static func probe(_ node: String) -> Probe? {
    var (mode, group, number): (UInt32, UInt32, UInt64) = (0, 0, 0)
    let failure = unsafe clinux_node(node, &mode, &group, &number)
    guard failure == 0 else {
      return failed(node, DeviceIdentity(), .from(errno: failure, call: "stat", kind: .camera, device: node))
    }
    guard mode & S_IFMT == S_IFCHR else {
      return failed(node, DeviceIdentity(), .unsupported(.camera, device: node, what: "is no device node"))
    }
    let identity = DeviceIdentity.ofCharacterDevice(dev_t(number))
    do throws(DeviceError) {
      let device = try VideoDevice(node: node, conversion: .off)
      let capability = try device.capabilities()
      let can = capability.nodeCapabilities
      var description = CameraDescription(
        node: node, name: text(inFixedArray: capability.card), driver: text(inFixedArray: capability.driver),
        bus: text(inFixedArray: capability.bus_info), identity: identity)
      if can & UInt32(V4L2_CAP_VIDEO_CAPTURE) == 0 {
        guard can & UInt32(V4L2_CAP_VIDEO_CAPTURE_MPLANE) != 0 else { return nil }
        return failed(description, .unsupported(.camera, device: node, what: "delivers multi-planar buffers only"))
      }
      guard can & UInt32(V4L2_CAP_STREAMING) != 0 else {
        return failed(description, .unsupported(.camera, device: node, what: "cannot stream into mapped buffers"))
      }
      description.formats = try formats(of: device)
      guard description.isUsable else {
        let known = description.formats.map(\.fourCC.description).joined(separator: ", ")
        let what = known.isEmpty ? "offers no picture format now" : "offers no format that can be read (\(known))"
        return failed(description, .unsupported(.camera, device: node, what: what))
      }
      if isStreaming(device, driver: description.driver) {
        return failed(description, .busy(.camera, device: node))
      }
      return Probe(description: description, error: nil)
    } catch {
      return failed(node, identity, error)
    }
  }

  /// Whether another program streams from the camera; nothing else tells, as a node may be opened many times.
  private static func isStreaming(_ device: borrowing VideoDevice, driver: String) -> Bool {
    // v4l2loopback serves many readers at once, and would reset their buffers.
    guard driver != "v4l2 loopback" else { return false }
    // Asking for no buffers changes nothing where nobody streams, and is refused where somebody does.
    var request = v4l2_requestbuffers()
    request.type = cv4l_buf_type_video_capture
    request.memory = cv4l_memory_mmap
    return device.control(cv4l_reqbufs, &request) == EBUSY
  }

  private static func failed(_ node: String, _ identity: DeviceIdentity, _ error: DeviceError) -> Probe {
    failed(CameraDescription(node: node, name: node, identity: identity), error)
  }

  private static func failed(_ description: CameraDescription, _ error: DeviceError) -> Probe {
    var description = description
    description.problem = error.description
    return Probe(description: description, error: error)
  }

  /// The driver's formats, and what libv4l makes of those that only it can read.
  private static func formats(of device: borrowing VideoDevice) throws(DeviceError) -> [CameraFormat] {
    var formats = device.formats()
    guard formats.contains(where: { $0.pixelFormat == nil }) else { return formats }
    let converting = try VideoDevice(node: device.node, conversion: .on)
    // One converted layout is enough, and I420 is what encoders take.
    formats += converting.formats(emulated: true).filter { $0.pixelFormat == .i420 }
    return formats
  }
}

extension String {
  /// Whether `part` stands somewhere in the text, without regard to case.
  func containsIgnoringCase(_ part: String) -> Bool {
    let (whole, part) = (Array(lowercased()), Array(part.lowercased()))
    guard !part.isEmpty, part.count <= whole.count else { return part.isEmpty }
    return (0...(whole.count - part.count)).contains { whole[$0..<($0 + part.count)].elementsEqual(part) }
  }
}
