internal import CV4L
internal import Media

extension VideoDevice {
  /// How many entries of one kind are asked for: a driver whose list never ends must not hang the program.
  private static var mostEntries: UInt32 { 256 }

  /// The formats of the node with sizes and rates (V4L2: VIDIOC_ENUM_FMT).
  /// - Parameter emulated: lists what libv4l makes instead of what the driver delivers.
  func formats(emulated: Bool = false) -> [CameraFormat] {
    var formats: [CameraFormat] = []
    for index in 0..<Self.mostEntries {
      var entry = v4l2_fmtdesc()
      entry.index = index
      entry.type = cv4l_buf_type_video_capture
      guard control(cv4l_enum_fmt, &entry) == nil else { break }
      guard (entry.flags & UInt32(V4L2_FMT_FLAG_EMULATED) != 0) == emulated else { continue }
      let fourCC = FourCC(code: entry.pixelformat)
      formats.append(
        CameraFormat(
          fourCC: fourCC, name: text(inFixedArray: entry.description), pixelFormat: fourCC.pixelFormat,
          isConverted: emulated, sizes: sizes(of: fourCC)))
    }
    return formats
  }

  /// The sizes of a format (V4L2: VIDIOC_ENUM_FRAMESIZES); the present one where the driver cannot list them.
  private func sizes(of format: FourCC) -> [CameraSize] {
    var sizes: [CameraSize] = []
    for index in 0..<Self.mostEntries {
      var entry = v4l2_frmsizeenum()
      entry.index = index
      entry.pixel_format = format.code
      guard control(cv4l_enum_framesizes, &entry) == nil else { break }
      guard entry.type == V4L2_FRMSIZE_TYPE_DISCRETE.rawValue else {
        // A range is one entry, and the last.
        let range = entry.stepwise
        let low = PictureSize(width: Int(range.min_width), height: Int(range.min_height))
        let high = PictureSize(width: Int(range.max_width), height: Int(range.max_height))
        let step = PictureSize(width: max(1, Int(range.step_width)), height: max(1, Int(range.step_height)))
        guard low.isPlausible, high.isPlausible, low.width <= high.width, low.height <= high.height else { break }
        sizes.append(CameraSize(minimum: low, maximum: high, step: step, rates: rates(of: format, at: high)))
        break
      }
      let size = PictureSize(width: Int(entry.discrete.width), height: Int(entry.discrete.height))
      guard size.isPlausible, !sizes.contains(where: { $0.minimum == size && $0.isDiscrete }) else { continue }
      sizes.append(CameraSize(size, rates: rates(of: format, at: size)))
    }
    if sizes.isEmpty, let size = presentSize() { sizes.append(CameraSize(size, rates: rates(of: format, at: size))) }
    return sizes
  }

  private func presentSize() -> PictureSize? {
    var format = unsafe v4l2_format()
    unsafe format.type = cv4l_buf_type_video_capture
    guard unsafe control(cv4l_g_fmt, &format) == nil else { return nil }
    let size = unsafe PictureSize(width: Int(format.fmt.pix.width), height: Int(format.fmt.pix.height))
    return size.isPlausible ? size : nil
  }

  /// The rates of a format at a size (V4L2: VIDIOC_ENUM_FRAMEINTERVALS).
  private func rates(of format: FourCC, at size: PictureSize) -> CameraRates {
    var rates: [FrameRate] = []
    for index in 0..<Self.mostEntries {
      var entry = v4l2_frmivalenum()
      entry.index = index
      entry.pixel_format = format.code
      entry.width = UInt32(size.width)
      entry.height = UInt32(size.height)
      guard control(cv4l_enum_frameintervals, &entry) == nil else { break }
      guard entry.type == V4L2_FRMIVAL_TYPE_DISCRETE.rawValue else {
        let range = entry.stepwise
        guard let slowest = FrameRate(interval: range.max) ?? FrameRate(1, per: 1),
          let fastest = FrameRate(interval: range.min) ?? FrameRate(120), slowest <= fastest
        else { return .unknown }
        return .range(slowest: slowest, fastest: fastest)
      }
      if let rate = FrameRate(interval: entry.discrete), !rates.contains(rate) { rates.append(rate) }
    }
    return rates.isEmpty ? .unknown : .discrete(rates)
  }
}

extension FrameRate {
  /// The rate whose frames are `interval` seconds apart; `nil` for what no camera has.
  init?(interval: v4l2_fract) {
    guard let above = Int32(exactly: interval.denominator), let below = Int32(exactly: interval.numerator) else {
      return nil
    }
    self.init(above, per: below)
  }
}

extension PictureSize {
  /// Whether a driver may mean it: drivers without a signal list 0x0, and broken ones numbers beyond any sensor.
  var isPlausible: Bool { (1...32_768).contains(width) && (1...32_768).contains(height) }
}
