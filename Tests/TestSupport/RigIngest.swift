internal import Foundation

/// The network rig's RTMP server: takes any number of publishers under one name, writes down what arrives, and may ask
/// them to reconnect.
public final class RigIngest: Sendable {
  /// What one connection brought.
  public struct Session: Sendable {
    /// One packet.
    public struct Packet: Sendable {
      /// Its decode time in milliseconds.
      public let time: Int
      /// Whether it is a keyframe.
      public let isKeyframe: Bool
    }

    /// The pictures in the order of arrival.
    public var video: [Packet] = []
    /// The sound in the order of arrival.
    public var audio: [Packet] = []
    /// How it ended: `goodbye` or `lost`; `nil` while it has not.
    public var end: String?
  }

  private struct Line: Decodable {
    var session: Int
    var ms: Int?
    var kind: String?
    var key: Bool?
    var end: String?
  }

  /// The TCP port on 127.0.0.1.
  public let port: Int
  private let process: RunningProcess
  private let folder: TemporaryDirectory
  private var file: URL { folder.file("arrivals.jsonl") }

  /// Starts it and waits until it listens.
  /// - Parameters:
  ///   - requests: how often publishers are asked to reconnect.
  ///   - seconds: when each is asked, after it began.
  public init(requests: Int, seed: Int, after seconds: ClosedRange<Double>) async throws {
    folder = try TemporaryDirectory()
    port = try FreePort.find()
    process = try RunningProcess(
      Project.root.appending(path: "Tests/NetworkRig/ingest").path,
      [
        "127.0.0.1", "\(port)", folder.file("arrivals.jsonl").path, "\(requests)", "\(seed)", "\(seconds.lowerBound)",
        "\(seconds.upperBound)",
      ])
    try await process.waitForLine(containing: "listening", within: .seconds(10))
  }

  /// What a publisher is told: `rtmp://127.0.0.1:PORT/live`.
  public var url: String { "rtmp://127.0.0.1:\(port)/live" }

  /// What came so far, of one connection after the other.
  public func sessions() throws -> [Session] {
    let text = try String(contentsOf: file, encoding: .utf8)
    var sessions: [Session] = []
    // The last line may be in the making.
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let line = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
      while sessions.count < line.session { sessions.append(Session()) }
      if let end = line.end { sessions[line.session - 1].end = end }
      guard let time = line.ms else { continue }
      let packet = Session.Packet(time: time, isKeyframe: line.key == true)
      if line.kind == "video" {
        sessions[line.session - 1].video.append(packet)
      } else {
        sessions[line.session - 1].audio.append(packet)
      }
    }
    return sessions
  }
}
