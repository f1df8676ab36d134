internal import CFFmpeg
public import Media

/// A raw picture: planes of samples in libavutil's reference-counted memory, or lent by a device for a call.
///
/// Pictures made here and by ``FrameConverter`` are I420 with BT.709 limited range, which is what ``H264Encoder``
/// takes; ``VideoFileReader`` gives what the file has.
@safe public struct Picture: ~Copyable {
  let frame: UnsafeMutablePointer<AVFrame>
  /// The memory belongs to somebody who wants it back at the end of the call.
  private(set) var isLent = false

  /// Makes a black I420 picture that owns its memory.
  public init(size: PictureSize) throws(CodecError) {
    let frame = try unsafe Self.allocate()
    unsafe frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue
    unsafe frame.pointee.width = Int32(clamping: size.width)
    unsafe frame.pointee.height = Int32(clamping: size.height)
    unsafe frame.pointee.colorspace = AVCOL_SPC_BT709
    unsafe frame.pointee.color_range = AVCOL_RANGE_MPEG
    guard unsafe av_frame_get_buffer(frame, 0) >= 0 else {
      var frame: UnsafeMutablePointer<AVFrame>? = unsafe frame
      unsafe av_frame_free(&frame)
      throw .outOfMemory(what: "a picture of \(size)")
    }
    unsafe self.frame = unsafe frame
    for (plane, black) in [(0, UInt8(16)), (1, 128), (2, 128)] {
      fill(plane, with: black)
    }
  }

  /// Makes an empty picture for a decoder to fill.
  init() throws(CodecError) {
    unsafe frame = try unsafe Self.allocate()
  }

  private static func allocate() throws(CodecError) -> UnsafeMutablePointer<AVFrame> {
    CodecLibrary.silence()
    guard let frame = unsafe av_frame_alloc() else { throw .outOfMemory(what: "a picture") }
    return unsafe frame
  }

  deinit {
    var frame: UnsafeMutablePointer<AVFrame>? = unsafe frame
    unsafe av_frame_free(&frame)
  }

  /// The picture's geometry.
  public var size: PictureSize {
    unsafe PictureSize(width: Int(frame.pointee.width), height: Int(frame.pointee.height))
  }

  /// Whether the samples are I420, so that the planes may be looked at.
  public var isI420: Bool { unsafe frame.pointee.format == AV_PIX_FMT_YUV420P.rawValue }

  /// Whether it needs no conversion: I420, BT.709, limited range.
  var isBroadcastReady: Bool {
    unsafe isI420 && SampleColor(frame) == SampleColor(matrix: .bt709, range: .limited)
  }

  /// Lends the bytes of a plane of an I420 picture for reading: 0 is Y, 1 is U, 2 is V.
  ///
  /// Rows begin `bytesPerLine` apart. `nil`, without calling `body`, where there is no such plane.
  public func withPlane<R>(_ plane: Int, _ body: (_ bytes: RawSpan, _ bytesPerLine: Int) throws -> R) rethrows -> R? {
    guard let (start, bytesPerLine, count) = unsafe memory(of: plane) else { return nil }
    return try body(unsafe RawSpan(_unsafeStart: start, byteCount: count), bytesPerLine)
  }

  /// Lends the bytes of a plane of an I420 picture for drawing: 0 is Y, 1 is U, 2 is V.
  ///
  /// `nil`, without calling `body`, where there is no such plane or where the memory is only lent.
  public mutating func withMutablePlane<R>(
    _ plane: Int, _ body: (_ bytes: inout MutableRawSpan, _ bytesPerLine: Int) throws -> R
  ) throws -> R? {
    guard !isLent else { return nil }
    // An encoder may still read the samples of the last call: it keeps those, this picture gets others.
    guard unsafe av_frame_make_writable(frame) >= 0 else { throw CodecError.outOfMemory(what: "a picture") }
    guard let (start, bytesPerLine, count) = unsafe memory(of: plane) else { return nil }
    var bytes = unsafe MutableRawSpan(_unsafeStart: start, byteCount: count)
    return try body(&bytes, bytesPerLine)
  }

  private func fill(_ plane: Int, with value: UInt8) {
    guard let (start, _, count) = unsafe memory(of: plane) else { return }
    unsafe start.initialize(repeating: value, count: count)
  }

  private func memory(of plane: Int) -> (start: UnsafeMutablePointer<UInt8>, bytesPerLine: Int, count: Int)? {
    guard isI420, plane >= 0, plane < 3 else { return nil }
    let (pointer, line) =
      switch plane {
      case 0: unsafe (frame.pointee.data.0, frame.pointee.linesize.0)
      case 1: unsafe (frame.pointee.data.1, frame.pointee.linesize.1)
      default: unsafe (frame.pointee.data.2, frame.pointee.linesize.2)
      }
    guard let pointer = unsafe pointer, line > 0 else { return nil }
    let rows = plane == 0 ? size.height : (size.height + 1) / 2
    let columns = plane == 0 ? size.width : (size.width + 1) / 2
    // The last row may end where the lent memory ends, so its padding does not count.
    return unsafe (pointer, Int(line), rows == 0 ? 0 : Int(line) * (rows - 1) + columns)
  }
}

extension Picture {
  /// Points the picture at memory that the caller lends until ``endLoan()``.
  ///
  /// - Parameter isCounted: wraps the memory in a reference-counted buffer, which an encoder needs and a conversion
  ///   does not.
  mutating func lend(_ memory: UnsafeRawBufferPointer, as layout: RawLayout, isCounted: Bool) throws(CodecError) {
    endLoan()
    guard memory.count >= layout.frameBytes, let start = memory.baseAddress else {
      throw .frameTooShort(expectedBytes: layout.frameBytes, bytes: memory.count)
    }
    // libavutil's planes are mutable by type; nothing writes through a frame whose buffer is marked read-only.
    let bytes = unsafe UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self))
    unsafe frame.pointee.format = layout.pixelFormat.rawValue
    unsafe frame.pointee.width = Int32(clamping: layout.size.width)
    unsafe frame.pointee.height = Int32(clamping: layout.size.height)
    layout.color.apply(to: self)
    unsafe frame.pointee.data.0 = bytes
    unsafe frame.pointee.linesize.0 = Int32(clamping: layout.bytesPerLine)
    if layout.planes > 1 {
      unsafe frame.pointee.data.1 = bytes + layout.secondPlane
      unsafe frame.pointee.linesize.1 = Int32(clamping: layout.chromaBytesPerLine)
    }
    if layout.planes > 2 {
      unsafe frame.pointee.data.2 = bytes + layout.thirdPlane
      unsafe frame.pointee.linesize.2 = Int32(clamping: layout.chromaBytesPerLine)
    }
    isLent = true
    guard isCounted else { return }
    let nothingToFree: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt8>?) -> Void = { _, _ in }
    guard
      let buffer = unsafe av_buffer_create(bytes, memory.count, nothingToFree, nil, AV_BUFFER_FLAG_READONLY)
    else {
      endLoan()
      throw .outOfMemory(what: "a picture")
    }
    unsafe frame.pointee.buf.0 = buffer
  }

  /// The planes of an I420 picture that this module made and may draw into.
  var writablePlanes: WritablePlanes? {
    guard !isLent, isI420, let luma = unsafe frame.pointee.data.0, let blue = unsafe frame.pointee.data.1,
      let red = unsafe frame.pointee.data.2
    else { return nil }
    return unsafe WritablePlanes(
      luma: (luma, Int(frame.pointee.linesize.0)), blue: (blue, Int(frame.pointee.linesize.1)),
      red: (red, Int(frame.pointee.linesize.2)))
  }

  /// Lets go of lent memory.
  mutating func endLoan() {
    guard isLent else { return }
    unsafe av_frame_unref(frame)
    isLent = false
  }

  /// A copy that owns its memory; for pictures in I420.
  public func copy() throws(CodecError) -> Picture {
    let copy = try Picture(size: size)
    try CodecLibrary.check(unsafe av_frame_copy(copy.frame, frame)) { _ in .outOfMemory(what: "a picture") }
    return copy
  }

  /// Whether somebody else still refers to the samples.
  var isShared: Bool {
    guard let buffer = unsafe frame.pointee.buf.0 else { return false }
    return unsafe av_buffer_get_ref_count(buffer) > 1
  }
}
