public import Foundation

/// What ffprobe and ffmpeg find in a recording.
public struct MediaProbe: Sendable {
  /// One stream as the container and the codec describe it.
  public struct Stream: Sendable, Equatable {
    /// Its place in the file.
    public var index: Int
    /// `video` or `audio`.
    public var kind: String
    /// The codec's name, as `h264` or `aac`.
    public var codec: String
    /// The profile's name, as `Main` or `LC`.
    public var profile: String
    /// H.264: ten times the level.
    public var level: Int
    /// Pixels; zero for audio.
    public var width: Int
    /// Pixels; zero for audio.
    public var height: Int
    /// The layout's name, as `yuv420p`; empty for audio.
    public var pixelFormat: String
    /// `tv` or `pc`; empty where the stream does not say.
    public var colorRange: String
    /// The matrix, as `bt709`; empty where the stream does not say.
    public var colorSpace: String
    /// The largest number of B-frames in a row that the stream may have.
    public var reorderDepth: Int
    /// Sample frames per second; zero for video.
    public var sampleRate: Int
    /// Channels; zero for video.
    public var channels: Int
  }

  /// One packet; times are the container's.
  public struct Packet: Sendable, Equatable {
    /// The stream that it belongs to.
    public var streamIndex: Int
    /// Presentation time in seconds.
    public var pts: Double
    /// Decode time in seconds.
    public var dts: Double
    /// Bytes.
    public var size: Int
    /// Whether decoding can begin here.
    public var isKeyframe: Bool
  }

  /// The examined file or URL.
  public let source: String
  /// The container's name, as `flv` or `matroska,webm`.
  public let container: String
  /// All streams.
  public let streams: [Stream]
  /// All packets in the order of the file.
  public let packets: [Packet]

  /// Examines a whole file.
  public init(_ file: URL, within limit: Duration = .seconds(60)) async throws {
    try await self.init(file.path, within: limit)
  }

  /// Examines a whole file or anything else that ffprobe opens, as a finished HLS playlist's URL.
  public init(_ source: String, within limit: Duration = .seconds(60)) async throws {
    let output = try await Tool.run(
      "ffprobe",
      [
        "-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_packets", "-show_entries",
        "packet=stream_index,pts_time,dts_time,size,flags", source,
      ], within: limit)
    let answer: Answer
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do { answer = try decoder.decode(Answer.self, from: Data(output.standardOutput)) } catch {
      throw HarnessError.unreadable(what: "ffprobe's answer about \(source)", reason: "\(error)")
    }
    self.source = source
    container = answer.format.formatName
    streams = answer.streams.map(\.stream)
    packets = try answer.packets.map { try $0.packet(of: source) }
  }

  /// The only or first video stream.
  public var video: Stream? { streams.first { $0.kind == "video" } }
  /// The only or first audio stream.
  public var audio: Stream? { streams.first { $0.kind == "audio" } }
  /// The packets of ``video``.
  public var videoPackets: [Packet] { packets.filter { $0.streamIndex == video?.index } }
  /// The packets of ``audio``.
  public var audioPackets: [Packet] { packets.filter { $0.streamIndex == audio?.index } }

  /// Video frames of each group of pictures; the last one may be cut by the end.
  public var gopLengths: [Int] {
    videoPackets.reduce(into: []) { lengths, packet in
      if packet.isKeyframe || lengths.isEmpty { lengths.append(1) } else { lengths[lengths.count - 1] += 1 }
    }
  }

  /// Frames per second over all of the video, from its first to its last decode time.
  public var frameRate: Double {
    let packets = videoPackets
    guard let first = packets.first, let last = packets.last, last.dts > first.dts else { return 0 }
    return Double(packets.count - 1) / (last.dts - first.dts)
  }

  /// Whether the decode times of each stream grow from packet to packet.
  public var hasStrictlyMonotonicTimes: Bool {
    streams.allSatisfy { stream in
      let times = packets.filter { $0.streamIndex == stream.index }.map(\.dts)
      return zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
    }
  }

  /// Video's bits per second in each full window of `seconds` from its first packet on; a rest at the end is left out.
  public func videoBitrates(perWindowOf seconds: Double = 2) -> [Double] {
    let packets = videoPackets
    guard let first = packets.first, let last = packets.last else { return [] }
    let duration = last.dts - first.dts + 1 / max(1, frameRate)
    // Half a frame of tolerance: containers round times to milliseconds.
    let half = 0.5 / max(1, frameRate)
    var bits = [Double](repeating: 0, count: Int((duration + half) / seconds))
    for packet in packets {
      let window = Int((packet.dts - first.dts + half) / seconds)
      if bits.indices.contains(window) { bits[window] += Double(packet.size) * 8 }
    }
    return bits.map { $0 / seconds }
  }

  /// Seconds from the first video frame's presentation to the first audio's; positive where audio starts later.
  public var audioStartAfterVideo: Double? {
    guard let video = videoPackets.first, let audio = audioPackets.first else { return nil }
    return audio.pts - video.pts
  }

  /// What ffmpeg complains about when it decodes all of it; empty for a sound recording.
  ///
  /// Frames keep their own times: put on a guessed frame rate, two of them may fall on one tick, which is no fault.
  public func decodeErrors(within limit: Duration = .seconds(120)) async throws -> [String] {
    let result = try await Tool.attempt(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-xerror", "-i", source, "-map", "0", "-fps_mode", "passthrough", "-enc_time_base",
        "-1", "-f", "null", "-",
      ], within: limit)
    let lines = result.errorText.split(whereSeparator: \.isNewline).map(String.init)
    return lines.isEmpty && !result.termination.isSuccess ? ["ffmpeg: \(result.termination)"] : lines
  }
}

// The names are ffprobe's, in camel case.
private struct Answer: Decodable {
  struct Format: Decodable { var formatName: String }

  struct Stream: Decodable {
    var index: Int
    var codecType: String
    var codecName: String?
    var profile: String?
    var level: Int?
    var width: Int?
    var height: Int?
    var pixFmt: String?
    var colorRange: String?
    var colorSpace: String?
    var hasBFrames: Int?
    var sampleRate: String?
    var channels: Int?

    var stream: MediaProbe.Stream {
      MediaProbe.Stream(
        index: index, kind: codecType, codec: codecName ?? "", profile: profile ?? "", level: level ?? 0,
        width: width ?? 0, height: height ?? 0, pixelFormat: pixFmt ?? "", colorRange: colorRange ?? "",
        colorSpace: colorSpace ?? "", reorderDepth: hasBFrames ?? 0,
        sampleRate: sampleRate.flatMap(Int.init) ?? 0, channels: channels ?? 0)
    }
  }

  struct Packet: Decodable {
    var streamIndex: Int
    var ptsTime: String?
    var dtsTime: String?
    var size: String
    var flags: String

    func packet(of source: String) throws -> MediaProbe.Packet {
      guard let pts = ptsTime.flatMap(Double.init), let size = Int(size) else {
        throw HarnessError.unreadable(what: "a packet of \(source)", reason: "it has no time or no size")
      }
      return MediaProbe.Packet(
        streamIndex: streamIndex, pts: pts, dts: dtsTime.flatMap(Double.init) ?? pts, size: size,
        isKeyframe: flags.hasPrefix("K"))
    }
  }

  var format: Format
  var streams: [Stream]
  var packets: [Packet]
}
