internal import Foundation

/// The sound of a recording as 48 kHz mono, with the container's times.
struct DecodedAudio {
  static let sampleRate = 48_000

  /// −1…1.
  let samples: [Float]
  /// Where each decoded frame begins: index of its first sample, and its presentation time in seconds.
  let frames: [(sample: Int, seconds: Double)]

  /// Decodes the first audio stream.
  init(_ source: String, within limit: Duration) async throws {
    // ashowinfo names each decoded frame's own time, so that a gap in the stream moves what follows it.
    let result = try await Tool.run(
      "ffmpeg",
      [
        "-nostdin", "-hide_banner", "-v", "info", "-nostats", "-copyts", "-i", source, "-map", "0:a:0", "-af",
        "aresample=\(Self.sampleRate),aformat=sample_fmts=s16:channel_layouts=mono,asettb=1/\(Self.sampleRate),ashowinfo",
        "-f", "s16le", "-",
      ], within: limit)
    let bytes = result.standardOutput
    samples = stride(from: 0, to: bytes.count & ~1, by: 2).map { index in
      Float(Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)) / 32_768
    }
    var frames: [(sample: Int, seconds: Double)] = []
    var position = 0
    for line in result.errorText.split(whereSeparator: \.isNewline) where line.contains("ashowinfo") {
      let facts = Facts(line)
      guard let pts = facts["pts"].flatMap(Int.init), let count = facts["nb_samples"].flatMap(Int.init) else {
        continue
      }
      frames.append((position, Double(pts) / Double(Self.sampleRate)))
      position += count
    }
    guard !samples.isEmpty, abs(position - samples.count) <= Self.sampleRate / 10 else {
      throw HarnessError.unreadable(
        what: "the sound of \(source)", reason: "\(samples.count) samples, of which ffmpeg timed \(position)")
    }
    self.frames = frames
  }

  /// The presentation time of a sample, in seconds.
  func seconds(of sample: Int) -> Double {
    var low = 0
    var high = frames.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if frames[middle].sample <= sample { low = middle } else { high = middle }
    }
    return frames[low].seconds + Double(sample - frames[low].sample) / Double(Self.sampleRate)
  }
}

/// The `name:value` or `name: value` pairs of a line by one of ffmpeg's info filters.
struct Facts {
  private var values: [Substring: Substring] = [:]

  init(_ line: Substring) {
    var name: Substring?
    for word in line.split(separator: " ") {
      if let waiting = name {
        values[waiting] = word
        name = nil
      } else if let colon = word.firstIndex(of: ":") {
        let value = word[word.index(after: colon)...]
        if value.isEmpty { name = word[..<colon] } else { values[word[..<colon]] = value }
      }
    }
  }

  subscript(name: String) -> String? { values[name[...]].map(String.init) }
}

/// A steady tone: what a sound is made of where it should be one sine.
public struct Tone: Sendable {
  /// Hertz, from the usual distance of the swings through zero in the middle of the sound; holes in it do not count.
  public let frequency: Double
  /// The part of that time in which it sounds, 0…1.
  public let continuity: Double
  /// Decibels of the sine's peak below full scale.
  public let decibels: Double

  /// Measures the middle half of a recording's sound.
  public init(of source: String, within limit: Duration = .seconds(60)) async throws {
    let samples = try await DecodedAudio(source, within: limit).samples
    let middle = samples[(samples.count / 4)..<(samples.count * 3 / 4)]
    let meanSquare = middle.reduce(0) { $0 + Double($1 * $1) } / Double(max(1, middle.count))
    // A swing counts when it leaves the noise of a silent moment: a tenth of the mean level on both sides of zero.
    let threshold = Float(meanSquare.squareRoot()) / 10
    var isBelow = false
    var swings: [Int] = []
    for (index, sample) in middle.enumerated() {
      if sample < -threshold {
        isBelow = true
      } else if isBelow && sample > threshold {
        isBelow = false
        swings.append(index)
      }
    }
    // The middle half of the distances, averaged: single samples are too coarse a measure, and holes are at the end.
    let distances = zip(swings, swings.dropFirst()).map { Double($1 - $0) }.sorted()
    let usual = distances[(distances.count / 4)..<(distances.count * 3 / 4)]
    let period = usual.reduce(0, +) / Double(max(1, usual.count))
    frequency = period > 0 ? Double(DecodedAudio.sampleRate) / period : 0
    continuity = Double(swings.count) * period / Double(max(1, middle.count))
    decibels = meanSquare > 0 ? 10 * log10(2 * meanSquare) : -.infinity
  }
}
