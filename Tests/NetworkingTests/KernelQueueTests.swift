import CLinux
import Testing

@testable import Networking

@Suite("What waits in the kernel")
struct KernelQueueTests {
  @Test("is what the socket says, not what is left of the counters of sent and acknowledged bytes")
  func droppedLocally() {
    // Segments that this machine's own queue dropped count as sent, and neither as sent again nor as acknowledged.
    var info = clinux_tcp_info()
    (info.bytes_sent, info.bytes_retrans, info.bytes_acked) = (3_731_161, 1_000_000, 2_000_000)
    var statistics = TransportStatistics()
    statistics.set(info, queuedBytes: 0)
    #expect(statistics.kernelQueueBytes == 0)
    statistics.set(info, queuedBytes: nil)
    #expect(statistics.kernelQueueBytes == nil, "what was not measured is absent")
  }
}
