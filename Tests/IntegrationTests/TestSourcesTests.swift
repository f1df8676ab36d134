import Foundation
import TestSupport
import Testing

@Suite("The test sources on air for a minute")
struct TestSourcesTests {
  @Test("by RTMP and by RTMPS: every frame, exact groups, steady bitrate, sound and picture together")
  func oneMinute() async throws {
    let server = try await NginxRTMP()
    let authority = try await CertificateAuthority()
    let front = try await TLSFront(
      forwardingTo: server.port, certificate: try await authority.issue(for: ["localhost"]))
    try await WholeMachine.alone {
      let common = ["--camera", "test", "--duration", "60s"]
      let plain = try Broadcast(common + ["--channel", server.url], key: "plain")
      let secure = try Broadcast(
        common + ["--channel", "rtmps://localhost:\(front.port)/live", "--tls-ca-file", authority.certificate.path],
        key: "secure")
      for broadcast in [plain, secure] {
        let exit = try await broadcast.process.waitForExit(within: .seconds(80))
        #expect(exit == .exit(0), "\(broadcast.process.text(of: .standardError))")
      }
    }
    for key in ["plain", "secure"] { try await check(server.finishedRecording(of: key), key) }
  }

  private func check(_ recording: URL, _ name: String) async throws {
    let probe = try await MediaProbe(recording)
    let video = try #require(probe.video)
    let audio = try #require(probe.audio)
    #expect((1799...1801).contains(probe.videoPackets.count), "\(name): \(probe.videoPackets.count) frames")
    #expect(probe.gopLengths.dropLast().allSatisfy { $0 == 60 }, "\(name): \(probe.gopLengths)")
    #expect(probe.videoPackets.first?.isKeyframe == true)
    #expect(probe.hasStrictlyMonotonicTimes)
    // The first second fills the rate control's buffer; the last window may be cut short.
    for (index, bitrate) in probe.videoBitrates().enumerated().dropLast() {
      #expect(abs(bitrate / 2_500_000 - 1) < 0.05, "\(name): window \(index) has \(Int(bitrate)) bit/s")
    }
    #expect(video.codec == "h264" && video.profile == "High" && video.level == 31)
    #expect(video.width == 1280 && video.height == 720 && video.pixelFormat == "yuv420p")
    #expect(video.colorSpace == "bt709" && video.colorRange == "tv" && video.reorderDepth == 0)
    #expect(audio.codec == "aac" && audio.profile == "LC" && audio.sampleRate == 48_000 && audio.channels == 2)
    #expect(try await probe.decodeErrors().isEmpty)
    let marks = try await SyncMarks(of: recording.path)
    #expect((58...60).contains(marks.pairs.count), "\(name): \(marks.pairs.count) marks")
    let first = try #require(marks.pairs.first)
    let last = try #require(marks.pairs.last)
    #expect(abs(first.audioAfterVideo) < 0.020, "\(name): \(first.audioAfterVideo) s at the start")
    #expect(abs(last.audioAfterVideo) < 0.020, "\(name): \(last.audioAfterVideo) s at the end")
  }
}
