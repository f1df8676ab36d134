internal import CFFmpeg
public import Media

/// The pictures of a media file, in order, with their times: once, from its start to its end.
///
/// Decodes on the calling thread and reads from disk there. Its times and those of an ``AudioFileReader`` on the same
/// file share one origin, and both find the same ``length`` at the film's end, so that loops of both stay together.
public struct VideoFileReader: ~Copyable {
  /// A film is taken to be at least this long, so that its loops cost little.
  static let shortestLength: Duration = .milliseconds(100)

  /// The file's path.
  public let path: String
  /// Geometry of the pictures, as the container says.
  public let size: PictureSize
  /// Frames per second on average; thirty where the container does not say.
  public let frameRate: FrameRate
  private var decoder: StreamDecoder
  private var last: MediaTime?

  /// Opens the picture of a regular file.
  public init(_ path: String) throws(CodecError) {
    let decoder = try StreamDecoder(path, .video)
    self.path = path
    let stream = unsafe decoder.stream
    frameRate = unsafe stream.flatMap { unsafe Demuxer.frameRate(of: $0) } ?? .thirty
    size =
      unsafe stream?.pointee.codecpar.map {
        unsafe PictureSize(width: Int($0.pointee.width), height: Int($0.pointee.height))
      } ?? PictureSize(width: 0, height: 0)
    self.decoder = decoder
  }

  /// How long the film plays, as its header says; `nil` where it does not.
  public var statedDuration: Duration? { decoder.statedDuration }

  /// How long the film plays: what was delivered, known at its end.
  public var length: Duration { max(decoder.length, Self.shortestLength) }

  /// Whether the film was one picture and no more, known at its end.
  public var isStill: Bool { decoder.frames == 1 && decoder.isAlone && decoder.length < .seconds(1) }

  /// Which file is read; another one may take its place at the path.
  public var identity: FilmIdentity { decoder.identity }

  /// Packets that could not be decoded and were passed over.
  public var brokenPackets: Int { decoder.brokenPackets }

  /// Decodes the next picture; `nil` at the end of the film.
  public mutating func next() throws(CodecError) -> FilmPicture? {
    guard try decoder.next() else { return nil }
    let counted = last.map { $0 + frameRate.interval } ?? .zero
    let time = max(decoder.time ?? counted, .zero)
    last = time
    return try FilmPicture(moving: decoder.frame, at: time, as: decoder.look)
  }
}
