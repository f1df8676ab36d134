import Media
import NIOCore
import Packets
import Testing

@testable import Pipeline

@Suite("Three days on air")
struct LongBroadcastTests {
  /// What a picture and a sound of one moment are apart at the receiver, in milliseconds.
  private struct Apart {
    var least = Double.infinity
    var most = -Double.infinity

    mutating func add(_ milliseconds: Double) {
      least = min(least, milliseconds)
      most = max(most, milliseconds)
    }
  }

  /// RTMP's time of a packet, in milliseconds from the stream's beginning.
  private func sent(_ time: MediaTime, from origin: MediaTime) -> Double {
    let packet = EncodedPacket(
      kind: .audio, presentationTime: time, captureTime: .zero, payload: ByteBuffer()
    ).on(timelineFrom: origin)
    return Double(UInt32(truncatingIfNeeded: packet.presentationTime.milliseconds))
  }

  @Test(
    "a sound card that is off by its crystal stays within 20 ms of the picture for 72 hours, without a jump",
    arguments: [-100.0, 100])
  func apart(_ partsPerMillion: Double) {
    var (slots, timeline, apart) = (FrameSlots(rate: .thirty), AudioTimeline(), Apart())
    var random = Xorshift(state: 72)
    var (jumps, missing, surplus, fraction) = (0, Int64(0), 0, 0.0)
    var frame = 0
    let (block, blocks) = (0.2, 72 * 3600 * 5)
    for index in 0..<blocks {
      // 9600 sample frames, which such a card takes slightly more or less than 200 ms for; the resampler stretches them.
      let start = Double(index) * block / (1 + partsPerMillion / 1e6)
      let made = 9600 * (1 + timeline.partsPerMillion / 1e6) + fraction
      let count = Int(made)
      fraction = made - Double(count)
      let seen = start + Double(random.next() % 400) / 1e6
      let plan = timeline.align(
        blockAt: MediaTime(nanoseconds: Int64(seen * 1e9)), count: count, afterOverrun: false)
      if index > 0, plan != .init() { jumps += 1 }
      // 62,500 ns are three sample frames of 48 kHz.
      let sound = MediaTime(nanoseconds: timeline.filled * 62_500 / 3)
      timeline.add(count - plan.skip)
      // The camera's pictures up to now; the one nearest to the block's beginning was taken at its time.
      while Double(frame) / 30 <= start {
        let jitter = Double(random.next() % 8000) / 1e6
        switch slots.place(frameAt: MediaTime(nanoseconds: Int64((Double(frame) / 30 + jitter) * 1e9))) {
        case .surplus: surplus += 1
        case .slot(_, let skipped): missing += skipped
        }
        frame += 1
      }
      let picture = FrameRate.thirty.time(ofFrame: slots.next - 1)
      let captured = Double(frame - 1) / 30
      apart.add((sent(sound, from: .zero) - start * 1000) - (sent(picture, from: .zero) - captured * 1000))
    }
    #expect(apart.least > -20 && apart.most < 20, "\(apart)")
    #expect(jumps == 0 && missing == 0 && surplus == 0)
    #expect(timeline.filled > 72 * 3600 * 47_990)
  }
}

/// Numbers that are the same in each run, and cheap.
private struct Xorshift {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
