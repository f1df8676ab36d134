internal import Media
internal import NIOCore

/// What the ingest side has to know of an AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1).
struct AudioSpecificConfig: Equatable, Sendable {
  /// Sample frames per second.
  var sampleRate: Int
  /// Channels as the configuration number names them.
  var channels: Int

  private static let sampleRates = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
  ]

  /// Reads a configuration; `nil` where it is none, or has a rate or layout that AAC does not know.
  init?(_ bytes: ByteBuffer) {
    var bits = BitReader(Array(bytes.readableBytesView.prefix(16)))
    guard let objectType = bits.bits(5), objectType > 0 else { return nil }
    if objectType == 31, bits.bits(6) == nil { return nil }
    guard let index = bits.bits(4) else { return nil }
    if index == 15 {
      guard let rate = bits.bits(24), rate > 0 else { return nil }
      sampleRate = Int(rate)
    } else {
      guard index < Self.sampleRates.count else { return nil }
      sampleRate = Self.sampleRates[Int(index)]
    }
    guard let layout = bits.bits(4), (1...7).contains(layout) else { return nil }
    channels = layout == 7 ? 8 : Int(layout)
  }
}
