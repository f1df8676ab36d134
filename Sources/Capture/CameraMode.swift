internal import Glibc
public import Media

/// What a camera is asked to deliver: a format, a size and a rate.
public struct CameraMode: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The four-character code to ask the driver, or libv4l, for.
  public var fourCC: FourCC
  /// How the frames are handed out.
  public var pixelFormat: PixelFormat
  /// Whether libv4l makes the format from another.
  public var isConverted: Bool
  /// The picture's geometry.
  public var size: PictureSize
  /// Frames per second.
  public var frameRate: FrameRate

  /// Makes a mode.
  public init(
    fourCC: FourCC, pixelFormat: PixelFormat, isConverted: Bool = false, size: PictureSize, frameRate: FrameRate
  ) {
    self.fourCC = fourCC
    self.pixelFormat = pixelFormat
    self.isConverted = isConverted
    self.size = size
    self.frameRate = frameRate
  }

  /// The mode as people write it: `1280x720 MJPG at 30 fps`.
  public var description: String { "\(size) \(fourCC)\(isConverted ? " (by libv4l)" : "") at \(frameRate) fps" }
}

/// A mode with the reason for it.
public struct CameraModeChoice: Hashable, Sendable {
  /// The mode.
  public var mode: CameraMode
  /// What was chosen and why, in one line.
  public var reason: String
}

extension CameraMode {
  /// The best of a camera's modes for a picture of `size` at `frameRate`; `nil` where it has none that can be read.
  ///
  /// In order: exactly this uncompressed, as Motion JPEG, through libv4l, as H.264; then the nearest that has enough
  /// pixels and frames; then the nearest at all.
  public static func choose(
    from formats: [CameraFormat], size: PictureSize, frameRate: FrameRate
  ) -> CameraModeChoice? {
    let wanted = Wanted(size: size, frameRate: frameRate)
    var best: Candidate?
    var rawRateAtSize: FrameRate?
    for format in formats {
      guard let pixelFormat = format.pixelFormat else { continue }
      for sizes in format.sizes {
        let candidate = Candidate(format, pixelFormat, sizes, wanted)
        if !pixelFormat.isCompressed, !format.isConverted, candidate.mode.size == size {
          rawRateAtSize = max(rawRateAtSize ?? candidate.mode.frameRate, candidate.mode.frameRate)
        }
        // Strictly better only: the driver's own order decides between equals.
        if candidate.isBetter(than: best) { best = candidate }
      }
    }
    guard let best else { return nil }
    return CameraModeChoice(mode: best.mode, reason: best.reason(for: wanted, rawRateAtSize: rawRateAtSize))
  }
}

/// What the broadcast is made with.
private struct Wanted {
  var size: PictureSize
  var frameRate: FrameRate
}

/// One format at the size and the rate of it that come nearest, and how far from what is wanted that is.
private struct Candidate {
  var mode: CameraMode
  /// 0 is exactly as wanted, 1 has enough pixels and frames, 2 has too few of either.
  var rank: Int
  /// How much is lost or wasted within the rank; in octaves, weighted.
  var cost: Double

  init(_ format: CameraFormat, _ pixelFormat: PixelFormat, _ sizes: CameraSize, _ wanted: Wanted) {
    let size = sizes.nearest(to: wanted.size)
    let (rate, isKnown) = sizes.rates.nearest(to: wanted.frameRate)
    mode = CameraMode(
      fourCC: format.fourCC, pixelFormat: pixelFormat, isConverted: format.isConverted, size: size, frameRate: rate)
    let holdsSize = size.width >= wanted.size.width && size.height >= wanted.size.height
    let rateOctaves = (rate.perSecond / wanted.frameRate.perSecond).octaves
    // 29.97 for 30 costs one repeated frame in half a minute; nobody sees it.
    let isSameRate = abs(rateOctaves) < 0.002
    rank =
      if size == wanted.size && isSameRate { 0 } else if holdsSize && (isSameRate || rateOctaves > 0) { 1 } else { 2 }
    let pixelOctaves = (Double(size.pixels) / Double(wanted.size.pixels)).octaves
    let hasSameAspect = abs(size.aspect / wanted.size.aspect - 1) < 0.02
    cost = Self.formatCost(mode) + (isKnown ? 0 : 0.2) + (hasSameAspect ? 0 : 1)
    // Missing frames hurt more than missing pixels, and what is too much is only thrown away.
    cost += rateOctaves < 0 ? -4 * rateOctaves : rateOctaves * 0.5
    cost += pixelOctaves < 0 ? -3 * pixelOctaves : pixelOctaves * 0.5
  }

  private static func formatCost(_ mode: CameraMode) -> Double {
    if mode.isConverted { return 0.4 }
    return switch mode.pixelFormat {
    // 4:2:0 needs no chroma to be thrown away, RGB needs a matrix: small differences, for equal modes.
    case .nv12, .i420: 0
    case .yuyv, .uyvy: 0.01
    case .rgb24, .bgr24: 0.05
    case .mjpeg: 0.3
    case .h264: 0.6
    }
  }

  func isBetter(than other: Candidate?) -> Bool {
    guard let other else { return true }
    return rank != other.rank ? rank < other.rank : cost < other.cost - 1e-9
  }

  func reason(for wanted: Wanted, rawRateAtSize: FrameRate?) -> String {
    let asked = "\(wanted.size) at \(wanted.frameRate) fps"
    var reason = "\(mode): "
    switch rank {
    case 0:
      let form =
        mode.isConverted
        ? "converted by libv4l"
        : mode.pixelFormat == .mjpeg
          ? "as Motion JPEG" : mode.pixelFormat == .h264 ? "as H.264, which is decoded" : "uncompressed"
      reason += "exactly the wanted size and rate, \(form)"
      if mode.pixelFormat.isCompressed || mode.isConverted {
        reason +=
          rawRateAtSize.map { " (uncompressed only \($0) fps at this size)" } ?? " (not uncompressed at this size)"
      }
    case 1: reason += "the nearest mode that has enough for \(asked)"
    default: reason += "no mode has enough for \(asked), this comes nearest"
    }
    if mode.size != wanted.size { reason += ", scaled to \(wanted.size)" }
    return reason
  }
}

extension CameraRates {
  /// The rate that serves `wanted` best, the slowest that is fast enough; and whether the driver promised it.
  fileprivate func nearest(to wanted: FrameRate) -> (rate: FrameRate, isKnown: Bool) {
    switch self {
    case .unknown: return (wanted, false)
    case .range(let slowest, let fastest): return (min(max(wanted, slowest), fastest), true)
    case .discrete(let rates):
      if rates.contains(wanted) { return (wanted, true) }
      let near = rates.filter { abs(($0.perSecond / wanted.perSecond).octaves) < 0.002 }
      let rate = near.first ?? rates.filter { $0 >= wanted }.min() ?? rates.max()
      return (rate ?? wanted, rate != nil)
    }
  }
}

extension PictureSize {
  fileprivate var aspect: Double { Double(width) / Double(height) }
}

extension Double {
  /// The distance from 1 in doublings; far away for what is not positive.
  fileprivate var octaves: Double { self > 0 ? log2(self) : -32 }
}
