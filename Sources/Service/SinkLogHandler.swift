public import Logging

/// A log handler that hands each event to one function: its level, its message, and its fields sorted by name.
///
/// Nothing is redacted or shortened here: that is for whoever knows where the text goes.
public struct SinkLogHandler: LogHandler {
  /// Takes one event.
  public typealias Sink =
    @Sendable (
      _ level: Logger.Level, _ message: String, _ fields: [(name: String, value: String)]
    ) -> Void

  /// The fields of every event.
  public var metadata: Logger.Metadata = [:]
  /// Events below it are left out.
  public var logLevel: Logger.Level
  private let sink: Sink

  /// Hands events of `level` and above to `sink`, on the thread that logs.
  public init(level: Logger.Level, to sink: @escaping Sink) { (logLevel, self.sink) = (level, sink) }

  /// A field of every event.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Hands an event on; its own fields win over those of every event.
  public func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
    sink(event.level, "\(event.message)", all.map { (name: $0.key, value: "\($0.value)") })
  }
}
