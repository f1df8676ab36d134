internal import Settings

extension Intent {
  /// The video bitrates that can be asked for, in kbit/s: what an IVS channel takes.
  public static let videoKilobits = 100...8500
  /// How far behind a stream may be allowed to fall, in milliseconds.
  public static let delayLimits = 500...5000
  /// That range in the words of help and refusals.
  public static let delayLimitRange = "0.5s to 5s"

  /// Reads a time within ``delayLimits``; `nil` for everything else.
  public static func delayLimit(parsing text: String) -> Duration? {
    guard let limit = Duration(parsing: text),
      Duration.milliseconds(delayLimits.lowerBound)...Duration.milliseconds(delayLimits.upperBound) ~= limit
    else { return nil }
    return limit
  }

  /// The amplification that can be asked for, in dB.
  public static let gainDecibels = -60.0...30.0

  /// The nearest bitrate that can be asked for.
  public static func nearest(kilobits: Int) -> Int {
    max(videoKilobits.lowerBound, min(videoKilobits.upperBound, kilobits))
  }

  /// The nearest amplification that can be asked for.
  public static func nearest(decibels: Double) -> Double {
    max(gainDecibels.lowerBound, min(gainDecibels.upperBound, decibels))
  }

  /// That range in the words of help and refusals.
  public static var gainRange: String { "\(Int(gainDecibels.lowerBound)) to \(Int(gainDecibels.upperBound))" }
  /// That range in the words of help and refusals.
  public static var videoBitrateRange: String { "\(videoKilobits.lowerBound)k to \(videoKilobits.upperBound)k" }
}
