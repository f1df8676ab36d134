internal import CFFmpeg
internal import Media

/// Makes one whole picture of the two fields of an interlaced one.
///
/// The first field stays as it is. Each sample of the second one stays as far as it lies between those above and below
/// it, else the nearer of them takes its place: what stands still keeps its detail, and what moves has no combs.
@safe struct Deinterlacer: ~Copyable {
  /// The result of the last ``run(_:)``.
  private(set) var output: Picture

  init() throws(CodecError) { output = try Picture() }

  /// Deinterlaces `picture`, of any layout in whole bytes, into ``output``; what has another layout is taken as it is.
  mutating func run(_ picture: borrowing Picture) throws(CodecError) {
    let (source, target) = unsafe (picture.frame, output.frame)
    unsafe av_frame_unref(target)
    let format = unsafe AVPixelFormat(source.pointee.format)
    guard let layout = unsafe av_pix_fmt_desc_get(format), let isWide = unsafe Self.isWide(layout) else {
      try CodecLibrary.check(unsafe av_frame_ref(target, source)) { _ in .outOfMemory(what: "a picture") }
      return
    }
    unsafe target.pointee.format = source.pointee.format
    unsafe target.pointee.width = source.pointee.width
    unsafe target.pointee.height = source.pointee.height
    try CodecLibrary.check(unsafe av_frame_get_buffer(target, 0)) { _ in .outOfMemory(what: "a picture") }
    unsafe av_frame_copy_props(target, source)
    let first = unsafe cffmpeg_is_top_first(source) != 0 ? 0 : 1
    let height = unsafe Int(source.pointee.height)
    for plane in 0..<Int(av_pix_fmt_count_planes(format)) {
      let isChroma = plane == 1 || plane == 2
      let rows =
        isChroma
        ? unsafe (height + (1 << Int(layout.pointee.log2_chroma_h)) - 1) >> Int(layout.pointee.log2_chroma_h) : height
      let bytes = Int(unsafe av_image_get_linesize(format, source.pointee.width, Int32(plane)))
      guard let from = unsafe Self.plane(plane, of: source), let to = unsafe Self.plane(plane, of: target), bytes > 0
      else { continue }
      for row in 0..<rows {
        let line = unsafe from.start + row * from.line
        let out = unsafe to.start + row * to.line
        if row % 2 == first {
          unsafe out.update(from: line, count: bytes)
        } else if row == 0 || row == rows - 1 {
          let neighbor = unsafe rows == 1 ? 0 : (row == 0 ? from.line : -from.line)
          unsafe out.update(from: line + neighbor, count: bytes)
        } else if isWide {
          unsafe Self.median(
            Self.wide(line - from.line), Self.wide(line), Self.wide(line + from.line), into: Self.wide(out), bytes / 2)
        } else {
          unsafe Self.median(line - from.line, line, line + from.line, into: out, bytes)
        }
      }
    }
  }

  /// Whether samples take two bytes each; `nil` where they do not fill whole bytes, or are not in memory.
  private static func isWide(_ layout: UnsafePointer<AVPixFmtDescriptor>) -> Bool? {
    let others = UInt64(AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BE)
    guard unsafe layout.pointee.flags & others == 0 else { return nil }
    let depth = unsafe layout.pointee.comp.0.depth
    return depth == 8 ? false : (9...16).contains(depth) ? true : nil
  }

  private static func plane(
    _ index: Int, of frame: UnsafeMutablePointer<AVFrame>
  ) -> (start: UnsafeMutablePointer<UInt8>, line: Int)? {
    let (data, lines) = unsafe (frame.pointee.data, frame.pointee.linesize)
    let (start, line) =
      switch index {
      case 0: unsafe (data.0, lines.0)
      case 1: unsafe (data.1, lines.1)
      case 2: unsafe (data.2, lines.2)
      default: unsafe (data.3, lines.3)
      }
    return unsafe start.map { unsafe ($0, Int(line)) }
  }

  private static func wide(_ bytes: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt16> {
    unsafe UnsafeMutableRawPointer(bytes).assumingMemoryBound(to: UInt16.self)
  }

  /// The middle one of three samples, for a row of them.
  @inline(__always)
  private static func median<Sample: FixedWidthInteger>(
    _ above: UnsafeMutablePointer<Sample>, _ here: UnsafeMutablePointer<Sample>,
    _ below: UnsafeMutablePointer<Sample>, into out: UnsafeMutablePointer<Sample>, _ count: Int
  ) {
    for index in 0..<count {
      let (a, b) = unsafe (above[index], below[index])
      unsafe out[index] = max(min(a, b), min(max(a, b), here[index]))
    }
  }
}
