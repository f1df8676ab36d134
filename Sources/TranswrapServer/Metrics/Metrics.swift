internal import Synchronization

/// What the proxy counts, for Prometheus.
final class Metrics: Sendable {
  /// One number that only grows, or goes up and down.
  final class Value: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .relaxed) }
    func add(_ amount: Int = 1) { value.wrappingAdd(amount, ordering: .relaxed) }
  }

  let sessions = Value()
  let bytesReceived = Value()
  let bytesSent = Value()
  let packetsDropped = Value()
  let reconnects = Value()
  let congestions = Value()
  let resumes = Value()
  /// Milliseconds that wait for ingests, over all sessions.
  let queueMilliseconds = Value()
  let connections = Value()
  private let refusals = Mutex<[String: Int]>([:])
  private let ends = Mutex<[String: Int]>([:])

  /// Somebody was not let in.
  func refused(_ cause: String) { refusals.withLock { $0[cause, default: 0] += 1 } }

  /// A session is over.
  func ended(_ cause: String) { ends.withLock { $0[cause, default: 0] += 1 } }

  /// All of it in Prometheus' text format 0.0.4.
  func text(activeSessions: Int, transcodes: Slots, isDraining: Bool) -> String {
    var text = ""
    func put(_ name: String, _ type: String, _ help: String, _ values: [(labels: String, value: Int)]) {
      text += "# HELP transwrap_\(name) \(help)\n# TYPE transwrap_\(name) \(type)\n"
      for (labels, value) in values { text += "transwrap_\(name)\(labels) \(value)\n" }
    }
    func single(_ name: String, _ type: String, _ help: String, _ value: Int) {
      put(name, type, help, [("", value)])
    }
    single("sessions", "gauge", "Sessions now.", activeSessions)
    single("sessions_total", "counter", "Sessions since the start.", sessions.count)
    single("connections", "gauge", "Open client connections.", connections.count)
    single("received_bytes_total", "counter", "Media bytes from clients.", bytesReceived.count)
    single("sent_bytes_total", "counter", "RTMP bytes to ingests.", bytesSent.count)
    single("dropped_packets_total", "counter", "Packets that no ingest connection was there for.", packetsDropped.count)
    single(
      "queue_milliseconds", "gauge", "Media waiting for ingests, summed over all sessions.", queueMilliseconds.count)
    single("ingest_reconnects_total", "counter", "Reconnects to the ingest.", reconnects.count)
    single("session_resumes_total", "counter", "Clients that came back to their session.", resumes.count)
    single(
      "congestions_total", "counter", "Times that a slow ingest stopped the reading from a client.", congestions.count)
    single("transcodes", "gauge", "Pictures being re-encoded.", transcodes.count)
    single("transcodes_limit", "gauge", "Pictures that may be re-encoded at once.", transcodes.limit)
    single("draining", "gauge", "Whether the proxy is about to end.", isDraining ? 1 : 0)
    put("refusals_total", "counter", "Clients not let in, by cause.", Self.labelled("cause", refusals.withLock { $0 }))
    put("session_ends_total", "counter", "Sessions that ended, by cause.", Self.labelled("cause", ends.withLock { $0 }))
    return text
  }

  private static func labelled(_ label: String, _ counts: [String: Int]) -> [(labels: String, value: Int)] {
    counts.sorted { $0.key < $1.key }.map { ("{\(label)=\"\($0.key)\"}", $0.value) }
  }
}
