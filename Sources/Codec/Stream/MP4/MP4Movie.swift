internal import Media
internal import NIOCore

/// A file's or stream's header: `moov` (ISO/IEC 14496-12 §8.2.1).
struct MP4Movie {
  /// What a sample of a fragment is where its run does not say (`trex`, §8.8.3).
  struct Defaults {
    var duration: UInt32 = 0
    var size: UInt32 = 0
  }

  /// One of its tracks.
  struct Track {
    var identifier: UInt32 = 0
    var media = MediaTrack(isVideo: false, codec: .other("nothing"))
    /// Ticks per second of its times.
    var timescale: Int64 = 1
    /// What is added to all its times (`elst`, §8.6.6).
    var shift: Duration = .zero
    var defaults = Defaults()
    /// Samples outside of fragments; `nil` where it has none.
    var table: MP4SampleTable?
  }

  /// Tracks that a stream may have.
  private static let trackLimit = 8

  private(set) var video: Track?
  private(set) var audio: Track?

  init(_ content: ByteBuffer) throws(ContainerFault) {
    var (timescale, count): (Int64, Int) = (1000, 0)
    var tracks: [Track] = []
    var defaults: [UInt32: Defaults] = [:]
    if let header = try MP4Box.first("mvhd", in: content) { timescale = try Self.timescale(header, "mvhd") }
    try MP4Box.forEach(in: content) { type, inside throws(ContainerFault) in
      switch type {
      case "trak":
        count += 1
        guard count <= Self.trackLimit else { throw .broken("it has more than \(Self.trackLimit) tracks") }
        if let track = try Self.track(inside, movieTimescale: timescale) { tracks.append(track) }
      case "mvex":
        try MP4Box.forEach(in: inside) { type, inside throws(ContainerFault) in
          guard type == "trex", defaults.count < Self.trackLimit else { return }
          var bytes = inside
          guard MP4Flags(&bytes) != nil, let track: UInt32 = bytes.readInteger(), bytes.pass(4) != nil,
            let duration: UInt32 = bytes.readInteger(), let size: UInt32 = bytes.readInteger()
          else { throw MP4Box.short(type) }
          defaults[track] = Defaults(duration: duration, size: size)
        }
      default: return
      }
    }
    for index in tracks.indices { tracks[index].defaults = defaults[tracks[index].identifier] ?? Defaults() }
    video = tracks.first { $0.media.isVideo }
    audio = tracks.first { !$0.media.isVideo }
  }

  /// Reads `mdhd` or `mvhd` up to the timescale (§8.2.2, §8.4.2).
  private static func timescale(_ content: ByteBuffer, _ type: MP4Type) throws(ContainerFault) -> Int64 {
    var bytes = content
    guard let flags = MP4Flags(&bytes), bytes.pass(flags.version == 1 ? 16 : 8) != nil,
      let timescale: UInt32 = bytes.readInteger(), timescale > 0
    else { throw MP4Box.short(type) }
    return Int64(timescale)
  }

  /// A track of pictures or sound; `nil` for all others.
  private static func track(_ content: ByteBuffer, movieTimescale: Int64) throws(ContainerFault) -> Track? {
    guard let header = try MP4Box.first("tkhd", in: content), let media = try MP4Box.first("mdia", in: content),
      let handler = try MP4Box.first("hdlr", in: media), let mediaHeader = try MP4Box.first("mdhd", in: media),
      let information = try MP4Box.first("minf", in: media), let table = try MP4Box.first("stbl", in: information),
      let descriptions = try MP4Box.first("stsd", in: table)
    else { return nil }
    let kind: UInt32? = handler.getInteger(at: handler.readerIndex + 8)
    guard let kind, ["vide", "soun"].contains(MP4Type(kind)) else { return nil }
    var track = Track()
    track.timescale = try timescale(mediaHeader, "mdhd")
    guard let entry = try MP4SampleEntry.read(descriptions, isVideo: MP4Type(kind) == "vide") else { return nil }
    track.media = entry
    var bytes = header
    guard let flags = MP4Flags(&bytes), bytes.pass(flags.version == 1 ? 16 : 8) != nil,
      let identifier: UInt32 = bytes.readInteger(), bytes.pass(flags.version == 1 ? 28 : 24) != nil,
      let a: Int32 = bytes.readInteger(), let b: Int32 = bytes.readInteger(), bytes.pass(4) != nil,
      let c: Int32 = bytes.readInteger(), let d: Int32 = bytes.readInteger()
    else { throw MP4Box.short("tkhd") }
    track.identifier = identifier
    track.media.orientation = DisplayOrientation(a: a, b: b, c: c, d: d)
    if let edits = try MP4Box.first("edts", in: content), let list = try MP4Box.first("elst", in: edits) {
      track.shift = try shift(list, movieTimescale, track.timescale)
    }
    track.table = try MP4SampleTable(table)
    if let table = track.table, track.media.isVideo {
      track.media.frameRate = table.frameRate(timescale: track.timescale)
    }
    return track
  }

  /// What the first edits move a track by: empty ones to later, a start within the media to earlier (§8.6.6).
  private static func shift(
    _ list: ByteBuffer, _ movieTimescale: Int64, _ timescale: Int64
  ) throws(ContainerFault) -> Duration {
    var bytes = list
    guard let flags = MP4Flags(&bytes), let count: UInt32 = bytes.readInteger() else { throw MP4Box.short("elst") }
    var delay = MediaTime.zero
    for _ in 0..<min(count, 2) {
      guard let duration = bytes.readLong(flags),
        let start = flags.version == 1
          ? bytes.readInteger(as: Int64.self) : bytes.readInteger(as: Int32.self).map(Int64.init),
        bytes.pass(4) != nil
      else { throw MP4Box.short("elst") }
      guard start < 0 else { return delay - MediaTime(containerTicks: start, per: timescale) }
      delay = MediaTime(containerTicks: Int64(clamping: duration), per: movieTimescale)
    }
    return delay - .zero
  }
}
