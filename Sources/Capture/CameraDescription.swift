public import Media

/// A camera as the driver and udev describe it.
public struct CameraDescription: Hashable, Sendable, Codable {
  /// The device node, `/dev/video0`.
  public var node: String
  /// The card's name, as the driver gives it.
  public var name: String
  /// The driver's name, `uvcvideo`.
  public var driver: String
  /// Where the driver says it is, `usb-0000:00:14.0-1`.
  public var bus: String
  /// USB ids, serial number and topology.
  public var identity: DeviceIdentity
  /// What it can deliver, in the driver's order; empty where ``problem`` is set.
  public var formats: [CameraFormat]
  /// Why it cannot be used now, in one line; `nil` when it can.
  public var problem: String?

  /// Makes a description.
  public init(
    node: String, name: String, driver: String = "", bus: String = "", identity: DeviceIdentity = DeviceIdentity(),
    formats: [CameraFormat] = [], problem: String? = nil
  ) {
    self.node = node
    self.name = name
    self.driver = driver
    self.bus = bus
    self.identity = identity
    self.formats = formats
    self.problem = problem
  }

  /// Whether it can be opened and delivers something that can be read.
  public var isUsable: Bool { problem == nil && formats.contains { $0.pixelFormat != nil } }

  /// The specification that finds this camera again after a restart: serial number, else topology, else the node.
  public var stableSpecification: CameraSpecification {
    if let serial = identity.serial { return .usb(serial) }
    if let topology = identity.topology { return .path(topology) }
    return .node(node)
  }

  /// What two nodes of one device have in common.
  var device: String {
    // ID_PATH ends in the USB interface, "…:1.0"; nodes of the same device differ after the last colon only.
    if identity.interfaceNumber != nil, let topology = identity.topology, let colon = topology.lastIndex(of: ":") {
      return String(topology[..<colon])
    }
    return bus.isEmpty ? node : bus
  }
}

/// One pixel format of a camera, with its sizes and rates.
public struct CameraFormat: Hashable, Sendable, Codable {
  /// The driver's four-character code.
  public var fourCC: FourCC
  /// The driver's words for it.
  public var name: String
  /// How frames are handed out; `nil` when they cannot be read.
  public var pixelFormat: PixelFormat?
  /// Whether libv4l makes this format from one that cannot be read directly.
  public var isConverted: Bool
  /// Picture sizes, in the driver's order.
  public var sizes: [CameraSize]

  /// Makes a format.
  public init(fourCC: FourCC, name: String, pixelFormat: PixelFormat?, isConverted: Bool = false, sizes: [CameraSize]) {
    self.fourCC = fourCC
    self.name = name
    self.pixelFormat = pixelFormat
    self.isConverted = isConverted
    self.sizes = sizes
  }
}

/// Picture sizes of a format, and the rates at them.
public struct CameraSize: Hashable, Sendable, Codable {
  /// The smallest size; the only one where ``maximum`` is the same.
  public var minimum: PictureSize
  /// The largest size.
  public var maximum: PictureSize
  /// Distance from one width to the next, and from one height to the next; 1x1 where sizes are continuous.
  public var step: PictureSize
  /// Frame rates: at the size, or at the largest size of a range.
  public var rates: CameraRates

  /// Makes a single size (V4L2: V4L2_FRMSIZE_TYPE_DISCRETE).
  public init(_ size: PictureSize, rates: CameraRates) {
    self.init(minimum: size, maximum: size, step: PictureSize(width: 1, height: 1), rates: rates)
  }

  /// Makes a range of sizes (V4L2: V4L2_FRMSIZE_TYPE_STEPWISE and _CONTINUOUS).
  public init(minimum: PictureSize, maximum: PictureSize, step: PictureSize, rates: CameraRates) {
    self.minimum = minimum
    self.maximum = maximum
    self.step = step
    self.rates = rates
  }

  /// Whether there is only one size.
  public var isDiscrete: Bool { minimum == maximum }

  /// The size of the range that is nearest to `wanted`, not smaller where that can be.
  public func nearest(to wanted: PictureSize) -> PictureSize {
    func fit(_ value: Int, _ low: Int, _ high: Int, _ step: Int) -> Int {
      guard value > low else { return low }
      let step = max(1, step)
      let steps = (min(value, high) - low + step - 1) / step
      let up = low + steps * step
      return up <= high ? up : low + (high - low) / step * step
    }
    return PictureSize(
      width: fit(wanted.width, minimum.width, maximum.width, step.width),
      height: fit(wanted.height, minimum.height, maximum.height, step.height))
  }
}

/// Frame rates at a size.
public enum CameraRates: Hashable, Sendable, Codable {
  /// These, in the driver's order.
  case discrete([FrameRate])
  /// Every one between the two (V4L2 stepwise and continuous intervals).
  case range(slowest: FrameRate, fastest: FrameRate)
  /// The driver does not say.
  case unknown

  /// The highest of them, where the driver says it.
  public var fastest: FrameRate? {
    switch self {
    case .discrete(let rates): rates.max { $0.perSecond < $1.perSecond }
    case .range(_, let fastest): fastest
    case .unknown: nil
    }
  }
}
