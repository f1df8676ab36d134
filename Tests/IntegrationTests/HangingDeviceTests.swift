import Foundation
import TestSupport
import Testing

@Suite("A device whose driver hangs")
struct HangingDeviceTests {
  /// A microphone for alsa-lib whose open waits for a writer that never comes.
  private func hangingMicrophone(in folder: TemporaryDirectory) async throws -> URL {
    let fifo = folder.file("fifo").path
    try await Tool.run("mkfifo", [fifo], within: .seconds(5))
    return try folder.write(
      """
      </usr/share/alsa/alsa.conf>
      pcm.hang { type file slave.pcm "null" file "/dev/null" infile "\(fifo)" format "raw" }

      """, to: "asound.conf")
  }

  private func threads(of process: Int32, named name: String) -> Int {
    let folder = "/proc/\(process)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.count { (try? String(contentsOfFile: "\(folder)/\($0)/comm", encoding: .utf8)) == "\(name)\n" }
  }

  @Test("a microphone chosen twenty times holds one thread; silence and picture go on, and so does what is chosen next")
  func microphone() async throws {
    let folder = try TemporaryDirectory()
    let configuration = try await hangingMicrophone(in: folder)
    let server = try await NginxRTMP()
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", server.url, "--json-status", "-"],
      environment: ["XDG_RUNTIME_DIR": folder.url.path, "ALSA_CONFIG_PATH": configuration.path])
    let process = broadcast.process.processIdentifier
    try await broadcast.waitUntilLive()
    func choose(_ microphone: String) async throws {
      let socket = folder.file("ivs-broadcast/control.sock").path
      let result = try await Tool.attempt(
        Product.ivsBroadcast(), ["control", "--socket", socket, "microphone", microphone], within: .seconds(10))
      #expect(result.termination == .exit(0), "\(result.errorText)")
    }
    for _ in 1...20 { try await choose("hang") }
    try await broadcast.process.waitForLine(
      containing: "no sound: the microphone hang does not open", within: .seconds(20))
    try await broadcast.waitForFrames(60)
    #expect(threads(of: process, named: "mic-open") == 1)
    try await choose("test")
    try await broadcast.process.waitForLine(containing: "sound from the test tone")
    try await broadcast.waitForFrames(30)
    #expect(try await broadcast.process.stop() == .exit(0))

    let probe = try await MediaProbe(try await server.finishedRecording(of: Broadcast.key))
    for packets in [probe.videoPackets, probe.audioPackets] {
      #expect(probe.longestGap(packets) < 0.1, "a gap of \(probe.longestGap(packets)) s")
    }
  }
}
