public import Media
public import Settings

/// Size and rate of the picture on air, as one writes them: `1280x720@30`; within what an IVS channel takes.
public struct VideoMode: Equatable, Sendable {
  /// How it is written.
  public static let form = "WIDTHxHEIGHT@RATE"
  /// One that everybody can copy.
  public static let example = "320x180@10"

  /// Width and height.
  public let size: PictureSize
  /// Frames a second.
  public let frameRate: FrameRate

  /// Reads a mode; without a rate it has 30 frames a second.
  /// - Throws: one line, with exit status usage.
  public init(parsing text: String) throws(OperatorFailure) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2, let size = PictureSize(parsing: parts[0]),
      let rate = parts.count == 2 ? FrameRate(parsing: parts[1]) : .thirty
    else { throw Self.wrong("Invalid video size \"\(text)\". Use \(Self.form), for example \(Self.example).") }
    // At most 1920 pixels an edge, 2,073,600 in all, 60 frames a second.
    guard (160...1920).contains(size.width), (160...1920).contains(size.height), size.pixels <= 2_073_600 else {
      throw Self.wrong("\(size): an IVS channel takes edges of 160 to 1920 and at most 2,073,600 pixels (1920x1080)")
    }
    guard size.width % 2 == 0, size.height % 2 == 0 else {
      throw Self.wrong("\(size): width and height have to be even")
    }
    guard (10...60).contains(rate.perSecond) else {
      throw Self.wrong("\(rate) frames a second: an IVS channel takes 10 to 60")
    }
    (self.size, frameRate) = (size, rate)
  }

  private static func wrong(_ text: String) -> OperatorFailure { OperatorFailure(text, .usage) }
}
