import Synchronization

/// A wall clock that stands where a test puts it.
final class SettableClock: Sendable {
  private let value: Mutex<Double>
  init(_ seconds: Double) { value = Mutex(seconds) }
  var seconds: Double {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}

/// Lines that something said.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}
