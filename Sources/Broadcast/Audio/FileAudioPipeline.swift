internal import Codec
internal import Media

/// A media file's sound, in a loop and in real time, to packets, on the audio thread, until the task is cancelled.
struct FileAudioPipeline {
  let path: String
  let bitrate: Bitrate
  let context: SessionContext

  func run() throws {
    var reader = try AudioFileReader(path)
    let stage = try AudioStage(bitrate: bitrate, source: "the file \(path)", context: context)
    try stage.waitForStart()
    var loopStart: Int64 = 0
    let period = (MediaTime.zero + reader.duration).ticks(per: 48_000)
    while !Task.isCancelled {
      let got: Void? = try reader.withNextBlock { samples, time in
        let wanted = loopStart + time.ticks(per: 48_000)
        // A gap in the file becomes silence; what overlaps is left out. Half a millisecond is rounding.
        let gap = wanted - stage.next
        if gap > 24 { try silence(until: wanted, stage) }
        let skip = gap < -24 ? min(Int(-gap), samples.count / 2) : 0
        wait(until: stage.due(stage.next + Int64(samples.count / 2 - skip)))
        try stage.encode(samples.extracting((skip * 2)...))
      }
      if got == nil {
        loopStart += period
        try silence(until: loopStart, stage)
        try reader.rewind()
      }
    }
  }

  /// Silence in real time, for a gap in the file or for sound that is shorter than the picture.
  private func silence(until end: Int64, _ stage: AudioStage) throws {
    while !Task.isCancelled, stage.next < end {
      let count = min(end - stage.next, 1024)
      wait(until: stage.due(stage.next + count))
      try stage.encodeSilence(Int(count))
    }
  }

  private func wait(until due: MediaTime) {
    while !Task.isCancelled, MediaTime.now() < due { sleepThread(until: min(due, .now() + .milliseconds(200))) }
  }
}
