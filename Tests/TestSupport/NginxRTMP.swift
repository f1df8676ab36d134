public import Foundation

/// nginx with its RTMP module on loopback: the foreign server that recordings are judged by.
///
/// Application `live` takes any stream key and records each stream as FLV; `refused` denies every publisher.
public final class NginxRTMP: Sendable {
  /// The TCP port of plain RTMP on 127.0.0.1.
  public let port: Int
  /// Where recordings go: `KEY-SECONDS.flv`.
  public let recordings: URL
  private let folder: TemporaryDirectory
  private let process: RunningProcess

  /// Starts the server and waits until it listens.
  /// - Parameters:
  ///   - applications: further `application NAME { … }` blocks in nginx's language.
  ///   - wanted: the port of a server that was there before, to take its place.
  public init(applications: String = "", port wanted: Int? = nil) async throws {
    folder = try TemporaryDirectory()
    port = try wanted ?? FreePort.find()
    recordings = try folder.folder("recordings")
    let configuration = """
      load_module \(try Self.modulePath());
      daemon off;
      # One process, which writes recordings as the user who runs the tests.
      master_process off;
      pid \(folder.file("nginx.pid").path);
      error_log stderr info;
      events { worker_connections 128; }
      rtmp {
        access_log off;
        server {
          listen 127.0.0.1:\(port);
          chunk_size 4096;
          application live {
            live on;
            record all;
            record_path \(recordings.path);
            record_unique on;
          }
          application refused {
            live on;
            deny publish all;
          }
          \(applications)
        }
      }
      """
    try folder.write(configuration, to: "nginx.conf")
    process = try RunningProcess(
      "nginx", ["-e", "stderr", "-p", folder.url.path, "-c", folder.file("nginx.conf").path])
    try await FreePort.waitForListener(on: port)
  }

  /// What a publisher is told: `rtmp://127.0.0.1:PORT/live`.
  public var url: String { "rtmp://127.0.0.1:\(port)/live" }

  /// What the server logged so far: connections, commands, errors.
  public var log: [String] { process.lines(of: .standardError) }

  /// The recordings of a stream key so far, oldest first; the last one may still be written to.
  public func recordings(of key: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: recordings, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasPrefix("\(key)-") && $0.pathExtension == "flv" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  /// Waits until recordings of a stream key are there and the server has closed them, and answers them.
  public func finishedRecordings(of key: String, within limit: Duration = .seconds(10)) async throws -> [URL] {
    var found: [URL] = []
    try await eventually("finished recording of \(key)", within: limit) {
      found = try recordings(of: key)
      return !found.isEmpty && !hasOpen(found)
    }
    return found
  }

  /// Waits for the one recording of a stream key that was published once.
  public func finishedRecording(of key: String, within limit: Duration = .seconds(10)) async throws -> URL {
    let all = try await finishedRecordings(of: key, within: limit)
    guard all.count == 1, let only = all.first else {
      throw HarnessError.unreadable(what: "the recording of \(key)", reason: "there are \(all.count) of them")
    }
    return only
  }

  /// Ends the server at once, cutting every connection without a word, as a crash would.
  public func crash() async throws {
    process.signal(SIGKILL)
    try await process.waitForExit(within: .seconds(5))
  }

  /// Lets the server stand still: it takes nothing and says nothing, but its connections stay.
  public func pause() { process.signal(SIGSTOP) }

  /// Lets it go on.
  public func resume() { process.signal(SIGCONT) }

  private func hasOpen(_ files: [URL]) -> Bool {
    let descriptors = "/proc/\(process.processIdentifier)/fd"
    let paths = Set(files.map { $0.resolvingSymlinksInPath().path })
    let names = (try? FileManager.default.contentsOfDirectory(atPath: descriptors)) ?? []
    return names.contains { name in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\(name)")).map(paths.contains)
        ?? false
    }
  }

  private static func modulePath() throws -> String {
    let places = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules"]
    guard
      let path = places.map({ "\($0)/ngx_rtmp_module.so" }).first(where: FileManager.default.fileExists(atPath:))
    else { throw HarnessError.missingTool("nginx's RTMP module (libnginx-mod-rtmp)") }
    return path
  }
}
