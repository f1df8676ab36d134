internal import CV4L
internal import Glibc
internal import Media

extension VideoDevice {
  /// Sets format and size, and tells what the driver made of it (V4L2: VIDIOC_S_FMT).
  func setFormat(_ mode: CameraMode) throws(DeviceError) -> VideoFormat {
    var request = unsafe v4l2_format()
    unsafe request.type = cv4l_buf_type_video_capture
    unsafe request.fmt.pix.width = UInt32(mode.size.width)
    unsafe request.fmt.pix.height = UInt32(mode.size.height)
    unsafe request.fmt.pix.pixelformat = mode.fourCC.code
    unsafe request.fmt.pix.field = cv4l_field_none
    if let number = unsafe control(cv4l_s_fmt, &request) {
      guard number != EINVAL else { throw .unsupported(.camera, device: node, what: "cannot deliver \(mode)") }
      throw .from(errno: number, call: "VIDIOC_S_FMT", kind: .camera, device: node)
    }
    let given = unsafe request.fmt.pix
    let fourCC = FourCC(code: given.pixelformat)
    guard fourCC == mode.fourCC else {
      throw .unsupported(.camera, device: node, what: "delivers \(fourCC) instead of \(mode.fourCC)")
    }
    let size = PictureSize(width: Int(given.width), height: Int(given.height))
    guard size.isPlausible else {
      throw .unsupported(.camera, device: node, what: "delivers an impossible size (\(size))")
    }
    let tight = mode.pixelFormat.tightBytesPerLine(width: size.width)
    let color = CameraColor(
      mode.pixelFormat, colorspace: given.colorspace, encoding: given.ycbcr_enc, quantization: given.quantization)
    return VideoFormat(
      pixelFormat: mode.pixelFormat, size: size,
      bytesPerLine: mode.pixelFormat.isCompressed ? 0 : max(tight, Int(given.bytesperline)),
      matrix: color.matrix, range: color.range, frameRate: mode.frameRate)
  }

  /// Sets the rate, and tells what the driver made of it; `nil` where it has no say (V4L2: VIDIOC_S_PARM).
  func setFrameRate(_ rate: FrameRate) throws(DeviceError) -> FrameRate? {
    var request = v4l2_streamparm()
    request.type = cv4l_buf_type_video_capture
    unsafe request.parm.capture.timeperframe = v4l2_fract(
      numerator: UInt32(rate.denominator), denominator: UInt32(rate.numerator))
    if let number = control(cv4l_s_parm, &request) {
      // Drivers that run at one rate do not know the call, or refuse every value.
      guard number != ENOTTY && number != EINVAL else { return nil }
      throw .from(errno: number, call: "VIDIOC_S_PARM", kind: .camera, device: node)
    }
    guard unsafe request.parm.capture.capability & UInt32(V4L2_CAP_TIMEPERFRAME) != 0 else { return nil }
    return unsafe FrameRate(interval: request.parm.capture.timeperframe)
  }

  /// Hands a buffer to the driver to be filled (V4L2: VIDIOC_QBUF).
  func queue(_ index: Int) throws(DeviceError) {
    var buffer = unsafe v4l2_buffer()
    unsafe buffer.index = UInt32(index)
    unsafe buffer.type = cv4l_buf_type_video_capture
    unsafe buffer.memory = cv4l_memory_mmap
    try unsafe require(cv4l_qbuf, "VIDIOC_QBUF", &buffer)
  }
}
