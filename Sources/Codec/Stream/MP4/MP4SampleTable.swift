internal import Media
internal import NIOCore

/// Where the samples of a track lie that is not in fragments (ISO/IEC 14496-12 §8.6, §8.7).
///
/// The tables stay the bytes that they are and are walked along: a count costs nothing but what its bytes do.
struct MP4SampleTable {
  /// One sample.
  struct Sample {
    var offset: Int64
    var size: Int
    /// On the track's clock, without its edits.
    var time: Int64
  }

  /// Pairs of a count and a value: `stts`, `ctts`.
  private struct Runs {
    var rest: ByteBuffer
    private var left: UInt32 = 0
    private var value: UInt32 = 0

    init(_ entries: ByteBuffer) { rest = entries }

    /// The next sample's value; `nil` behind the last one.
    mutating func next() -> UInt32? {
      while left == 0 {
        guard let count: UInt32 = rest.readInteger(), let value: UInt32 = rest.readInteger() else { return nil }
        (left, self.value) = (count, value)
      }
      left -= 1
      return value
    }
  }

  /// Samples of a file at most: half a day of pictures.
  private static let sampleLimit = 1 << 22

  private let count: Int
  private let constantSize: Int
  private var sizes: ByteBuffer
  private var durations: Runs
  private var offsets: Runs?
  private var chunkRuns: ByteBuffer
  private var chunks: ByteBuffer
  private let hasLongOffsets: Bool

  private var given = 0
  private var time: Int64 = 0
  private var chunk = 0
  private var leftInChunk = 0
  private var perChunk = 0
  private var place: Int64 = 0

  /// Reads `stbl`; `nil` where it has no samples.
  init?(_ content: ByteBuffer) throws(ContainerFault) {
    guard var sizes = try MP4Box.first("stsz", in: content) else { return nil }
    guard MP4Flags(&sizes) != nil, let constant: UInt32 = sizes.readInteger(), let count: UInt32 = sizes.readInteger()
    else { throw MP4Box.short("stsz") }
    guard count > 0 else { return nil }
    guard count <= Self.sampleLimit else { throw .broken("its tables tell of \(count) samples") }
    guard constant > 0 || Int(count) <= sizes.readableBytes / 4 else { throw MP4Box.short("stsz") }
    (self.count, constantSize, self.sizes) = (Int(count), Int(constant), sizes)
    durations = Runs(try Self.entries("stts", of: 8, in: content) ?? ByteBuffer())
    offsets = try Self.entries("ctts", of: 8, in: content).map { Runs($0) }
    chunkRuns = try Self.entries("stsc", of: 12, in: content) ?? ByteBuffer()
    let long = try Self.entries("co64", of: 8, in: content)
    hasLongOffsets = long != nil
    let short = try Self.entries("stco", of: 4, in: content)
    chunks = long ?? short ?? ByteBuffer()
  }

  /// A table's entries; as many as it says must be there.
  private static func entries(
    _ type: MP4Type, of bytes: Int, in content: ByteBuffer
  ) throws(ContainerFault) -> ByteBuffer? {
    guard var table = try MP4Box.first(type, in: content) else { return nil }
    guard MP4Flags(&table) != nil, let count: UInt32 = table.readInteger(),
      let entries = table.readSlice(length: Int(count) * bytes)
    else { throw MP4Box.short(type) }
    return entries
  }

  /// Samples per second over the whole; `nil` where the tables do not say.
  func frameRate(timescale: Int64) -> FrameRate? {
    var (entries, samples, ticks) = (durations.rest, 0.0, 0.0)
    while let count: UInt32 = entries.readInteger(), let duration: UInt32 = entries.readInteger() {
      samples += Double(count)
      ticks += Double(count) * Double(duration)
    }
    return ticks > 0 ? FrameRate(measured: samples * Double(timescale) / ticks) : nil
  }

  /// The next sample in the order of decoding; `nil` behind the last one.
  mutating func next() -> Sample? {
    guard given < count else { return nil }
    if leftInChunk == 0 {
      guard nextChunk() else { return nil }
    }
    let size: Int
    if constantSize > 0 {
      size = constantSize
    } else {
      guard let stated: UInt32 = sizes.readInteger() else { return nil }
      size = Int(stated)
    }
    let offset = Int64(Int32(bitPattern: offsets?.next() ?? 0))
    let sample = Sample(offset: place, size: size, time: time + offset)
    time += Int64(durations.next() ?? 0)
    place += Int64(size)
    leftInChunk -= 1
    given += 1
    return sample
  }

  /// Goes to the next chunk; empty ones are passed over, of which there are no more than bytes that tell of them.
  private mutating func nextChunk() -> Bool {
    while leftInChunk == 0 {
      chunk += 1
      let offset =
        hasLongOffsets ? chunks.readInteger(as: UInt64.self) : chunks.readInteger(as: UInt32.self).map(UInt64.init)
      guard let offset else { return false }
      // An entry holds from its first chunk on.
      if let first: UInt32 = chunkRuns.getInteger(at: chunkRuns.readerIndex), Int(first) <= chunk,
        let samples: UInt32 = chunkRuns.getInteger(at: chunkRuns.readerIndex + 4)
      {
        perChunk = Int(samples)
        chunkRuns.moveReaderIndex(forwardBy: 12)
      }
      leftInChunk = perChunk
      place = Int64(clamping: min(offset, 1 << 62))
    }
    return true
  }
}

extension FrameRate {
  /// The rate that is meant by a measured one: a common one within a per cent, else in thousandths.
  init?(measured rate: Double) {
    guard rate > 0.5, rate < 1000 else { return nil }
    let common: [(Int32, Int32)] = [
      (30, 1), (60, 1), (25, 1), (24, 1), (50, 1), (15, 1), (20, 1), (10, 1), (30_000, 1001), (60_000, 1001),
      (24_000, 1001),
    ]
    let nearest = common.min { abs(Double($0.0) / Double($0.1) - rate) < abs(Double($1.0) / Double($1.1) - rate) }
    if let nearest, abs(Double(nearest.0) / Double(nearest.1) / rate - 1) < 0.01 {
      self.init(nearest.0, per: nearest.1)
    } else {
      self.init(Int32((rate * 1000).rounded()), per: 1000)
    }
  }
}
