internal import Capture
internal import Codec
internal import Media
internal import Settings

/// The test pattern, or black, for the source loop.
struct DrawnPictures: Source, ~Copyable {
  private let stage: VideoStage
  private let black: BlackPicture
  /// `nil` where black is wanted.
  private var pattern: TestPattern?
  private var converter: FrameConverter

  init(isPattern: Bool, on stage: VideoStage) throws {
    let encoding = stage.encoding
    self.stage = stage
    black = BlackPicture(size: encoding.size, frameRate: encoding.frameRate)
    pattern = isPattern ? TestPattern(size: encoding.size, frameRate: encoding.frameRate) : nil
    converter = try FrameConverter(from: pattern?.format ?? black.format, to: encoding.size)
  }

  var traits: SourceTraits { .drawn("test pattern", .picture) }

  func open() -> AtOnce? { AtOnce() }

  mutating func begin(_ opening: AtOnce) -> String? {
    pattern == nil ? "no camera: a black picture" : "the test pattern"
  }

  mutating func step() throws -> Bool {
    guard stage.hasStarted() else { return true }
    stage.skipWhatIsLate()
    let due = stage.nextDue
    sleepThread(until: min(due, .now() + .milliseconds(200)))
    guard MediaTime.now() >= due else { return true }
    let time = stage.next.time
    stage.startTimer()
    guard let place = stage.place(frameAt: due) else { return true }
    let stage = stage
    if pattern == nil {
      try black.withFrame { pixels, _ in
        _ = try converter.withPicture(pixels) { try stage.show($0, slot: place.slot, captureTime: due) }
      }
    } else {
      try pattern?.withFrame(index: place.slot, time: time) { pixels, _ in
        _ = try converter.withPicture(pixels) { try stage.show($0, slot: place.slot, captureTime: due) }
      }
    }
    return true
  }

  mutating func close() {}

  mutating func hold() throws { try stage.hold() }
}
