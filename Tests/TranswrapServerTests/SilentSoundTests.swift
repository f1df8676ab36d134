import Media
import NIOCore
import Packets
import Testing

@testable import TranswrapServer

@Suite("Silence for clients without sound")
struct SilentSoundTests {
  /// One AAC frame at 48 kHz, in nanoseconds.
  private static let frame = 1024.0 / 48_000 * 1e9

  @Test("AAC-LC, 48 kHz, stereo, in small frames that are all the same")
  func description() throws {
    let silence = try SilentSound()
    #expect(silence.description.sampleRate == 48_000 && silence.description.channels == 2)
    var start = MediaTime.zero
    let packets = silence.packets(from: &start, until: MediaTime(milliseconds: 500))
    #expect(packets.count == 24)
    #expect(
      packets.allSatisfy { !$0.isVideo && $0.payload == packets[0].payload && $0.decodeTime == $0.presentationTime })
    #expect((1..<100).contains(packets[0].payload.readableBytes))
  }

  @Test("frames follow each other without a gap for an hour, however the pictures come")
  func continuity() throws {
    let silence = try SilentSound()
    var random = SystemRandomNumberGenerator()
    var (start, now) = (MediaTime(milliseconds: 200), MediaTime(milliseconds: 200))
    var times: [Int64] = []
    while now < MediaTime(milliseconds: 3_600_000) {
      now = now + .milliseconds(Int64.random(in: 0...1500, using: &random))
      let packets = silence.packets(from: &start, until: now)
      times += packets.map(\.decodeTime.nanoseconds)
      #expect(start >= now && start - now <= .nanoseconds(Int64(Self.frame) + 1))
      #expect(packets.allSatisfy { $0.decodeTime <= now })
    }
    for (before, after) in zip(times, times.dropFirst()) where abs(Double(after - before) - Self.frame) > 1.5 {
      Issue.record("\(after - before) ns at \(before)")
    }
    let drift = Double(times[times.count - 1] - times[0]) - Double(times.count - 1) * Self.frame
    #expect(abs(drift) < 1e6, "\(drift) ns in an hour")
  }

  @Test("nothing is due before its time, and more than a minute is not filled")
  func bounds() throws {
    let silence = try SilentSound()
    var start = MediaTime(milliseconds: 1000)
    #expect(silence.packets(from: &start, until: MediaTime(milliseconds: 1000)).isEmpty)
    #expect(silence.packets(from: &start, until: .zero).isEmpty)
    #expect(start == MediaTime(milliseconds: 1000))
    let packets = silence.packets(from: &start, until: MediaTime(milliseconds: 61_001))
    #expect(packets.first?.decodeTime == MediaTime(milliseconds: 60_001))
    #expect(packets.count == 47)
  }
}
