internal import Capture
internal import Codec
internal import Media
internal import Settings

/// The test pattern, or black, for the source loop.
struct GeneratedPictures: Source, ~Copyable {
  private let stage: VideoStage
  /// The one or the other: each takes the memory of a picture.
  private let black: BlackPicture?
  private var pattern: TestPattern?
  private var converter: FrameConverter

  /// Prepares the test pattern, or black.
  ///
  /// What may throw comes before the first property is set: Swift 6.3 compiles an initializer of a noncopyable value
  /// that sets some and then throws, while it reads them, into a crash, in optimized builds alone.
  init(isPattern: Bool, on stage: VideoStage) throws(CodecError) {
    let encoding = stage.encoding
    if isPattern {
      let pattern = TestPattern(size: encoding.size, frameRate: encoding.frameRate)
      converter = try FrameConverter(from: pattern.format, to: encoding.size)
      black = nil
      self.pattern = consume pattern
    } else {
      let black = BlackPicture(size: encoding.size, frameRate: encoding.frameRate)
      converter = try FrameConverter(from: black.format, to: encoding.size)
      self.black = consume black
      pattern = nil
    }
    self.stage = stage
  }

  var traits: SourceTraits {
    var traits = SourceTraits.generated("test pattern", .picture)
    if pattern == nil { traits.announcement = Self.off }
    return traits
  }

  private static let off = "camera off: sending a black picture"

  func open() -> ImmediateOpening? { ImmediateOpening() }

  mutating func begin(_ opening: ImmediateOpening) -> String? {
    pattern == nil ? Self.off : "the test pattern"
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
      try black?.withFrame { pixels, _ in
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
