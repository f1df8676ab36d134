package import Media
internal import Synchronization

/// Which source is requested; may change while another one is on air.
package final class RequestedSource<Specification: Sendable>: Sendable {
  /// A request, counted.
  package struct Request: Sendable {
    /// Which source.
    package var specification: Specification
    /// Counts up with each request.
    package var generation = 0
    /// When it was made, on the CLOCK_MONOTONIC timeline.
    package var time = MediaTime.now()
  }

  private let request: Mutex<Request>
  private let changes = Atomic<Int>(0)

  /// The first request.
  package init(_ specification: Specification) { request = Mutex(Request(specification: specification)) }

  /// What is requested now.
  package var current: Request { request.withLock { $0 } }

  /// The generation of what is requested now; cheap enough for each frame.
  package var generation: Int { changes.load(ordering: .acquiring) }

  /// Requests another source, or the same one opened anew.
  ///
  /// Any thread.
  package func change(to specification: Specification) {
    request.withLock { request in
      request = Request(specification: specification, generation: request.generation + 1)
      changes.store(request.generation, ordering: .releasing)
    }
  }
}
