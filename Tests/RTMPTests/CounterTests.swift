import Media
import NIOCore
import Testing

@testable import RTMP

@Suite("Counters that run over")
struct CounterTests {
  @Test("acknowledgements count on over 4 GiB")
  func acknowledgements() {
    var counter = AcknowledgementCounter()
    #expect(counter.total == nil)
    for (sequence, sent, total) in [
      (0, 3073, 0), (100, 4000, 100), (0x7000_0000, 0x7000_0000, 0x7000_0000), (0xe000_0000, 0xf000_0000, 0xe000_0000),
      (0x10, 0x1_0000_0020, 0x1_0000_0010), (0x4000_0000, 0x1_4000_0000, 0x1_4000_0000),
    ] as [(UInt32, UInt64, UInt64)] {
      counter.receive(sequence, sent: sent)
      #expect(counter.total == total && counter.isTrusted)
    }
  }

  @Test(
    "acknowledgements that contradict what was sent, or each other, are not believed, nor is any after them",
    arguments: [
      // More than was sent.
      [(0xffff_fff0, 60_000)], [(50_000, 60_000), (0xffff_fff0, 110_000)], [(60_001, 60_000)],
      // What came since the last one, instead of all.
      [(50_200, 51_000), (50_900, 102_000), (50_100, 153_000)],
      // The same number over and over.
      [(50_000, 51_000), (50_000, 102_000), (50_000, 153_000), (50_000, 204_000)],
    ] as [[(UInt32, UInt64)]])
  func contradictions(numbers: [(sequence: UInt32, sent: UInt64)]) {
    var counter = AcknowledgementCounter()
    for (sequence, sent) in numbers { counter.receive(sequence, sent: sent) }
    #expect(counter.total == nil && !counter.isTrusted)
    counter.receive(300_000, sent: 300_000)
    #expect(counter.total == nil)
  }

  @Test("received bytes are acknowledged by half the window, modulo 2^32")
  func receiveWindow() {
    var window = ReceiveWindow()
    window.set(100_000)
    #expect(window.receive(49_999) == nil)
    #expect(window.receive(1) == 50_000)
    #expect(window.receive(49_999) == nil)
    let wrapped: UInt32? = window.receive(0xffff_ffff)
    #expect(wrapped == 99_998)
  }

  @Test("times go on over 2^32 ms, forth and a little back, and never below zero")
  func timestamps() {
    var unwrapper = TimestampUnwrapper()
    #expect(unwrapper.unwrap(0xffff_fff0) == 0xffff_fff0)
    #expect(unwrapper.unwrap(0x10) == 0x1_0000_0010)
    #expect(unwrapper.unwrap(0xffff_fff8) == 0xffff_fff8)
    #expect(unwrapper.unwrap(0x20) == 0x1_0000_0020)
    var fresh = TimestampUnwrapper()
    #expect(fresh.unwrap(5) == 5)
    #expect(fresh.unwrap(0xffff_fff0) == 0)
  }

  @Test("the median is of the last 128 durations")
  func latency() {
    var window = LatencyWindow()
    #expect(window.median == nil)
    for value in [30, 10, 20] { window.add(.milliseconds(value)) }
    #expect(window.median == .milliseconds(20))
    for _ in 0..<128 { window.add(.milliseconds(5)) }
    #expect(window.median == .milliseconds(5))
  }
}
