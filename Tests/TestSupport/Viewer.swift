internal import Foundation

/// Somebody who watches a page with a video in headless Chromium, see `Tests/Browser/watch`.
public final class Viewer: Sendable {
  /// What the viewer got.
  public struct Playback: Decodable, Sendable {
    /// Seconds that the video moved on by itself.
    public var played: Double
    /// Pixels.
    public var width: Int
    /// Pixels.
    public var height: Int
    /// Pictures that the browser decoded.
    public var frames: Int
    /// Bytes of sound that the browser decoded.
    public var audio: Int
    /// What the media element says is wrong; empty where nothing is.
    public var error: String
    /// All text of the page.
    public var text: String
    /// Whether the page is wider than the window.
    public var overflows: Bool
    /// Uncaught exceptions and failed requests.
    public var complaints: [String]
  }

  private let process: RunningProcess

  /// Opens a page and watches until the video has played for `seconds`, but not longer than `limit`.
  /// - Parameter screenshot: where a picture of the page goes at the end, as PNG.
  public init(_ page: String, for seconds: Int, within limit: Int = 40, screenshot: String? = nil) throws {
    process = try RunningProcess(
      Project.root.appending(path: "Tests/Browser/watch").path,
      [page, "--until", "\(seconds)", "--within", "\(limit)"] + (screenshot.map { ["--screenshot", $0] } ?? []))
  }

  /// Waits until the video moves.
  public func waitUntilPlaying() async throws {
    try await process.waitForLine(containing: "playing", within: .seconds(40))
  }

  /// Waits until enough was watched or the time for it is over.
  public func playback() async throws -> Playback {
    try await process.waitForExit(within: .seconds(90))
    do { return try JSONDecoder().decode(Playback.self, from: Data(process.bytes(of: .standardOutput))) } catch {
      throw HarnessError.unreadable(what: "what the viewer saw", reason: process.text(of: .standardError))
    }
  }
}
