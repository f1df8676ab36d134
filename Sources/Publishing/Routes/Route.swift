package import Logging
internal import Media
package import Networking
package import Packets

/// One way to an ingest: straight to it, or through a proxy; its text has nothing secret.
package protocol Route: Sendable, CustomStringConvertible {
  /// Whether the ingest learns with which priority a stream comes; a proxy takes over by its own rule.
  var takesPriority: Bool { get }

  /// Connects; returns when the stream may begin.
  /// - Parameters:
  ///   - target: where a server sent the stream, as a publisher accepted it; `nil` is where the route leads.
  ///   - isBeside: a connection of this broadcast still sends, and is retired when a keyframe went over this one.
  ///   - priority: lets the stream take over one that still runs.
  func connect(
    _ stream: StreamDescription, to target: String?, isBeside: Bool, priority: Int?, logger: Logger
  ) async throws(PublishFailure) -> any Publisher
}

/// The routes of a broadcast, and which of them is tried first.
struct Routes: Sendable {
  private let routes: [any Route]
  /// The one that led to the ingest last.
  private var preferred = 0

  /// The preferred one first.
  init(_ routes: [any Route]) { self.routes = routes }

  /// In the order of trying.
  var inOrder: [(index: Int, route: any Route)] {
    routes.indices.map { offset in
      let index = (preferred + offset) % routes.count
      return (index, routes[index])
    }
  }

  /// Only the one that led to the ingest last.
  var lastUsed: [(index: Int, route: any Route)] { Array(inOrder.prefix(1)) }

  /// A route led to the ingest.
  mutating func succeeded(_ index: Int) { preferred = index }
}
