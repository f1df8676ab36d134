internal import Media

/// How long a device that was opened may take until it gives something.
struct FirstDataTimeout {
  /// How long it is waited for at a time.
  static let look = Duration.milliseconds(200)
  private let deadline = MediaTime.now() + .seconds(3)

  /// Whether it is still to be waited for.
  var isAwaited: Bool { MediaTime.now() < deadline }
}
