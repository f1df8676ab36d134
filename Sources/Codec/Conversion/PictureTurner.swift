internal import Media

/// Brings pictures that do not stand upright into the output's geometry: scaled as they lie, then turned.
@safe struct PictureTurner: ~Copyable {
  let orientation: DisplayOrientation
  /// The result of the last ``turn(_:shownAs:)``.
  private(set) var output: Picture
  private var scaler: PictureScaler

  init(_ orientation: DisplayOrientation, to size: PictureSize) throws(CodecError) {
    let output = try Picture(size: size)
    // A quarter turn back takes as much room as one forth.
    let scaler = try PictureScaler(to: orientation.size(of: size))
    self.orientation = orientation
    self.output = output
    self.scaler = scaler
  }

  /// Scales and turns `picture` into ``output``.
  /// - Parameter shape: the size in square pixels in which it is shown, as it lies.
  mutating func turn(_ picture: borrowing Picture, shownAs shape: PictureSize) throws(CodecError) {
    try scaler.scale(picture, shownAs: shape)
    try orientation.turn(scaler.output, into: &output)
  }
}
