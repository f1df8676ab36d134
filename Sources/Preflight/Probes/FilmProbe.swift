internal import Codec
internal import Media
internal import Settings

/// Looks at a file that is the picture's source: what it is, how long it is in truth, what is odd.
enum FilmProbe {
  /// Reading ends after this long, so that the row is done in time; what is longer is not measured to its end.
  private static let limit = Duration.milliseconds(2500)

  /// Blocks as long as the file's disk does.
  static func look(_ path: String) throws -> CheckFinding {
    judge(try FilmInspection(path, until: .now() + limit), path)
  }

  /// What is to be said of a film.
  static func judge(_ film: FilmInspection, _ path: String) -> CheckFinding {
    let facts = ([headline(film)] + oddities(film)).joined(separator: ", ")
    guard film.contradictsHeader, let stated = film.statedDuration else { return .pass("\(path): \(facts)") }
    return .warn(
      "\(path): \(facts); its header says \(text(stated))",
      "it loops after the \(text(film.length)) that are there; if it was cut off, copy it again")
  }

  private static func headline(_ film: FilmInspection) -> String {
    var text = "\(film.size) \(film.codec)"
    if film.isWhole, film.pictures == 1, !film.hasSound { return text + ", one picture" }
    if let rate = film.frameRate { text += " at \(decimal(rate)) fps" }
    if film.isWhole { return text + ", \(self.text(film.length))" }
    let stated = film.statedDuration.map { "\(self.text($0)) by its header" } ?? "longer than \(self.text(film.length))"
    return text + ", \(stated)"
  }

  private static func oddities(_ film: FilmInspection) -> [String] {
    var found: [String] = []
    if film.look.orientation.quarterTurns != 0 { found.append("turned by \(film.look.orientation.degrees)°") }
    if film.look.orientation.isMirrored { found.append("mirrored") }
    if film.look.pixelAspect != .square { found.append("pixels of \(film.look.pixelAspect)") }
    if film.look.isInterlaced { found.append("interlaced") }
    if let steps = film.steps, steps.upperBound > steps.lowerBound * 3 {
      found.append("pictures stay for up to \(text(steps.upperBound))")
    }
    if film.jumps > 0 { found.append(film.jumps == 1 ? "a jump of its clock" : "\(film.jumps) jumps of its clock") }
    if film.isWhole, film.pictures > 1, !film.hasSound { found.append("no sound") }
    return found
  }

  /// `4.0 s`, `12 min`, `24 h`.
  private static func text(_ time: Duration) -> String {
    switch time.inSeconds {
    case ..<120: "\(decimal(time.inSeconds)) s"
    case ..<7200: "\(Int((time.inSeconds / 60).rounded())) min"
    default: "\(Int((time.inSeconds / 3600).rounded())) h"
    }
  }

  private static func decimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
