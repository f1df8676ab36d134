import Foundation
import LocalChannel
import Logging
import NIOPosix
import RTMP
import TestSupport
import Testing

@Suite("The local channel")
struct LocalChannelTests {
  @Test("foreign publishers need its key; the key is nowhere to be read")
  func foreignPublisher() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let channel = try await LocalChannel.start(
      playbackPort: 0, group: group, logger: Logger(label: "test"))
    let refused = try await Tool.attempt(
      "ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10", "-t", "1", "-c:v", "libx264", "-f", "flv",
        "\(channel.endpoint)/guess",
      ])
    #expect(!refused.termination.isSuccess)
    #expect("\(channel.streamKey)" == "<stream key>")
    #expect(channel.playbackURL.hasPrefix(channel.playbackAddress) && channel.playbackAddress.hasPrefix("http://127."))
    let stranger = try await Tool.attempt(
      "curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", channel.playbackAddress])
    #expect(stranger.text == "404")
    await channel.stop()
  }

  @Test("the player's port may be taken: another one is used, or it is an error where that very port was asked for")
  func portTaken() async throws {
    let taken = try SilentServer()
    let channel = try await LocalChannel.start(
      playbackPort: taken.port, group: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "test"))
    #expect(channel.playbackAddress != "http://127.0.0.1:\(taken.port)/")
    await channel.stop()
    await #expect(throws: LocalChannelError.portTaken(taken.port)) {
      try await LocalChannel.start(
        playbackPort: taken.port, isPortFixed: true, group: MultiThreadedEventLoopGroup.singleton,
        logger: Logger(label: "test"))
    }
  }
}
