internal import Interface

/// A size and rate that is in no list, while somebody types it.
struct VideoInput: Equatable, Sendable {
  var input = TextInput()
  /// Why it was refused; gone once something else is typed.
  var problem: String?

  /// What stands below the field: what is wrong, the bitrate that goes with it, or how it is written.
  var remark: String {
    if let problem { return problem }
    guard let kilobits = VideoMenu.suited(input.text) else {
      return "\(VideoMode.form), for example \(VideoMode.example); without a rate it is 30"
    }
    return "at \(Figures.bitrate(kilobits)), which suits it"
  }
}
