internal import Media

/// Reads what is typed and turns it into keys.
struct KeyInput {
  private(set) var decoder: KeyDecoder
  /// A terminal that sends without end does not keep the console from its other work.
  private static let mostReads = 64
  private var buffer = [UInt8](repeating: 0, count: 4096)

  init(expectsAnswer: Bool) { decoder = KeyDecoder(expectsAnswer: expectsAnswer) }

  /// The terminal is asked again.
  mutating func expectAnswer() { decoder.expectAnswer() }

  /// The next key; never waits.
  ///
  /// What has come is read before anything is taken for ended, however late this program looks.
  mutating func next(from device: TerminalDevice) -> Key? {
    for _ in 0..<Self.mostReads {
      if let key = decoder.next() { return key }
      let bytes = device.read(into: &buffer)
      guard !bytes.isEmpty else { return decoder.next(at: .now()) }
      decoder.feed(bytes, at: .now())
    }
    return decoder.next()
  }

  /// Swallows answers of the terminal that are still on their way, so that no shell takes them for typing.
  func awaitReports(from device: TerminalDevice, until deadline: MediaTime) {
    var input = self
    while !input.decoder.hasAnswered || input.decoder.isInside, !device.isGone {
      let milliseconds = (deadline - .now()).inMilliseconds
      guard milliseconds > 0, device.isForeground else { return }
      device.waitForInput(within: Int32(milliseconds.rounded(.up)), or: nil)
      while input.next(from: device) != nil {}
    }
  }
}
