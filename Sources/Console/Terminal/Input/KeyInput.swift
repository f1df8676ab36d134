internal import Media

/// Reads what is typed and turns it into keys.
struct KeyInput {
  private(set) var decoder: KeyDecoder
  private var buffer = [UInt8](repeating: 0, count: 4096)

  init(expectsAnswer: Bool) { decoder = KeyDecoder(expectsAnswer: expectsAnswer) }

  /// The terminal is asked again.
  mutating func expectAnswer() { decoder.expectAnswer() }

  /// The next key; never waits.
  mutating func next(from device: TerminalDevice) -> Key? {
    if let key = decoder.next(at: .now()) { return key }
    while true {
      let bytes = device.read(into: &buffer)
      guard !bytes.isEmpty else { return nil }
      decoder.feed(bytes, at: .now())
      if let key = decoder.next(at: .now()) { return key }
    }
  }

  /// Swallows answers of the terminal that are still on their way, so that no shell takes them for typing.
  func awaitReports(from device: TerminalDevice, until deadline: MediaTime) {
    var input = self
    while !input.decoder.hasAnswered, !device.isGone {
      let milliseconds = (deadline - .now()).inMilliseconds
      guard milliseconds > 0, device.isForeground else { return }
      device.waitForInput(within: Int32(milliseconds.rounded(.up)), or: nil)
      while input.next(from: device) != nil {}
    }
  }
}
