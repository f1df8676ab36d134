internal import CLinux
public import Media

/// The service manager that started this process and wants to hear of it, as systemd does with `Type=notify`.
///
/// The protocol is sd_notify(3): a datagram for each message, so nothing has to stay open.
public struct ServiceManager: Sendable {
  /// What it is told.
  public enum Message: Equatable, Sendable {
    /// The service has started.
    case ready
    /// How it is, in one line for people.
    case status(String)
    /// It takes over other settings since this moment, until it is ready again.
    case reloading(MediaTime)
    /// The service ends.
    case stopping
    /// It makes progress.
    case progress
    /// It makes none and has to be restarted, as if the watchdog's time were over.
    case stuck

    /// As the manager reads it.
    var line: String {
      switch self {
      case .ready: "READY=1"
      case .status(let text): "STATUS=" + String(text.map { $0.isNewline ? " " : $0 })
      case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(time.nanoseconds / 1000)"
      case .stopping: "STOPPING=1"
      case .progress: "WATCHDOG=1"
      case .stuck: "WATCHDOG=trigger"
      }
    }
  }

  /// The variables that lead to it: not for children, which are not the service.
  public static let environmentVariables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

  /// How long the manager waits for ``Message/progress``; `nil` where it waits for none.
  public let watchdogInterval: Duration?
  private let socket: String

  /// Finds it by the environment; `nil` where none wants to hear.
  /// - Parameter process: this one's number.
  public init?(environment: [String: String], process: Int32) {
    guard let socket = environment["NOTIFY_SOCKET"], let first = socket.first, first == "/" || first == "@" else {
      return nil
    }
    self.socket = socket
    let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
    let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdogInterval = isMeant && microseconds > 0 ? .microseconds(microseconds) : nil
  }

  /// Tells it; returns whether that arrived, after 100 ms at the latest.
  @discardableResult
  public func tell(_ messages: Message...) -> Bool {
    let bytes = Array(messages.map(\.line).joined(separator: "\n").utf8)
    return unsafe bytes.withUnsafeBytes { unsafe clinux_send_datagram(socket, $0.baseAddress, $0.count) } == 0
  }
}
