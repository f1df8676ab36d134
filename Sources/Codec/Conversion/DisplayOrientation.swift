internal import CFFmpeg
public import Media

/// How a picture has to be turned to stand upright, as a display matrix says (ISO/IEC 14496-12 §6.2.2).
public struct DisplayOrientation: Hashable, Sendable {
  /// Quarter turns clockwise, 0 to 3.
  public let quarterTurns: Int
  /// Whether left and right change places first.
  public let isMirrored: Bool

  /// A picture that stands as it is.
  public static let upright = DisplayOrientation(quarterTurns: 0)

  /// Makes an orientation; any number of turns.
  public init(quarterTurns: Int, isMirrored: Bool = false) {
    self.quarterTurns = (quarterTurns % 4 + 4) % 4
    self.isMirrored = isMirrored
  }

  /// Reads the four numbers of a display matrix that turn, in any scale: `x' = a x + c y`, `y' = b x + d y`.
  ///
  /// What lies between two quarter turns counts as the nearer one; a matrix without area turns nothing.
  public init(a: Int32, b: Int32, c: Int32, d: Int32) {
    let determinant = Int64(a) * Int64(d) - Int64(b) * Int64(c)
    guard determinant != 0 else {
      self = .upright
      return
    }
    let sign: Int64 = determinant < 0 ? -1 : 1
    let (right, down) = (sign * Int64(a), sign * Int64(b))
    let turns = abs(right) >= abs(down) ? (right >= 0 ? 0 : 2) : (down > 0 ? 1 : 3)
    self.init(quarterTurns: turns, isMirrored: determinant < 0)
  }

  /// Degrees clockwise.
  public var degrees: Int { quarterTurns * 90 }

  /// The size of a picture of `size` once it stands upright.
  public func size(of size: PictureSize) -> PictureSize {
    quarterTurns.isMultiple(of: 2) ? size : PictureSize(width: size.height, height: size.width)
  }

  /// Turns an I420 picture with even edges into `target`, which has ``size(of:)`` of it and is nobody else's.
  func turn(_ picture: borrowing Picture, into target: inout Picture) throws(CodecError) {
    guard picture.isI420, target.size == size(of: picture.size) else {
      throw .wrongPicture(expected: "\(size(of: picture.size)) I420", actual: "\(target.size)")
    }
    if target.isShared { target = try Picture(size: target.size) }
    guard let out = unsafe target.writablePlanes else { throw .outOfMemory(what: "a picture") }
    let (data, lines) = unsafe (picture.frame.pointee.data, picture.frame.pointee.linesize)
    guard let luma = unsafe data.0, let blue = unsafe data.1, let red = unsafe data.2 else { return }
    let (width, height) = (picture.size.width, picture.size.height)
    unsafe turn(luma, Int(lines.0), width, height, into: out.luma.start, out.luma.bytesPerLine)
    unsafe turn(blue, Int(lines.1), width / 2, height / 2, into: out.blue.start, out.blue.bytesPerLine)
    unsafe turn(red, Int(lines.2), width / 2, height / 2, into: out.red.start, out.red.bytesPerLine)
  }

  /// Turns one plane, tile by tile, so that source and target both stay in the first-level cache.
  private func turn(
    _ source: UnsafePointer<UInt8>, _ sourceLine: Int, _ width: Int, _ height: Int,
    into target: UnsafeMutablePointer<UInt8>, _ targetLine: Int
  ) {
    // A step right and a step down in the source, as steps in the target; and where the first sample goes.
    var (right, down, start) =
      switch quarterTurns {
      case 0: (1, targetLine, 0)
      case 1: (targetLine, -1, height - 1)
      case 2: (-1, -targetLine, (height - 1) * targetLine + width - 1)
      default: (-targetLine, 1, (width - 1) * targetLine)
      }
    if isMirrored {
      start += (width - 1) * right
      right = -right
    }
    let tile = 32
    for top in stride(from: 0, to: height, by: tile) {
      for left in stride(from: 0, to: width, by: tile) {
        for row in top..<min(top + tile, height) {
          let line = unsafe source + row * sourceLine
          let place = start + row * down
          for column in left..<min(left + tile, width) { unsafe target[place + column * right] = line[column] }
        }
      }
    }
  }
}
