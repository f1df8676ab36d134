import Testing

@testable import TranswrapServer

@Suite("Metrics")
struct MetricsTests {
  /// A line of the format: a name, perhaps a label, a whole number.
  private static func isSample(_ line: Substring) -> Bool {
    line.wholeMatch(of: /transwrap_[a-z_]+(\{cause="[a-z-]+"\})? -?[0-9]+/) != nil
  }

  @Test("each family has its help, its type and then its samples, in Prometheus' text format")
  func format() {
    let metrics = Metrics()
    metrics.refused("channel-busy")
    metrics.ended("finished")
    let text = metrics.text(activeSessions: 2, transcodes: Slots(limit: 3), isDraining: false)
    #expect(text.hasSuffix("\n") && !text.contains("\n\n"))
    var family = ""
    var (families, samples) = (Set<Substring>(), 0)
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# HELP ") {
        let name = line.split(separator: " ")[2]
        #expect(families.insert(name).inserted, "\(name) comes twice")
        family = String(name)
      } else if line.hasPrefix("# TYPE ") {
        let words = line.split(separator: " ")
        #expect(words.count == 4 && words[2] == family && ["gauge", "counter"].contains(words[3]))
        #expect((words[3] == "counter") == family.hasSuffix("_total"))
      } else {
        #expect(Self.isSample(line) && line.hasPrefix(family), "\(line)")
        samples += 1
      }
    }
    #expect(families.count == 15 && samples == 15)
  }

  @Test("what is counted is said")
  func values() {
    let (metrics, slots) = (Metrics(), Slots(limit: 3))
    metrics.bytesReceived.add(1 << 40)
    metrics.queueMilliseconds.add(50)
    metrics.queueMilliseconds.add(-20)
    for _ in 0..<2 { metrics.refused("sessions") }
    metrics.refused("invalid-token")
    metrics.ended("finished")
    _ = slots.take()
    let lines = Set(
      metrics.text(activeSessions: 7, transcodes: slots, isDraining: true).split(separator: "\n").map(String.init))
    for line in [
      "transwrap_sessions 7", "transwrap_received_bytes_total 1099511627776", "transwrap_queue_milliseconds 30",
      "transwrap_refusals_total{cause=\"sessions\"} 2", "transwrap_refusals_total{cause=\"invalid-token\"} 1",
      "transwrap_session_ends_total{cause=\"finished\"} 1", "transwrap_transcodes 1", "transwrap_transcodes_limit 3",
      "transwrap_draining 1", "transwrap_sessions_total 0",
    ] { #expect(lines.contains(line), "\(line)") }
  }

  @Test("of places there are never more than the limit, from any number of threads")
  func slots() async {
    let slots = Slots(limit: 3)
    #expect((0..<4).map { _ in slots.take() } == [true, true, true, false])
    slots.giveBack()
    #expect(slots.count == 2 && slots.take() && !slots.take())
    for _ in 0..<3 { slots.giveBack() }
    let most = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var had = 0
          for _ in 0..<2000 where slots.take() {
            had += 1
            slots.giveBack()
          }
          return had
        }
      }
      return await group.reduce(0, +)
    }
    #expect(most > 0 && slots.count == 0)
    #expect(!Slots(limit: 0).take())
  }
}
