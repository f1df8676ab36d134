internal import CFFmpeg
internal import Media

/// Brings the layouts that cameras give into BT.709 limited I420 of the same size, in one pass over the picture.
///
/// Two rows of luma and the row of chroma they share are worked on while they are in the first-level cache.
/// libswscale takes several passes for the same. The inner loops are written so that the compiler makes vectors of them.
@safe struct DirectConverter: ~Copyable {
  /// How the samples lie.
  fileprivate enum Layout {
    /// Y, Cb and Cr planes; `chromaRows` rows of chroma for two of luma.
    case planar(chromaRows: Int)
    case nv12
    /// Y and chroma in turns; `lumaShift` is the place of Y in its pair of bytes.
    case packed(lumaShift: UInt16)
  }

  private let layout: Layout
  private let size: PictureSize
  private let color: ColorConversion?
  private let rows: RowBuffers

  /// A converter for pictures of `size`, even in both directions; `nil` for layouts that are not a camera's.
  init?(_ pixelFormat: Int32, size: PictureSize, color: SampleColor) {
    guard size.width.isMultiple(of: 2), size.height.isMultiple(of: 2), size.width > 0, size.height > 0 else {
      return nil
    }
    switch AVPixelFormat(pixelFormat) {
    case AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P: layout = .planar(chromaRows: 1)
    case AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUVJ422P: layout = .planar(chromaRows: 2)
    case AV_PIX_FMT_NV12: layout = .nv12
    case AV_PIX_FMT_YUYV422: layout = .packed(lumaShift: 0)
    case AV_PIX_FMT_UYVY422: layout = .packed(lumaShift: 8)
    default: return nil
    }
    self.size = size
    self.color = ColorConversion(from: color)
    rows = RowBuffers(width: size.width)
  }

  /// Converts a whole picture; `frame` has the layout and the size that this was made for.
  func convert(_ frame: UnsafePointer<AVFrame>, into planes: WritablePlanes) {
    for row in 0..<size.height / 2 {
      guard let source = unsafe SourceRows(frame, row: row, layout) else { return }
      unsafe gatherChroma(source)
      let target = unsafe planes.down(row * 2)
      let (blue, red) = unsafe (target.blue.start, target.red.start)
      if let color {
        unsafe color.convertChroma(rows, blue, red, count: size.width / 2)
      } else {
        unsafe rows.storeChroma(blue, red, count: size.width / 2)
      }
      for line in 0..<2 {
        let luma = unsafe lumaRow(source, line)
        let out = unsafe target.luma.start + line * target.luma.bytesPerLine
        if let color {
          unsafe color.convertLuma(luma, rows.offsets, into: out, count: size.width)
        } else {
          unsafe out.update(from: luma, count: size.width)
        }
      }
    }
  }

  /// Leaves Cb and Cr of a row, less 128, in the buffers.
  private func gatherChroma(_ source: SourceRows) {
    let count = size.width / 2
    switch layout {
    case .planar(let chromaRows):
      let below = chromaRows - 1
      unsafe rows.average(source.blue, source.blue + below * source.blueLine, into: rows.blue, count)
      unsafe rows.average(source.red, source.red + below * source.redLine, into: rows.red, count)
    case .nv12: unsafe rows.split(source.blue, count: count)
    case .packed(let lumaShift):
      unsafe rows.averagePacked(source.luma, source.luma + source.lumaLine, shift: 8 - lumaShift, count: size.width)
      unsafe rows.split(rows.bytes, count: count)
    }
  }

  private func lumaRow(_ source: SourceRows, _ line: Int) -> UnsafePointer<UInt8> {
    let start = unsafe source.luma + line * source.lumaLine
    guard case .packed(let lumaShift) = layout else { return unsafe start }
    unsafe rows.unpack(start, shift: lumaShift, count: size.width)
    return unsafe UnsafePointer(rows.bytes)
  }
}

/// Where two rows of luma and their chroma begin.
@unsafe private struct SourceRows {
  let luma: UnsafePointer<UInt8>
  let blue: UnsafePointer<UInt8>
  let red: UnsafePointer<UInt8>
  let lumaLine: Int
  let blueLine: Int
  let redLine: Int

  init?(_ frame: UnsafePointer<AVFrame>, row: Int, _ layout: DirectConverter.Layout) {
    let (planes, lines) = unsafe (frame.pointee.data, frame.pointee.linesize)
    guard let first = unsafe planes.0 else { return nil }
    unsafe luma = unsafe UnsafePointer(first) + 2 * row * Int(lines.0)
    unsafe (lumaLine, blueLine, redLine) = (Int(lines.0), Int(lines.1), Int(lines.2))
    switch layout {
    case .packed: unsafe (blue, red) = unsafe (luma, luma)
    case .nv12:
      guard let second = unsafe planes.1 else { return nil }
      unsafe blue = unsafe UnsafePointer(second) + row * blueLine
      unsafe red = unsafe blue
    case .planar(let chromaRows):
      guard let second = unsafe planes.1, let third = unsafe planes.2 else { return nil }
      unsafe blue = unsafe UnsafePointer(second) + row * chromaRows * blueLine
      unsafe red = unsafe UnsafePointer(third) + row * chromaRows * redLine
    }
  }
}
