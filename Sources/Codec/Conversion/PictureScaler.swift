internal import CFFmpeg
internal import Media

/// Brings any picture into the output's geometry, layout and color: scaled, centered on black, BT.709 limited I420.
@safe struct PictureScaler: ~Copyable {
  /// What the context was made for; another source needs another context.
  private struct Source: Equatable {
    var pixelFormat: Int32
    var size: PictureSize
    /// The size in square pixels of the same area, which is what viewers see.
    var shape: PictureSize
    var color: SampleColor
  }

  private let size: PictureSize
  /// The result of the last ``scale(_:)``; has no memory before the first, as most pictures need no scaling.
  private(set) var output: Picture
  /// The scaled picture without its bars, used where there are bars at the sides.
  private var inner: Picture
  private var context: UnsafeMutableRawPointer?
  private var source: Source?
  private var conversion: ColorConversion?
  private var rows = RowBuffers(width: 2)
  /// Does all the work where there is nothing to scale.
  private var direct: DirectConverter?
  private var offset: (x: Int, y: Int) = (0, 0)
  private var hasSideBars = false
  private var scaledSize = PictureSize(width: 0, height: 0)

  init(to size: PictureSize) throws(CodecError) {
    let output = try Picture()
    let inner = try Picture()
    self.size = size
    self.output = output
    self.inner = inner
  }

  deinit { unsafe cffmpeg_sws_free(context) }

  /// Converts `picture` into ``output``; the work is done on the calling thread.
  /// - Parameter shape: a size of the shape in which it is shown, where its pixels are not square.
  mutating func scale(_ picture: borrowing Picture, shownAs shape: PictureSize? = nil) throws(CodecError) {
    let wanted = Source(
      pixelFormat: unsafe picture.frame.pointee.format, size: picture.size, shape: shape ?? picture.size,
      color: unsafe SampleColor(picture.frame))
    if wanted != source { try prepare(for: wanted) }
    if output.isShared {
      // Whoever holds the last picture keeps it unchanged.
      output = try Picture(size: size)
    }
    if try unsafe convertDirectly(picture.frame) { return }
    if hasSideBars {
      // libswscale writes whole vectors, beyond the right edge into the bar; so it gets memory of its own.
      try unsafe run(on: picture.frame, into: inner.writablePlanes, wanted)
      copyInner()
    } else {
      try unsafe run(on: picture.frame, into: output.writablePlanes?.down(offset.y), wanted)
    }
  }

  /// Whether the picture needed no scaling and is in ``output`` now.
  private func convertDirectly(_ frame: UnsafePointer<AVFrame>) throws(CodecError) -> Bool {
    switch direct {
    case .none: return false
    case .some(let direct):
      guard let planes = unsafe output.writablePlanes else { return false }
      unsafe direct.convert(frame, into: planes)
      return true
    }
  }

  private mutating func run(on frame: UnsafePointer<AVFrame>, into planes: WritablePlanes?, _ wanted: Source)
    throws(CodecError)
  {
    guard let planes = unsafe planes else { return }
    let written = unsafe withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt8>?.self, capacity: 4) { data in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 4) { strides in
        unsafe data.initialize(repeating: nil)
        unsafe strides.initialize(repeating: 0)
        unsafe (data[0], data[1], data[2]) = (planes.luma.start, planes.blue.start, planes.red.start)
        unsafe strides[0] = Int32(planes.luma.bytesPerLine)
        unsafe strides[1] = Int32(planes.blue.bytesPerLine)
        unsafe strides[2] = Int32(planes.red.bytesPerLine)
        return unsafe cffmpeg_sws_scale(context, frame, data.baseAddress, strides.baseAddress)
      }
    }
    try CodecLibrary.check(written) { reason in conversionError(wanted, reason) }
    unsafe conversion?.apply(to: planes, size: scaledSize, rows)
  }

  /// Copies the scaled picture to its place between the bars.
  private func copyInner() {
    guard let source = unsafe inner.writablePlanes, let target = unsafe output.writablePlanes?.down(offset.y) else {
      return
    }
    let (width, height) = (Int32(inner.size.width), Int32(inner.size.height))
    unsafe av_image_copy_plane(
      target.luma.start + offset.x, Int32(target.luma.bytesPerLine), source.luma.start, Int32(source.luma.bytesPerLine),
      width, height)
    unsafe av_image_copy_plane(
      target.blue.start + offset.x / 2, Int32(target.blue.bytesPerLine), source.blue.start,
      Int32(source.blue.bytesPerLine), width / 2, height / 2)
    unsafe av_image_copy_plane(
      target.red.start + offset.x / 2, Int32(target.red.bytesPerLine), source.red.start,
      Int32(source.red.bytesPerLine), width / 2, height / 2)
  }

  /// Makes the scaler for a source and clears what the last one left around the picture.
  private mutating func prepare(for wanted: Source) throws(CodecError) {
    let target = size.letterbox(for: wanted.shape)
    unsafe cffmpeg_sws_free(context)
    unsafe context = nil
    source = nil
    output = try Picture(size: size)
    hasSideBars = false
    direct =
      wanted.size == size && target.size == size
      ? DirectConverter(wanted.pixelFormat, size: wanted.size, color: wanted.color) : nil
    if direct != nil {
      source = wanted
      return
    }
    guard let fresh = unsafe cffmpeg_sws_alloc() else { throw .outOfMemory(what: "a scaler") }
    unsafe context = unsafe fresh
    let layout = SourceLayout(wanted.pixelFormat)
    // libswscale's own steps from one matrix or range to another are slow for YCbCr: it is told that there is nothing
    // to do, and the conversion below does it. RGB needs exact rounding: its fast path has BT.601 factors built in.
    let isFull: Int32 = layout.isConvertedByScaler ? 1 : 0
    let flags = SWS_BILINEAR | (layout.isConvertedByScaler ? SWS_ACCURATE_RND : 0)
    let options: [(String, Int64)] = [
      ("srcw", Int64(wanted.size.width)), ("srch", Int64(wanted.size.height)),
      ("src_format", Int64(layout.pixelFormat)), ("src_range", Int64(isFull)),
      ("dstw", Int64(target.size.width)), ("dsth", Int64(target.size.height)),
      ("dst_format", Int64(AV_PIX_FMT_YUV420P.rawValue)), ("dst_range", 0), ("sws_flags", Int64(flags)),
    ]
    for (name, value) in options {
      try CodecLibrary.check(unsafe cffmpeg_sws_set(fresh, name, value)) { conversionError(wanted, $0) }
    }
    try CodecLibrary.check(unsafe cffmpeg_sws_init(fresh)) { conversionError(wanted, $0) }
    _ = unsafe cffmpeg_sws_set_matrices(fresh, SWS_CS_ITU709, isFull, SWS_CS_ITU709, 0)
    conversion =
      layout.isConvertedByScaler ? nil : ColorConversion(from: wanted.color)
    rows = RowBuffers(width: target.size.width)
    scaledSize = target.size
    offset = (target.x, target.y)
    hasSideBars = target.size.width < size.width
    if hasSideBars { inner = try Picture(size: target.size) }
    source = wanted
  }

  private func conversionError(_ source: Source, _ reason: String) -> CodecError {
    let name = unsafe av_get_pix_fmt_name(AVPixelFormat(source.pixelFormat)).map { unsafe String(cString: $0) }
    return .unsupportedConversion(
      from: "\(source.size) \(name ?? "of an unknown format")", to: "\(size)", reason: reason)
  }
}

/// What the scaler has to know of a pixel format.
private struct SourceLayout {
  /// The format without the range that the old "J" formats carry in their name.
  let pixelFormat: Int32
  /// RGB, palettes and gray, whose range and matrix libswscale handles itself.
  let isConvertedByScaler: Bool

  init(_ format: Int32) {
    pixelFormat =
      switch AVPixelFormat(format) {
      case AV_PIX_FMT_YUVJ420P: AV_PIX_FMT_YUV420P.rawValue
      case AV_PIX_FMT_YUVJ422P: AV_PIX_FMT_YUV422P.rawValue
      case AV_PIX_FMT_YUVJ440P: AV_PIX_FMT_YUV440P.rawValue
      case AV_PIX_FMT_YUVJ444P: AV_PIX_FMT_YUV444P.rawValue
      case AV_PIX_FMT_YUVJ411P: AV_PIX_FMT_YUV411P.rawValue
      default: format
      }
    let descriptor = unsafe av_pix_fmt_desc_get(AVPixelFormat(format))
    isConvertedByScaler =
      unsafe descriptor.map {
        unsafe $0.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) != 0 || $0.pointee.nb_components < 3
      } ?? false
  }
}
