internal import Media
internal import NIOCore

/// The samples of a movie fragment: `moof` (ISO/IEC 14496-12 §8.8.4).
struct MP4Fragment {
  /// One sample of a track that is wanted.
  struct Sample {
    var isVideo: Bool
    /// In the stream.
    var offset: Int64
    var size: Int
    /// When it is decoded, for the order among the tracks, and when it is shown.
    var decode: MediaTime
    var time: MediaTime
  }

  /// Samples of a fragment at most: a minute of pictures and sound.
  private static let sampleLimit = 16_384

  /// In the order of decoding, both tracks together.
  private(set) var samples: [Sample] = []

  /// Reads a fragment.
  /// - Parameters:
  ///   - start: where the box begins in the stream.
  ///   - next: where each track's clock goes on where a fragment does not say; moved on.
  init(
    _ content: ByteBuffer, at start: Int64, of movie: MP4Movie, continuing next: inout [UInt32: Int64]
  ) throws(ContainerFault) {
    var tracks: [[Sample]] = []
    var (count, end, clocks) = (0, start, next)
    try MP4Box.forEach(in: content) { type, inside throws(ContainerFault) in
      guard type == "traf" else { return }
      var run = try Run(inside, at: start, previousEnd: end, movie, clocks)
      var samples: [Sample] = []
      try MP4Box.forEach(in: inside) { type, inside throws(ContainerFault) in
        guard type == "trun" else { return }
        try run.read(inside, &samples, &count)
      }
      end = run.place
      if run.track != nil { clocks[run.identifier] = run.clock }
      if !samples.isEmpty { tracks.append(samples) }
    }
    next = clocks
    samples = tracks.reduce([], Self.merged)
  }

  /// Two tracks' samples by their decode times, each in its own order.
  private static func merged(_ first: [Sample], _ second: [Sample]) -> [Sample] {
    guard !first.isEmpty else { return second }
    var result: [Sample] = []
    result.reserveCapacity(first.count + second.count)
    var (left, right) = (first[...], second[...])
    while let one = left.first, let other = right.first {
      result.append(one.decode <= other.decode ? left.removeFirst() : right.removeFirst())
    }
    return result + left + right
  }

  /// A track's part of a fragment while it is read (§8.8.7, §8.8.8, §8.8.12).
  private struct Run {
    let identifier: UInt32
    let track: MP4Movie.Track?
    /// Where the next sample lies, and when it is decoded.
    private(set) var place: Int64
    private(set) var clock: Int64
    private let base: Int64
    private var duration: UInt32
    private var size: UInt32

    init(
      _ content: ByteBuffer, at start: Int64, previousEnd: Int64, _ movie: MP4Movie, _ clocks: [UInt32: Int64]
    ) throws(ContainerFault) {
      guard var header = try MP4Box.first("tfhd", in: content), let flags = MP4Flags(&header),
        let identifier: UInt32 = header.readInteger()
      else { throw MP4Box.short("tfhd") }
      self.identifier = identifier
      track = [movie.video, movie.audio].compactMap(\.self).first { $0.identifier == identifier }
      var base = flags.has(0x02_0000) ? start : previousEnd
      (duration, size) = (track?.defaults.duration ?? 0, track?.defaults.size ?? 0)
      if flags.has(0x01) {
        guard let offset: UInt64 = header.readInteger() else { throw MP4Box.short("tfhd") }
        base = Int64(clamping: min(offset, 1 << 62))
      }
      if flags.has(0x02), (header.readInteger(as: UInt32.self) ?? 0) > 1 {
        throw .broken("its pictures change their kind on the way")
      }
      if flags.has(0x08) {
        guard let stated: UInt32 = header.readInteger() else { throw MP4Box.short("tfhd") }
        duration = stated
      }
      if flags.has(0x10) {
        guard let stated: UInt32 = header.readInteger() else { throw MP4Box.short("tfhd") }
        size = stated
      }
      (self.base, place) = (base, base)
      clock = clocks[identifier] ?? 0
      if var time = try MP4Box.first("tfdt", in: content) {
        guard let flags = MP4Flags(&time), let stated = time.readLong(flags) else { throw MP4Box.short("tfdt") }
        clock = Int64(min(stated, 1 << 61))
      }
    }

    /// Reads a run's samples; without a wanted track only how far it reaches.
    mutating func read(_ content: ByteBuffer, _ samples: inout [Sample], _ total: inout Int) throws(ContainerFault) {
      var bytes = content
      guard let flags = MP4Flags(&bytes), let count: UInt32 = bytes.readInteger() else { throw MP4Box.short("trun") }
      if flags.has(0x01) {
        guard let offset: Int32 = bytes.readInteger() else { throw MP4Box.short("trun") }
        place = base + Int64(offset)
      }
      if flags.has(0x04), bytes.pass(4) == nil { throw MP4Box.short("trun") }
      let fields = [0x100, 0x200, 0x400, 0x800].count { flags.has($0) }
      guard fields == 0 || Int(count) <= bytes.readableBytes / (4 * fields) else { throw MP4Box.short("trun") }
      guard total + Int(count) <= MP4Fragment.sampleLimit else {
        throw .broken("a fragment of it has more than \(MP4Fragment.sampleLimit) samples")
      }
      total += Int(count)
      guard fields > 0 || size > 0 else {
        // Samples without bytes are none, however many.
        clock += Int64(count) * Int64(duration)
        return
      }
      for _ in 0..<count {
        let duration = flags.has(0x100) ? bytes.readInteger() ?? 0 : duration
        let size = flags.has(0x200) ? bytes.readInteger() ?? 0 : size
        if flags.has(0x400) { _ = bytes.readInteger(as: UInt32.self) }
        // Version 0 has them without a sign, and is written with one all the same.
        let offset = flags.has(0x800) ? Int64(bytes.readInteger(as: Int32.self) ?? 0) : 0
        if let track, size > 0 {
          samples.append(
            Sample(
              isVideo: track.media.isVideo, offset: place, size: Int(size), decode: time(clock, track),
              time: time(clock + offset, track)))
        }
        place += Int64(size)
        clock += Int64(duration)
      }
    }

    private func time(_ ticks: Int64, _ track: MP4Movie.Track) -> MediaTime {
      MediaTime(containerTicks: ticks, per: track.timescale) + track.shift
    }
  }
}
