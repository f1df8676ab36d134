internal import CFFmpeg
public import Media

/// Turns a camera's frames, or a file's pictures, into what the encoder takes: I420, BT.709 limited, one geometry.
///
/// Scales with black bars where the shapes differ. A frame that already fits is passed on where it lies, without a
/// copy. For one thread; one picture is used again and again.
@safe public struct FrameConverter: ~Copyable {
  private var layout: RawLayout?
  private let size: PictureSize
  private var decoder: VideoDecoder?
  private var decoded: Picture
  private var lent: Picture
  private var scaler: PictureScaler
  /// For pictures that lie on their side or their head, and for those of two fields.
  private var turner: PictureTurner?
  private var deinterlacer: Deinterlacer?
  private let keepsPicture: Bool
  private var last = Last.none

  /// Where the picture of the last frame still is.
  private enum Last { case none, decoded, scaled, turned }

  /// Makes a converter for camera frames of `format`, raw or compressed.
  /// - Parameter keepsPicture: frames that fit already are copied, so that ``withLastPicture(_:)`` has every picture.
  public init(from format: VideoFormat, to size: PictureSize, keepsPicture: Bool = false) throws(CodecError) {
    let layout = try Self.layout(of: format, to: size)
    try self.init(layout, format.pixelFormat.isCompressed ? format.pixelFormat : nil, size, keepsPicture)
  }

  /// Where a raw format's samples lie; `nil` for a compressed one.
  private static func layout(of format: VideoFormat, to size: PictureSize) throws(CodecError) -> RawLayout? {
    let layout = RawLayout(format)
    guard layout != nil || format.pixelFormat.isCompressed else {
      throw .unsupportedConversion(
        from: "\(format.size) \(format.pixelFormat.rawValue)", to: "\(size)",
        reason: "rows of \(format.bytesPerLine) bytes do not hold its width")
    }
    return layout
  }

  /// Goes on with frames of another format, as when a camera was opened again; the last picture stays.
  public mutating func restart(from format: VideoFormat) throws(CodecError) {
    layout = try Self.layout(of: format, to: size)
    decoder = if format.pixelFormat.isCompressed { try VideoDecoder(format.pixelFormat) } else { nil }
  }

  /// Makes a converter for pictures that are decoded already, or for frames of a format that ``restart(from:)`` tells.
  /// - Parameter keepsPicture: frames that fit already are copied, so that ``withLastPicture(_:)`` has every picture.
  public init(to size: PictureSize, keepsPicture: Bool = false) throws(CodecError) {
    try self.init(nil, nil, size, keepsPicture)
  }

  private init(
    _ layout: RawLayout?, _ compressed: PixelFormat?, _ size: PictureSize, _ keepsPicture: Bool
  ) throws(CodecError) {
    let decoder: VideoDecoder? = if let compressed { try VideoDecoder(compressed) } else { nil }
    let decoded = try Picture()
    let lent = try Picture()
    let scaler = try PictureScaler(to: size)
    self.layout = layout
    self.size = size
    self.decoder = decoder
    self.decoded = decoded
    self.lent = lent
    self.scaler = scaler
    self.keepsPicture = keepsPicture
  }

  /// Lends `body` the picture of one camera frame; `pixels` are needed until it returns, not longer.
  ///
  /// `nil`, without calling `body`, while an H.264 camera has not yet sent enough for a picture.
  /// - Throws: ``CodecError/brokenFrame(format:reason:)`` for a compressed frame that is damaged,
  ///   ``CodecError/frameTooShort(expectedBytes:bytes:)`` for a raw one: both concern this frame alone.
  public mutating func withPicture<R>(
    _ pixels: RawSpan, _ body: (borrowing Picture) throws -> R
  ) throws -> R? {
    if let layout {
      return try unsafe pixels.withUnsafeBytes { bytes in
        let fits =
          !keepsPicture && layout.pixelFormat == AV_PIX_FMT_YUV420P && layout.size == size
          && layout.color == SampleColor(matrix: .bt709, range: .limited)
        try unsafe lent.lend(bytes, as: layout, isCounted: fits)
        defer { lent.endLoan() }
        if fits { return try body(lent) }
        try scaler.scale(lent)
        last = .scaled
        return try body(scaler.output)
      }
    }
    guard try decoder?.decode(pixels, into: decoded) ?? false else { return nil }
    if decoded.size == size && decoded.isBroadcastReady {
      last = .decoded
      return try body(decoded)
    }
    try scaler.scale(decoded)
    last = .scaled
    return try body(scaler.output)
  }

  /// Lends `body` the picture of the last camera frame once more; `nil`, without calling it, where there is none.
  public func withLastPicture<R>(_ body: (borrowing Picture) throws -> R) rethrows -> R? {
    switch last {
    case .none: nil
    case .decoded: try body(decoded)
    case .scaled: try body(scaler.output)
    case .turned:
      switch turner {
      case .some(let turner): try body(turner.output)
      case .none: nil
      }
    }
  }

  /// Takes a picture that is decoded already, and makes it the last one: as it is where it fits, else upright, of whole
  /// pictures instead of fields, with square pixels, scaled.
  public mutating func show(_ picture: consuming Picture, as look: PictureLook = .plain) throws(CodecError) {
    let shape = look.pixelAspect.shown(picture.size)
    if look.isPlain, picture.size == size, shape == size, picture.isBroadcastReady {
      decoded = picture
      last = .decoded
      return
    }
    guard look.isInterlaced else { return try showWhole(picture, shape, look.orientation) }
    var deinterlacer = if let made = deinterlacer.take() { made } else { try Deinterlacer() }
    try deinterlacer.run(picture)
    try showWhole(deinterlacer.output, shape, look.orientation)
    self.deinterlacer = consume deinterlacer
  }

  private mutating func showWhole(
    _ picture: borrowing Picture, _ shape: PictureSize, _ orientation: DisplayOrientation
  ) throws(CodecError) {
    guard orientation != .upright else {
      try scaler.scale(picture, shownAs: shape)
      last = .scaled
      return
    }
    var turner =
      if let made = turner.take(), made.orientation == orientation { made } else {
        try PictureTurner(orientation, to: size)
      }
    try turner.turn(picture, shownAs: shape)
    self.turner = consume turner
    last = .turned
  }

  /// Lends `body` a decoded picture in the output's geometry and color: `picture` itself where it fits.
  /// - Parameter shape: a size of the shape in which it is shown, where its pixels are not square.
  mutating func withPicture(
    decoded picture: borrowing Picture, shownAs shape: PictureSize? = nil,
    _ body: (borrowing Picture) throws(CodecError) -> Void
  ) throws(CodecError) {
    if picture.size == size && (shape ?? size) == size && picture.isBroadcastReady { return try body(picture) }
    try scaler.scale(picture, shownAs: shape)
    try body(scaler.output)
  }
}
