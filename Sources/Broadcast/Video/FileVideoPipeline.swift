internal import Codec
internal import Media

/// A media file's pictures, in a loop and in real time, to packets, on the video thread, until the task is cancelled.
struct FileVideoPipeline {
  let path: String
  let stage: VideoStage

  func run() throws {
    var reader = try VideoFileReader(path)
    let encoding = stage.encoding
    var converter = try FrameConverter(to: encoding.size)
    stage.show(source: "the file \(path), \(reader.size) at \(reader.frameRate) fps")
    let interval = reader.frameRate.interval
    let slack = encoding.frameRate.interval / 2
    var loopStart = try stage.waitForStart()
    while !stage.isOver {
      let got: Void? = try reader.withNextPicture { picture, time in
        let due = loopStart + (time - .zero)
        guard wait(until: due) else { return }
        stage.skipWhatIsLate()
        stage.startTimer()
        guard let place = stage.place(frameAt: due) else { return }
        try converter.withPicture(converting: picture) { picture in
          try stage.encode(picture, slot: place.slot, captureTime: due)
          // In a file slower than the session each picture stays until the next one.
          while stage.nextDue < due + (interval - slack) {
            let next = stage.nextDue
            guard wait(until: next), let again = stage.place(frameAt: next) else { return }
            stage.startTimer()
            try stage.encode(picture, slot: again.slot, captureTime: next)
          }
        }
      }
      if got == nil {
        loopStart = loopStart + reader.duration
        try reader.rewind()
      }
    }
  }

  /// Sleeps until `due`; false when another source is wanted meanwhile.
  private func wait(until due: MediaTime) -> Bool {
    while MediaTime.now() < due {
      if stage.isOver { return false }
      sleepThread(until: min(due, .now() + .milliseconds(200)))
    }
    return !stage.isOver
  }
}
