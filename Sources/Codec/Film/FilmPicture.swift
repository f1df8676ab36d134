internal import CFFmpeg
public import Media
internal import Synchronization

/// A decoded picture of a film on its way from the thread that decodes to the one that shows.
public final class FilmPicture: Sendable {
  /// When it is shown, since the film's start.
  public let time: MediaTime
  /// How it has to be shown.
  public let look: PictureLook
  private let picture: Mutex<Picture?>

  /// Takes over what a decoder put into `decoded`, which is empty afterwards.
  init(moving decoded: borrowing Picture, at time: MediaTime, as look: PictureLook) throws(CodecError) {
    picture = Mutex(try Self.take(frameAt: unsafe UInt(bitPattern: decoded.frame)))
    self.time = time
    self.look = look
  }

  /// What is moved has no other owner but the decoder, whose counted references are for any thread; so it goes by its
  /// address, which belongs to nobody.
  private static func take(frameAt address: UInt) throws(CodecError) -> sending Picture {
    let fresh = try Picture()
    if let frame = unsafe UnsafeMutablePointer<AVFrame>(bitPattern: address) {
      unsafe av_frame_move_ref(fresh.frame, frame)
    }
    return fresh
  }

  /// The picture as the film has it, once; `nil` after that.
  ///
  /// ``FrameConverter/show(_:as:)`` makes it fit.
  public func take() -> sending Picture? { picture.withLock { $0.take() } }
}
