internal import CFFmpeg
internal import Media

/// Takes pictures into the memory of a VA-API device.
@safe struct HardwareUpload: ~Copyable {
  private let frames: UnsafeMutablePointer<AVBufferRef>
  private let staging: Picture

  /// Opens the machine's default device and makes a pool of surfaces.
  init(_ options: EncoderOptions, _ size: PictureSize) throws(CodecError) {
    func refused(_ reason: String) -> CodecError { .encoderRefused(name: options.name, reason: reason) }
    let staging = try Picture()
    var device: UnsafeMutablePointer<AVBufferRef>?
    let opened = unsafe av_hwdevice_ctx_create(&device, AV_HWDEVICE_TYPE_VAAPI, nil, nil, 0)
    try CodecLibrary.check(opened) { refused("no VA-API device can be opened (\($0))") }
    defer { unsafe av_buffer_unref(&device) }
    var pool: UnsafeMutablePointer<AVBufferRef>? = unsafe device.flatMap { unsafe av_hwframe_ctx_alloc($0) }
    guard let frames = unsafe pool, let data = unsafe frames.pointee.data else {
      throw .outOfMemory(what: "an encoder")
    }
    unsafe data.withMemoryRebound(to: AVHWFramesContext.self, capacity: 1) { context in
      unsafe context.pointee.format = options.pixelFormat
      unsafe context.pointee.sw_format = AV_PIX_FMT_NV12
      unsafe context.pointee.width = Int32(size.width)
      unsafe context.pointee.height = Int32(size.height)
      unsafe context.pointee.initial_pool_size = 8
    }
    let made = unsafe av_hwframe_ctx_init(frames)
    if made < 0 {
      unsafe av_buffer_unref(&pool)
      throw refused(CodecLibrary.reason(made))
    }
    self.staging = staging
    unsafe self.frames = unsafe frames
  }

  deinit {
    var frames: UnsafeMutablePointer<AVBufferRef>? = unsafe frames
    unsafe av_buffer_unref(&frames)
  }

  /// A new reference to the pool, for the encoder's context to own.
  func makeFramesReference() -> UnsafeMutablePointer<AVBufferRef>? { unsafe av_buffer_ref(frames) }

  /// Copies `picture`, I420, into a surface that `target` then refers to.
  func upload(_ picture: borrowing Picture, into target: borrowing Picture) throws(CodecError) {
    try Self.copyAsNV12(picture, into: staging)
    var result = unsafe av_hwframe_get_buffer(frames, target.frame, 0)
    if result >= 0 { result = unsafe av_hwframe_transfer_data(target.frame, staging.frame, 0) }
    try CodecLibrary.check(result) { .encodingFailed(encoder: "h264_vaapi", reason: $0) }
    unsafe av_frame_copy_props(target.frame, picture.frame)
  }

  /// Makes `target` an NV12 copy of the I420 picture.
  static func copyAsNV12(_ picture: borrowing Picture, into target: borrowing Picture) throws(CodecError) {
    let (width, height) = (picture.size.width, picture.size.height)
    let isReusable =
      unsafe target.frame.pointee.format == AV_PIX_FMT_NV12.rawValue && target.size == picture.size
      && av_frame_is_writable(target.frame) > 0
    if !isReusable {
      unsafe av_frame_unref(target.frame)
      unsafe target.frame.pointee.format = AV_PIX_FMT_NV12.rawValue
      unsafe target.frame.pointee.width = Int32(width)
      unsafe target.frame.pointee.height = Int32(height)
      guard unsafe av_frame_get_buffer(target.frame, 0) >= 0 else { throw .outOfMemory(what: "a picture") }
      unsafe av_frame_copy_props(target.frame, picture.frame)
    }
    guard let luma = unsafe picture.frame.pointee.data.0, let blue = unsafe picture.frame.pointee.data.1,
      let red = unsafe picture.frame.pointee.data.2, let targetLuma = unsafe target.frame.pointee.data.0,
      let targetChroma = unsafe target.frame.pointee.data.1
    else { throw .wrongPicture(expected: "I420", actual: "another format") }
    unsafe av_image_copy_plane(
      targetLuma, target.frame.pointee.linesize.0, luma, picture.frame.pointee.linesize.0, Int32(width), Int32(height))
    for row in 0..<(height + 1) / 2 {
      let blueRow = unsafe blue + row * Int(picture.frame.pointee.linesize.1)
      let redRow = unsafe red + row * Int(picture.frame.pointee.linesize.2)
      let line = unsafe targetChroma + row * Int(target.frame.pointee.linesize.1)
      for column in 0..<(width + 1) / 2 {
        unsafe line[2 &* column] = blueRow[column]
        unsafe line[2 &* column &+ 1] = redRow[column]
      }
    }
  }
}
