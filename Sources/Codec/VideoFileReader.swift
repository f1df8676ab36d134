internal import CFFmpeg
public import Media

/// The pictures of a media file, in order, with their times.
///
/// Decodes on the calling thread and reads from disk there. Its times and those of an ``AudioFileReader`` on the same
/// file share one origin, and both last ``duration``, so that loops of both stay together.
public struct VideoFileReader: ~Copyable {
  /// The file's path.
  public let path: String
  /// How long the whole file plays.
  public let duration: Duration
  /// Geometry of the pictures, as the container says.
  public let size: PictureSize
  /// Frames per second; thirty where the container does not say.
  public let frameRate: FrameRate
  private var decoder: StreamDecoder
  private var next = MediaTime.zero

  /// Opens the video stream of a regular file.
  public init(_ path: String) throws(CodecError) {
    let decoder = try StreamDecoder(path, AVMEDIA_TYPE_VIDEO)
    self.path = path
    duration = decoder.duration
    frameRate = decoder.frameRate ?? .thirty
    size =
      unsafe decoder.parameters.map {
        unsafe PictureSize(width: Int($0.pointee.width), height: Int($0.pointee.height))
      } ?? PictureSize(width: 0, height: 0)
    self.decoder = decoder
  }

  /// Packets that could not be decoded and were passed over.
  public var brokenPackets: Int { decoder.brokenPackets }

  /// Decodes the next picture and lends it with its time since the file's start; `nil` at the end of the file.
  ///
  /// The picture is as the file has it; ``FrameConverter/withPicture(converting:_:)`` makes it fit.
  public mutating func withNextPicture<R>(_ body: (borrowing Picture, MediaTime) throws -> R) throws -> R? {
    guard try decoder.next() else { return nil }
    let time = max(decoder.time ?? next, .zero)
    next = time + frameRate.interval
    return try body(decoder.frame, time)
  }

  /// Begins the file again, at time zero.
  public mutating func rewind() throws(CodecError) {
    next = .zero
    try decoder.rewind()
  }
}
