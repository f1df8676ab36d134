internal import Codec
internal import Media

/// A media file's sound, in a loop and in real time, to packets, on the audio thread, until the task is cancelled.
struct FileAudioPipeline {
  let path: String
  let stage: AudioStage

  func run() throws {
    var reader = try AudioFileReader(path, inputs: stage.inputs)
    stage.show(source: "the file \(path)")
    try stage.waitForStart()
    var loopStart = stage.next
    let period = (MediaTime.zero + reader.duration).ticks(per: 48_000)
    while !stage.isOver {
      let got: Void? = try reader.withNextBlock { samples, time in
        let wanted = loopStart + time.ticks(per: 48_000)
        // A gap in the file becomes silence; what overlaps is left out. Half a millisecond is rounding.
        let gap = wanted - stage.next
        if gap > 24 { try silence(until: wanted) }
        let skip = gap < -24 ? min(Int(-gap), samples.count / 2) : 0
        wait(until: stage.due(stage.next + Int64(samples.count / 2 - skip)))
        try stage.encode(samples.extracting((skip * 2)...))
      }
      if got == nil {
        loopStart += period
        try silence(until: loopStart)
        try reader.rewind()
      }
    }
  }

  /// Silence in real time, for a gap in the file or for sound that is shorter than the picture.
  private func silence(until end: Int64) throws {
    while !stage.isOver, stage.next < end {
      let count = min(end - stage.next, 1024)
      wait(until: stage.due(stage.next + count))
      try stage.encodeSilence(Int(count))
    }
  }

  private func wait(until due: MediaTime) {
    while !stage.isOver, MediaTime.now() < due { sleepThread(until: min(due, .now() + .milliseconds(200))) }
  }
}
