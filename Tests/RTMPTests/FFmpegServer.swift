import Foundation
import TestSupport

/// ffmpeg waiting for one publisher: a server that can be stopped in the middle of everything.
struct FFmpegServer {
  let port: Int
  /// Where it writes what it gets.
  let file: URL
  let process: RunningProcess
  private let folder: TemporaryDirectory

  /// Starts it and waits until it listens, without connecting, as it takes one connection only.
  init() async throws {
    folder = try TemporaryDirectory()
    file = folder.file("out.mkv")
    let port = try FreePort.find()
    self.port = port
    process = try RunningProcess(
      "ffmpeg",
      ["-v", "error", "-listen", "1", "-i", "rtmp://127.0.0.1:\(port)/app/\(Live.key)", "-c", "copy", file.path])
    try await FreePort.waitForListener(on: port)
  }

  var url: String { "rtmp://127.0.0.1:\(port)/app" }

  /// Lets it read nothing any more, while the kernel still holds its connection.
  func freeze() { process.signal(SIGSTOP) }
}
