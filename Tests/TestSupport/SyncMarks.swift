internal import Foundation

/// When the square at the top left turns white and when the beep starts: a recording's own proof of A/V sync.
public struct SyncMarks: Sendable {
  /// A square and the beep that belongs to it.
  public struct Pair: Sendable, Equatable {
    /// When the square turned white, in the container's seconds.
    public var video: Double
    /// When the beep began, in the container's seconds.
    public var audio: Double
    /// Seconds; positive where the sound comes late.
    public var audioAfterVideo: Double { audio - video }
  }

  /// When the square turned white, in the container's seconds.
  public let video: [Double]
  /// When the beep began, in the container's seconds.
  public let audio: [Double]

  /// Decodes a recording and finds all marks; one that is already there at the beginning has no start and is left out.
  /// - Parameter squareSize: edge of the square in the recorded picture, where that was scaled.
  public init(of source: String, squareSize: Int = 64, within limit: Duration = .seconds(120)) async throws {
    video = try await Self.videoMarks(of: source, squareSize: squareSize, within: limit)
    audio = Self.onsets(in: try await DecodedAudio(source, within: limit))
  }

  /// Each square with the beep nearest to it, where one is within half a second.
  public var pairs: [Pair] {
    video.compactMap { square in
      audio.min { abs($0 - square) < abs($1 - square) }
        .flatMap { abs($0 - square) < 0.5 ? Pair(video: square, audio: $0) : nil }
    }
  }

  /// The largest distance between a square and its beep, in seconds; `nil` without pairs.
  public var largestOffset: Double? { pairs.map { abs($0.audioAfterVideo) }.max() }

  private static func videoMarks(of source: String, squareSize: Int, within limit: Duration) async throws -> [Double] {
    // The middle of the square, since coding blurs its edge.
    let margin = squareSize / 8
    let edge = squareSize - 2 * margin
    let result = try await Tool.run(
      "ffmpeg",
      [
        "-nostdin", "-hide_banner", "-v", "error", "-copyts", "-i", source, "-map", "0:v:0", "-vf",
        "crop=\(edge):\(edge):\(margin):\(margin),settb=1/1000000,signalstats,"
          + "metadata=mode=print:key=lavfi.signalstats.YAVG:file='pipe\\:1'",
        "-f", "null", "-",
      ], within: limit)
    var marks: [Double] = []
    var time: Double?
    var wasWhite = true
    for line in result.text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("frame:") {
        time = Facts(line)["pts"].flatMap(Double.init).map { $0 / 1e6 }
      } else if let value = line.split(separator: "=").last.flatMap({ Double($0) }), let moment = time {
        let isWhite = value > 125
        if isWhite && !wasWhite { marks.append(moment) }
        wasWhite = isWhite
      }
    }
    guard time != nil else { throw HarnessError.unreadable(what: "the picture of \(source)", reason: "no frame in it") }
    return marks
  }

  /// Where sound begins after at least 20 ms of quiet.
  ///
  /// Measured over windows of one period of 1 kHz: a window that begins in quiet and holds a quarter of the beep's
  /// energy begins three quarters of a window before the beep.
  private static func onsets(in sound: DecodedAudio) -> [Double] {
    let window = DecodedAudio.sampleRate / 1000
    let samples = sound.samples
    let blocks = stride(from: 0, to: samples.count - window + 1, by: window).map { energy(samples, from: $0, window) }
    // The beep's level: nothing else in the sound is as loud.
    guard let loudest = blocks.max(), loudest > 0 else { return [] }
    let quarter = loudest / 4
    var marks: [Double] = []
    var quietBlocks = 0
    for (index, block) in blocks.enumerated() {
      if block < quarter / 4 {
        quietBlocks += 1
      } else if block < quarter {
        continue
      } else {
        if quietBlocks >= 20 {
          // The quarter is reached within this block or the one before it.
          let first = max(0, (index - 1) * window)
          let start = (first...index * window).first { energy(samples, from: $0, window) >= quarter } ?? index * window
          marks.append(sound.seconds(of: min(samples.count - 1, start + window * 3 / 4)))
        }
        quietBlocks = 0
      }
    }
    return marks
  }

  private static func energy(_ samples: [Float], from start: Int, _ count: Int) -> Float {
    var sum: Float = 0
    for index in start..<min(samples.count, start + count) { sum += samples[index] * samples[index] }
    return sum
  }
}
