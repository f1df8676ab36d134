internal import Media

extension Duration {
  /// The duration in whole milliseconds, as the options of sockets have it.
  package var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }

  /// `10 s`, `1.5 s`, `250 ms`.
  package var text: String {
    let milliseconds = wholeMilliseconds
    if milliseconds % 1000 == 0 { return "\(milliseconds / 1000) s" }
    return milliseconds < 1000 ? "\(milliseconds) ms" : "\(Double(milliseconds) / 1000) s"
  }
}
