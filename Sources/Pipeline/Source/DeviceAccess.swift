internal import Media
internal import Settings
internal import Synchronization

/// Looking at a device and opening it exclude each other: a driver answers one of them with "busy".
///
/// One that hangs holds the others up for a while only, and is named then.
final class DeviceAccess: Sendable {
  static let cameras = DeviceAccess()
  static let microphones = DeviceAccess()

  /// What is done now, in words.
  private let user = Mutex<String?>(nil)

  /// Does what needs the drivers alone; blocks until they are free.
  /// - Parameters:
  ///   - name: what is asked, for whoever waits for it in vain: `the camera /dev/video0`.
  ///   - timeout: how long to wait for the drivers.
  func exclusively<Value: ~Copyable>(
    for name: String, timeout: Duration = .seconds(8), _ body: () throws -> sending Value
  ) throws -> sending Value {
    let deadline = MediaTime.now() + timeout
    while let other = begin(name) {
      guard MediaTime.now() < deadline else { throw Self.unanswered(other) }
      sleepThread(until: .now() + .milliseconds(5))
    }
    defer { user.withLock { $0 = nil } }
    return try body()
  }

  /// What is asked now; `nil` while nothing is.
  var current: String? { user.withLock { $0 } }

  /// What is said of a driver that does not answer.
  static func unanswered(_ name: String) -> OperatorFailure {
    OperatorFailure("\(name) does not answer", "unplug it and plug it in again", .inputOutput)
  }

  /// Begins if nothing else is going on, else says what.
  private func begin(_ name: String) -> String? {
    user.withLock { user in
      if let user { return user }
      user = name
      return nil
    }
  }
}
