internal import Media

/// A picture in memory, I420 without padding, with the few drawing operations that the test sources need.
///
/// Rectangles are clipped to the picture; their edges are rounded down to even positions, where chroma samples lie.
struct I420Picture {
  /// One colour as Y, U, V in BT.709 limited range.
  struct Color: Equatable {
    var y, u, v: UInt8
    static let black = Color(y: 16, u: 128, v: 128)
    static let white = Color(y: 235, u: 128, v: 128)

    /// The color of full-range R'G'B' values from 0 to 1 (ITU-R BT.709-6 §3).
    init(red: Double, green: Double, blue: Double) {
      let luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
      y = UInt8((16 + 219 * luma).rounded())
      u = UInt8((128 + 224 * (blue - luma) / 1.8556).rounded())
      v = UInt8((128 + 224 * (red - luma) / 1.5748).rounded())
    }

    init(y: UInt8, u: UInt8, v: UInt8) { (self.y, self.u, self.v) = (y, u, v) }
  }

  /// A part of the picture.
  struct Area: Equatable {
    var x, y, width, height: Int
  }

  let width: Int
  let height: Int
  private(set) var bytes: [UInt8]

  init(_ size: PictureSize, filledWith color: Color = .black) {
    (width, height) = (size.width, size.height)
    let chroma = width / 2 * (height / 2)
    bytes = [UInt8](repeating: color.y, count: width * height + 2 * chroma)
    for index in 0..<chroma {
      bytes[width * height + index] = color.u
      bytes[width * height + chroma + index] = color.v
    }
  }

  /// Where a plane begins, how long its rows are, and by how much it is smaller than the luma plane.
  private struct Plane {
    var offset, stride, divisor: Int
  }

  private var planes: (y: Plane, u: Plane, v: Plane) {
    let luma = width * height
    return (
      Plane(offset: 0, stride: width, divisor: 1), Plane(offset: luma, stride: width / 2, divisor: 2),
      Plane(offset: luma + width / 2 * (height / 2), stride: width / 2, divisor: 2)
    )
  }

  private func clip(_ area: Area) -> Area {
    let (left, top) = (min(max(0, area.x), width) & ~1, min(max(0, area.y), height) & ~1)
    let (right, bottom) = (min(max(0, area.x + area.width), width) & ~1, min(max(0, area.y + area.height), height) & ~1)
    return Area(x: left, y: top, width: max(0, right - left), height: max(0, bottom - top))
  }

  /// Fills a rectangle with one color.
  mutating func fill(_ area: Area, with color: Color) {
    let (y, u, v) = planes
    let area = clip(area)
    for (plane, value) in [(y, color.y), (u, color.u), (v, color.v)] {
      fill(area, of: plane, with: value)
    }
  }

  /// Fills a rectangle's luma alone: for what stays gray.
  mutating func fillLuma(_ area: Area, with value: UInt8) { fill(clip(area), of: planes.y, with: value) }

  private mutating func fill(_ area: Area, of plane: Plane, with value: UInt8) {
    let width = area.width / plane.divisor
    let first = plane.offset + area.y / plane.divisor * plane.stride + area.x / plane.divisor
    unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      for row in 0..<(area.height / plane.divisor) {
        let start = first + row * plane.stride
        unsafe bytes[start..<(start + width)].update(repeating: value)
      }
    }
  }

  /// Copies a rectangle of `source`, starting `shift` columns to the right there; `source` must reach that far.
  mutating func copy(_ area: Area, from source: I420Picture, atX sourceX: Int, y sourceY: Int) {
    let area = clip(area)
    let (from, to) = (source.planes, planes)
    guard sourceX >= 0, sourceY >= 0, sourceX + area.width <= source.width, sourceY + area.height <= source.height
    else { return }
    unsafe bytes.withUnsafeMutableBufferPointer { target in
      unsafe source.bytes.withUnsafeBufferPointer { origin in
        for (from, to) in [(from.y, to.y), (from.u, to.u), (from.v, to.v)] {
          let width = area.width / to.divisor
          for row in 0..<(area.height / to.divisor) {
            let read = from.offset + (sourceY / from.divisor + row) * from.stride + sourceX / from.divisor
            let write = to.offset + (area.y / to.divisor + row) * to.stride + area.x / to.divisor
            _ = unsafe target[write..<(write + width)].update(fromContentsOf: origin[read..<(read + width)])
          }
        }
      }
    }
  }

  /// The color at a pixel.
  func color(x: Int, y: Int) -> Color {
    let chroma = y / 2 * (width / 2) + x / 2
    return Color(y: bytes[y * width + x], u: bytes[planes.u.offset + chroma], v: bytes[planes.v.offset + chroma])
  }
}
