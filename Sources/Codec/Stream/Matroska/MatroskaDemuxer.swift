internal import Media
internal import NIOCore

/// Reads Matroska and WebM as they come (RFC 9559): its levels as one, since each element's name is used once.
struct MatroskaDemuxer {
  /// The most bytes in a header's element, and in a block.
  static let headerLimit: Int64 = 1 << 20
  static let blockLimit: Int64 = 4 << 20
  private static let trackLimit = 8

  private let input: StreamInput
  /// Nanoseconds of a unit of its times.
  private var scale: Int64 = 1_000_000
  private var clusterTime: Int64 = 0
  private var videoTrack: MatroskaTrack?
  private var audioTrack: MatroskaTrack?
  private var ready: ArraySlice<MediaPacket> = []

  var video: MediaTrack? { videoTrack?.media }
  var audio: MediaTrack? { audioTrack?.media }

  /// Waits for the tracks.
  init(_ input: StreamInput) throws(ContainerFault) {
    self.input = input
    while let head = try EBML.next(input) {
      switch head.id {
      case EBML.segment: continue
      case EBML.information: scale = try Self.scale(try Self.content(head, input))
      case EBML.tracks:
        try readTracks(try Self.content(head, input))
        return
      case EBML.cluster: throw .broken("media come before its tracks")
      default: try Self.skip(head, input)
      }
    }
    throw .ended
  }

  /// A header's element, whole.
  private static func content(_ head: EBML.Head, _ input: StreamInput) throws(ContainerFault) -> ByteBuffer {
    guard let size = head.size, size <= headerLimit else { throw .broken("its header has too many bytes") }
    guard let content = input.read(Int(size)) else { throw .ended }
    return content
  }

  private static func skip(_ head: EBML.Head, _ input: StreamInput) throws(ContainerFault) {
    guard let size = head.size else { throw .broken("an element of it has no end") }
    guard input.skip(size) else { throw .ended }
  }

  private static func scale(_ content: ByteBuffer) throws(ContainerFault) -> Int64 {
    var scale: UInt64 = 1_000_000
    try EBML.forEach(in: content) { id, inside throws(ContainerFault) in
      if id == 0x2a_d7b1 { scale = EBML.unsigned(inside) ?? 0 }
    }
    guard (1...10_000_000_000).contains(scale) else { throw .broken("its times have no unit") }
    return Int64(scale)
  }

  private mutating func readTracks(_ content: ByteBuffer) throws(ContainerFault) {
    var tracks: [MatroskaTrack] = []
    try EBML.forEach(in: content) { id, inside throws(ContainerFault) in
      guard id == 0xae else { return }
      guard tracks.count < Self.trackLimit else { throw .broken("it has more than \(Self.trackLimit) tracks") }
      tracks.append(try MatroskaTrack(inside))
    }
    videoTrack = tracks.first { $0.media?.isVideo == true }
    audioTrack = tracks.first { $0.media?.isVideo == false }
  }

  /// The next packet; `nil` at the end of the stream.
  mutating func next() throws(ContainerFault) -> MediaPacket? {
    while true {
      if let packet = ready.popFirst() { return packet }
      guard let head = try EBML.next(input) else { return nil }
      switch head.id {
      case EBML.segment, EBML.cluster: continue
      case EBML.clusterTime:
        guard let size = head.size, size <= 8 else { throw .broken("a cluster's time has too many bytes") }
        guard let content = input.read(Int(size)) else { return nil }
        clusterTime = Int64(clamping: EBML.unsigned(content) ?? 0)
      case EBML.simpleBlock, EBML.blockGroup:
        guard let size = head.size, size <= Self.blockLimit else { throw .broken("a block has too many bytes") }
        guard let content = input.read(Int(size)) else { return nil }
        try read(content, isGroup: head.id == EBML.blockGroup)
      default:
        guard let size = head.size else { throw .broken("an element of it has no end") }
        guard input.skip(size) else { return nil }
      }
    }
  }

  private mutating func read(_ content: ByteBuffer, isGroup: Bool) throws(ContainerFault) {
    guard isGroup else { return try take(try MatroskaBlock(content)) }
    var block: ByteBuffer?
    try EBML.forEach(in: content) { id, inside throws(ContainerFault) in
      if id == EBML.block, block == nil { block = inside }
    }
    if let block { try take(try MatroskaBlock(block)) }
  }

  private mutating func take(_ block: MatroskaBlock) throws(ContainerFault) {
    let known = [videoTrack, audioTrack].compactMap(\.self)
    guard let track = known.first(where: { $0.number == block.track }), let media = track.media else { return }
    let (units, overflow) = clusterTime.addingReportingOverflow(Int64(block.time))
    let start = MediaTime(containerUnits: overflow ? .max : units, of: scale) - .nanoseconds(track.delay)
    let step = track.frameDuration > 0 ? track.frameDuration : Self.frameDuration(media)
    ready =
      block.frames.enumerated().compactMap { index, frame in
        guard frame.readableBytes > 0 else { return nil }
        return MediaPacket(
          isVideo: media.isVideo, time: start + .nanoseconds(Int64(index) * step),
          payload: track.strippedBytes + frame.readableBytesView)
      }[...]
  }

  /// How long a frame lasts of which only the block tells, in nanoseconds: as the codec has it as a rule.
  private static func frameDuration(_ track: MediaTrack) -> Int64 {
    switch track.codec {
    case .aac where track.sampleRate > 0: 1_024_000_000_000 / Int64(track.sampleRate)
    default: 20_000_000
    }
  }
}
