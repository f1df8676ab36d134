import Foundation
import TestSupport
import Testing

@Suite("Bad input: one clear line and its own exit code")
struct RefusalTests {
  /// Runs the program with what is wrong and checks that it ends by itself with one line that holds `words`.
  private func expect(
    _ arguments: [String], exit: Int32, _ words: String..., key: String? = Broadcast.key,
    environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let run = try await Broadcast.run(
      arguments + ["--duration", "2s"], key: key, environment: environment, within: .seconds(30))
    #expect(run.exit == .exit(exit), "\(run.error)", sourceLocation: sourceLocation)
    let line = try #require(run.error.lastFailure, "no line in: \(run.error)", sourceLocation: sourceLocation)
    for word in words { #expect(line.contains(word), "\(line)", sourceLocation: sourceLocation) }
    #expect(!run.error.contains(Broadcast.key), sourceLocation: sourceLocation)
  }

  @Test("no camera at all") func noCameras() async throws {
    try await expect(["--camera", "auto", "--microphone", "test"], exit: 66, "--camera test")
  }

  @Test("no microphone at all") func noMicrophones() async throws {
    try await expect(["--camera", "test", "--microphone", "auto"], exit: 66, "--microphone silence")
  }

  @Test("no such camera") func noSuchCamera() async throws {
    try await expect(["--camera", "/dev/video99", "--microphone", "test"], exit: 66, "/dev/video99", "devices")
  }

  @Test("a size that no channel takes") func size() async throws {
    try await expect(["--camera", "test", "--video", "4096x2160@30"], exit: 64, "--video", "1920")
  }

  @Test("no stream key anywhere") func noKey() async throws {
    try await expect(
      ["--camera", "test", "--channel", "rtmps://ingest.invalid:443/app"], exit: 78, "--stream-key-file", key: nil)
  }

  @Test("a stream key in the URL on the command line is refused and not repeated") func keyInURL() async throws {
    try await expect(
      ["--camera", "test", "--channel", "rtmps://ingest.invalid:443/app/\(Broadcast.key)"], exit: 64,
      "stream-key-file",
      key: nil)
  }

  @Test("a key file that is not there") func noKeyFile() async throws {
    try await expect(
      ["--camera", "test", "--channel", "rtmp://127.0.0.1:1/live", "--stream-key-file", "/nowhere/key"], exit: 78,
      "/nowhere/key", key: nil)
  }

  @Test("an unknown host") func unknownHost() async throws {
    try await expect(["--camera", "test", "--channel", "rtmps://ingest.invalid:443/app"], exit: 68, "ingest.invalid")
  }

  @Test("a refused connection") func refusedConnection() async throws {
    let port = try FreePort.find()
    try await expect(
      ["--camera", "test", "--channel", "rtmp://127.0.0.1:\(port)/live"], exit: 69, "127.0.0.1:\(port)", "refused")
  }

  @Test("a publish that the server refuses") func refusedPublish() async throws {
    let server = try await NginxRTMP()
    try await expect(
      ["--camera", "test", "--channel", "rtmp://127.0.0.1:\(server.port)/refused"], exit: 77, "127.0.0.1:\(server.port)"
    )
  }

  @Test("settings that are no YAML, and a key in them that is not known") func settings() async throws {
    let folder = try TemporaryDirectory()
    let broken = try folder.write("camera: 'test\n", to: "broken.yaml")
    try await expect(["--config", broken.path], exit: 78, "broken.yaml:", "not YAML")
    let typo = try folder.write("camera: test\nmicrofone: test\n", to: "typo.yaml")
    try await expect(["--config", typo.path], exit: 78, "typo.yaml:2", "did you mean 'microphone'")
    try await expect(["--config", "/nowhere.yaml"], exit: 78, "/nowhere.yaml")
  }

  @Test("a file that is no film, and one that is not there") func files() async throws {
    let folder = try TemporaryDirectory()
    let text = try folder.write("not a film\n", to: "film.mp4")
    try await expect(["--camera", "file:\(text.path)"], exit: 65, "film.mp4")
    try await expect(["--camera", "file:/nowhere.mp4"], exit: 66, "/nowhere.mp4")
  }

  @Test("a directory for recordings that cannot be made") func recordDirectory() async throws {
    try await expect(["--camera", "test", "--record", "/proc/recordings"], exit: 73, "/proc/recordings", "--record")
  }

  @Test("a player's port that was asked for and is taken") func playbackPort() async throws {
    let taken = try SilentServer()
    try await expect(
      ["--camera", "test", "--playback-port", "\(taken.port)"], exit: 69, "127.0.0.1:\(taken.port)", "--playback-port")
  }

  @Test("an option that does not exist") func unknownOption() async throws {
    let run = try await Broadcast.run(["--camra", "test"], key: nil)
    #expect(run.exit == .exit(64))
    #expect(run.error.contains("--camera"))
  }
}

@Suite("TLS refusals: each its own line, and no byte of the key leaves")
struct TLSRefusalTests {
  private func refusal(_ host: String, _ port: Int, _ extra: [String]) async throws -> String {
    let run = try await Broadcast.run(
      ["--camera", "test", "--channel", "rtmps://\(host):\(port)/live", "--duration", "2s"] + extra,
      within: .seconds(30))
    #expect(run.exit == .exit(76), "\(run.error)")
    return run.error.lastFailure ?? run.error
  }

  @Test("unknown authority, wrong host, expired certificate, plain server")
  func refusals() async throws {
    let server = try await NginxRTMP()
    let authority = try await CertificateAuthority()
    let trust = ["--tls-ca-file", authority.certificate.path]
    let good = try await TLSFront(forwardingTo: server.port, certificate: try await authority.issue(for: ["localhost"]))
    let other = try await TLSFront(
      forwardingTo: server.port, certificate: try await authority.issue(for: ["elsewhere.example"]))
    let old = try await TLSFront(
      forwardingTo: server.port, certificate: try await authority.issue(for: ["localhost"], validity: .expired))
    #expect(try await refusal("localhost", good.port, []).contains("no trusted authority"))
    #expect(try await refusal("localhost", other.port, trust).contains("another host"))
    #expect(try await refusal("localhost", old.port, trust).contains("expired"))
    #expect(try await refusal("127.0.0.1", server.port, trust).contains("rtmp://"))
    #expect(try server.recordings(of: Broadcast.key).isEmpty)
    #expect(!server.log.joined().contains(Broadcast.key))
  }
}
