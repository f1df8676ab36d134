internal import CFFmpeg
public import Media

/// What a film is, found by decoding its first picture and reading its packets to the end, or until time is over.
public struct FilmInspection: Sendable, Equatable {
  /// The codec, as people know it: `h264`.
  public let codec: String
  /// Geometry of the first picture, as it lies.
  public let size: PictureSize
  /// How it has to be shown.
  public let look: PictureLook
  /// How long it plays, as its header says; `nil` where it does not.
  public let statedDuration: Duration?
  /// How long what was read plays: all of it, if ``isWhole``.
  public let length: Duration
  /// Whether it was read to its end.
  public let isWhole: Bool
  /// Pictures in what was read.
  public let pictures: Int
  /// Pictures per second on average; `nil` for fewer than two.
  public let frameRate: Double?
  /// The shortest and the longest time from one picture to the next; `nil` for fewer than three.
  public let steps: ClosedRange<Duration>?
  /// Jumps of its clock in what was read.
  public let jumps: Int
  /// Whether it has sound.
  public let hasSound: Bool

  /// Looks at the file's picture; blocks as long as its disk does.
  /// - Parameter deadline: when reading ends, on the CLOCK_MONOTONIC timeline.
  public init(_ path: String, until deadline: MediaTime) throws(CodecError) {
    var decoder = try StreamDecoder(path, .video)
    guard try decoder.next() else { throw .noVideo(path: path) }
    codec =
      unsafe decoder.stream?.pointee.codecpar.map { unsafe String(cString: avcodec_get_name($0.pointee.codec_id)) }
      ?? ""
    (size, look) = (decoder.frame.size, decoder.look)
    var packets = try PacketSurvey(path)
    while MediaTime.now() < deadline, try packets.next() {}
    (statedDuration, length, isWhole) = (packets.statedDuration, packets.length, packets.isOver)
    (pictures, frameRate, steps) = (packets.pictures, packets.frameRate, packets.steps)
    (jumps, hasSound) = (packets.jumps, packets.hasSound)
  }

  /// The header's word and what is there differ by more than a second and a hundredth.
  public var contradictsHeader: Bool {
    guard isWhole, let statedDuration else { return false }
    let difference = abs((statedDuration - length).inSeconds)
    return difference > 1 && difference > statedDuration.inSeconds / 100
  }
}

/// Reads a film's packets without decoding them.
@safe private struct PacketSurvey: ~Copyable {
  private var demuxer: Demuxer
  private let packet: UnsafeMutablePointer<AVPacket>
  private var first: Int64?
  private var last: Int64?
  private(set) var steps: ClosedRange<Duration>?
  private(set) var isOver = false

  init(_ path: String) throws(CodecError) {
    let demuxer = try Demuxer(path)
    guard let packet = unsafe av_packet_alloc() else { throw .outOfMemory(what: "reading \(path)") }
    self.demuxer = demuxer
    unsafe self.packet = unsafe packet
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe packet
    unsafe av_packet_free(&packet)
  }

  var statedDuration: Duration? { demuxer.statedDuration }
  var length: Duration { demuxer.length }
  var pictures: Int { demuxer.packets.video }
  var jumps: Int { demuxer.jumps }
  var frameRate: Double? {
    guard let first, let last, last > first else { return nil }
    return Double(pictures - 1) / (Double(last - first) / 1e9)
  }
  var hasSound: Bool { unsafe demuxer.stream(.audio) != nil }

  /// Reads a packet; false at the film's end.
  mutating func next() throws(CodecError) -> Bool {
    guard let track = try unsafe demuxer.read(into: packet) else {
      isOver = true
      return false
    }
    defer { unsafe av_packet_unref(packet) }
    guard track == .video else { return true }
    // Decode times are in order, and are apart as the pictures are.
    let time = unsafe packet.pointee.dts
    if let last, time > last {
      let step = Duration.nanoseconds(time - last)
      steps = steps.map { min($0.lowerBound, step)...max($0.upperBound, step) } ?? step...step
    }
    first = first ?? time
    last = time
    return true
  }
}
