import Logging
import Synchronization
import Testing

@testable import Service

@Suite("Log events on their way to a place of their own")
struct SinkLogHandlerTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])

    func logger(_ level: Logger.Level) -> Logger {
      Logger(label: "test") { _ in
        SinkLogHandler(level: level) { [self] level, message, fields in
          let line = "\(level) \(message)" + fields.map { " \($0.name)=\($0.value)" }.joined()
          all.withLock { $0.append(line) }
        }
      }
    }
  }

  @Test("fields come sorted by name, and an event's own one wins over the logger's")
  func fields() {
    let lines = Lines()
    var logger = lines.logger(.info)
    logger[metadataKey: "b"] = "logger"
    logger[metadataKey: "c"] = "logger"
    logger.warning("said", metadata: ["b": "event", "a": "event"])
    #expect(lines.all.withLock { $0 } == ["warning said a=event b=event c=logger"])
    #expect(logger[metadataKey: "c"] == "logger")
  }

  @Test("what is below the level is left out")
  func levels() {
    let lines = Lines()
    let logger = lines.logger(.notice)
    logger.info("below")
    logger.notice("at")
    logger.error("above")
    #expect(lines.all.withLock { $0 } == ["notice at", "error above"])
  }
}
