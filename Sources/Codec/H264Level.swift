internal import Media

/// The levels of H.264 and what each allows (H.264 Table A-1).
struct H264Level: Equatable {
  /// `level_idc`: ten times the level's number.
  let idc: Int
  /// Macroblocks per second (MaxMBPS).
  let macroblocksPerSecond: Int
  /// Macroblocks in a frame (MaxFS).
  let macroblocksPerFrame: Int
  /// Bitrate and coded picture buffer of the Main profile, in kilobits (MaxBR, MaxCPB).
  let kilobits: Int

  static let all = [
    H264Level(idc: 10, macroblocksPerSecond: 1485, macroblocksPerFrame: 99, kilobits: 64),
    H264Level(idc: 11, macroblocksPerSecond: 3000, macroblocksPerFrame: 396, kilobits: 192),
    H264Level(idc: 12, macroblocksPerSecond: 6000, macroblocksPerFrame: 396, kilobits: 384),
    H264Level(idc: 13, macroblocksPerSecond: 11_880, macroblocksPerFrame: 396, kilobits: 768),
    H264Level(idc: 20, macroblocksPerSecond: 11_880, macroblocksPerFrame: 396, kilobits: 2000),
    H264Level(idc: 21, macroblocksPerSecond: 19_800, macroblocksPerFrame: 792, kilobits: 4000),
    H264Level(idc: 22, macroblocksPerSecond: 20_250, macroblocksPerFrame: 1620, kilobits: 4000),
    H264Level(idc: 30, macroblocksPerSecond: 40_500, macroblocksPerFrame: 1620, kilobits: 10_000),
    H264Level(idc: 31, macroblocksPerSecond: 108_000, macroblocksPerFrame: 3600, kilobits: 14_000),
    H264Level(idc: 32, macroblocksPerSecond: 216_000, macroblocksPerFrame: 5120, kilobits: 20_000),
    H264Level(idc: 40, macroblocksPerSecond: 245_760, macroblocksPerFrame: 8192, kilobits: 20_000),
    H264Level(idc: 41, macroblocksPerSecond: 245_760, macroblocksPerFrame: 8192, kilobits: 50_000),
    H264Level(idc: 42, macroblocksPerSecond: 522_240, macroblocksPerFrame: 8704, kilobits: 50_000),
    H264Level(idc: 50, macroblocksPerSecond: 589_824, macroblocksPerFrame: 22_080, kilobits: 135_000),
    H264Level(idc: 51, macroblocksPerSecond: 983_040, macroblocksPerFrame: 36_864, kilobits: 240_000),
    H264Level(idc: 52, macroblocksPerSecond: 2_073_600, macroblocksPerFrame: 36_864, kilobits: 240_000),
    H264Level(idc: 60, macroblocksPerSecond: 4_177_920, macroblocksPerFrame: 139_264, kilobits: 240_000),
    H264Level(idc: 61, macroblocksPerSecond: 8_355_840, macroblocksPerFrame: 139_264, kilobits: 480_000),
    H264Level(idc: 62, macroblocksPerSecond: 16_711_680, macroblocksPerFrame: 139_264, kilobits: 800_000),
  ]

  /// The smallest level that a decoder needs for `encoding` with a buffer of one second; `nil` beyond all levels.
  static func smallest(for encoding: VideoEncoding) -> H264Level? {
    let columns = (encoding.size.width + 15) / 16
    let rows = (encoding.size.height + 15) / 16
    let perFrame = columns * rows
    let perSecond = Int((Double(perFrame) * encoding.frameRate.perSecond).rounded(.up))
    return all.first { level in
      // A.3.1: neither edge may be longer than the square root of eight times MaxFS.
      max(columns, rows) * max(columns, rows) <= 8 * level.macroblocksPerFrame
        && perFrame <= level.macroblocksPerFrame && perSecond <= level.macroblocksPerSecond
        && encoding.bitrate.bitsPerSecond <= level.kilobits * 1000
    }
  }
}
