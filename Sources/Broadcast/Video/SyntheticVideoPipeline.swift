internal import Capture
internal import Codec
internal import Interface
internal import Media

/// The test pattern, or black, to packets, on the video thread, until another source is wanted.
struct SyntheticVideoPipeline {
  /// What is drawn.
  enum Picture { case testPattern, black }

  let picture: Picture
  let stage: VideoStage

  func run() throws {
    let encoding = stage.encoding
    switch picture {
    case .testPattern:
      var pattern = TestPattern(size: encoding.size, frameRate: encoding.frameRate)
      var converter = try FrameConverter(from: pattern.format, to: encoding.size)
      try eachSlot(of: "the test pattern") { slot, time, due in
        try pattern.withFrame(index: slot, time: time) { pixels, _ in
          _ = try converter.withPicture(pixels) { try stage.encode($0, slot: slot, captureTime: due) }
        }
      }
    case .black:
      let black = BlackPicture(size: encoding.size, frameRate: encoding.frameRate)
      var converter = try FrameConverter(from: black.format, to: encoding.size)
      try eachSlot(of: "no camera: a black picture") { slot, _, due in
        try black.withFrame { pixels, _ in
          _ = try converter.withPicture(pixels) { try stage.encode($0, slot: slot, captureTime: due) }
        }
      }
    }
  }

  /// Calls `draw` for each slot at the moment that it is due.
  private func eachSlot(
    of source: String, _ draw: (_ slot: Int64, _ time: MediaTime, _ due: MediaTime) throws -> Void
  ) throws {
    stage.show(source: source)
    _ = try stage.waitForStart()
    while !stage.isOver {
      stage.skipWhatIsLate()
      let due = stage.nextDue
      sleepThread(until: min(due, .now() + .milliseconds(200)))
      guard MediaTime.now() >= due else { continue }
      let time = stage.next.time
      stage.startTimer()
      guard let place = stage.place(frameAt: due) else { continue }
      try draw(place.slot, time, due)
    }
  }
}
