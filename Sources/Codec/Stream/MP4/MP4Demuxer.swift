internal import Media
internal import NIOCore

/// Reads MP4 as it comes: a header, then fragments, or a file whose header comes first (ISO/IEC 14496-12).
///
/// A fragment is read whole, so that pictures and sound come in the order of their times wherever they lie in it.
struct MP4Demuxer {
  /// The most bytes in a header, in a fragment's header, in a fragment's media, and in one sample.
  static let headerLimit: Int64 = 4 << 20
  static let fragmentHeaderLimit: Int64 = 1 << 20
  static let fragmentLimit: Int64 = 8 << 20
  static let sampleLimit = 4 << 20

  private let input: StreamInput
  private let movie: MP4Movie
  private var clocks: [UInt32: Int64] = [:]
  /// The newest fragment's samples whose bytes have yet to come.
  private var pending: ArraySlice<MP4Fragment.Sample> = []
  /// What lies of them in ``media``.
  private var ready: ArraySlice<MP4Fragment.Sample> = []
  private var media = ByteBuffer()
  private var mediaStart: Int64 = 0
  /// A file's tracks while their samples are read one by one; and where their box ends.
  private var tables: [(isVideo: Bool, track: MP4Movie.Track, table: MP4SampleTable, next: MP4SampleTable.Sample)] = []
  private var tablesEnd: Int64 = 0

  var video: MediaTrack? { movie.video?.media }
  var audio: MediaTrack? { movie.audio?.media }

  /// Waits for the header.
  init(_ input: StreamInput) throws(ContainerFault) {
    self.input = input
    while true {
      guard let box = try Self.next(input) else { throw .ended }
      if box.type == "moov" {
        guard box.length <= Self.headerLimit else { throw .broken("its header has \(box.length) bytes") }
        guard let content = input.read(Int(box.length)) else { throw .ended }
        movie = try MP4Movie(content)
        break
      }
      if box.type == "mdat" {
        throw .broken("its header comes last: record it in fragments, or with the header first (faststart)")
      }
      guard input.skip(box.length) else { throw .ended }
    }
    for track in [movie.video, movie.audio].compactMap(\.self) {
      guard var table = track.table, let first = table.next() else { continue }
      tables.append((track.media.isVideo, track, table, first))
    }
  }

  private static func next(_ input: StreamInput) throws(ContainerFault) -> (type: MP4Type, length: Int64)? {
    guard let size: UInt32 = input.readInteger(), let code: UInt32 = input.readInteger() else { return nil }
    let type = MP4Type(code)
    switch size {
    case 0: return (type, .max / 2)
    case 1:
      guard let large: UInt64 = input.readInteger() else { return nil }
      guard large >= 16, large < 1 << 62 else { throw MP4Box.short(type) }
      return (type, Int64(large) - 16)
    default:
      guard size >= 8 else { throw MP4Box.short(type) }
      return (type, Int64(size) - 8)
    }
  }

  /// The next packet; `nil` at the end of the stream.
  mutating func next() throws(ContainerFault) -> MediaPacket? {
    while true {
      if let sample = ready.popFirst() {
        let bytes = media.getBytes(at: Int(sample.offset - mediaStart), length: sample.size) ?? []
        return MediaPacket(isVideo: sample.isVideo, time: sample.time, payload: bytes)
      }
      if tablesEnd > input.offset, let packet = try nextOfTables() { return packet }
      let start = input.offset
      guard let box = try Self.next(input) else { return nil }
      switch box.type {
      case "moof": guard try readFragment(box.length, at: start) else { return nil }
      case "mdat" where !pending.isEmpty: guard try readMedia(box.length) else { return nil }
      case "mdat" where !tables.isEmpty: tablesEnd = input.offset + box.length
      default: guard input.skip(box.length) else { return nil }
      }
    }
  }

  private mutating func readFragment(_ length: Int64, at start: Int64) throws(ContainerFault) -> Bool {
    guard length <= Self.fragmentHeaderLimit else { throw .broken("a fragment's header has \(length) bytes") }
    guard let content = input.read(Int(length)) else { return false }
    guard pending.isEmpty else { throw .broken("a fragment of it has fewer bytes than it says") }
    pending = try MP4Fragment(content, at: start, of: movie, continuing: &clocks).samples[...]
    return true
  }

  /// Reads media whole and takes the samples that lie in it; others are those of media that follow.
  private mutating func readMedia(_ length: Int64) throws(ContainerFault) -> Bool {
    guard length <= Self.fragmentLimit else {
      throw .broken("a fragment has \(length >> 20) MiB: make shorter ones, of at most \(Self.fragmentLimit >> 20)")
    }
    mediaStart = input.offset
    // What has come of media that end early is still good.
    media = ByteBuffer()
    media = input.readUpTo(Int(length))
    let (start, whole) = (mediaStart, mediaStart + length)
    let end = start + Int64(media.readableBytes)
    let inside = pending.filter { $0.offset < whole }
    guard
      inside.allSatisfy({ $0.offset >= start && $0.size <= Self.sampleLimit && $0.offset + Int64($0.size) <= whole }),
      inside.reduce(0, { $0 + Int64($1.size) }) <= length
    else { throw .broken("a fragment's samples do not lie in its bytes one after the other") }
    ready = inside.filter { $0.offset + Int64($0.size) <= end }[...]
    pending = pending.filter { $0.offset >= whole }[...]
    return true
  }

  /// The file's next sample by its place; `nil` where the box has no more of them.
  private mutating func nextOfTables() throws(ContainerFault) -> MediaPacket? {
    while let index = tables.indices.min(by: { tables[$0].next.offset < tables[$1].next.offset }) {
      let (isVideo, track, sample) = (tables[index].isVideo, tables[index].track, tables[index].next)
      let (offset, size) = (sample.offset, sample.size)
      guard offset + Int64(size) <= tablesEnd else { break }
      if let next = tables[index].table.next() { tables[index].next = next } else { tables.remove(at: index) }
      // What lies behind cannot be had again.
      guard offset >= input.offset, size > 0 else { continue }
      guard size <= Self.sampleLimit else { throw .broken("a sample has \(size) bytes") }
      guard input.skip(offset - input.offset), let bytes = input.read(size) else { return nil }
      let time = MediaTime(containerTicks: sample.time, per: track.timescale) + track.shift
      return MediaPacket(isVideo: isVideo, time: time, payload: Array(bytes.readableBytesView))
    }
    let rest = tablesEnd - input.offset
    tablesEnd = 0
    _ = input.skip(rest)
    return nil
  }
}
