internal import Glibc
public import Interface
public import Media
public import Settings

/// A program's connection to a running broadcaster.
///
/// Blocks the calling thread, never beyond its deadlines (CLOCK_MONOTONIC). Owned by one thread.
public struct ControlClient: ~Copyable {
  /// The socket.
  public let path: String
  /// The broadcaster's process.
  public private(set) var processIdentifier: Int32
  private var socket: LineSocket
  private var lastID = 0
  private var hasEnded = false

  /// Connects and waits for the broadcaster's first line.
  /// - Throws: one line; `unavailable` where no broadcaster listens, `temporary` where it does not answer in time.
  public static func connect(to path: String, until deadline: MediaTime) throws(OperatorFailure) -> ControlClient {
    let socket = LineSocket(try LineSocket.connect(to: path))
    guard let peer = SocketPeer(of: socket.descriptor), peer.mayAnswer(geteuid()) else {
      throw OperatorFailure("\(path): another user's program listens there: nothing was asked", .noPermission)
    }
    var client = ControlClient(path: path, processIdentifier: peer.process, socket: socket)
    try client.readGreeting(until: deadline)
    return client
  }

  private init(path: String, processIdentifier: Int32, socket: consuming LineSocket) {
    self.path = path
    self.processIdentifier = processIdentifier
    self.socket = socket
  }

  private mutating func readGreeting(until deadline: MediaTime) throws(OperatorFailure) {
    switch try readAnswer(until: deadline) {
    case .hello(ControlProtocol.version, let process): processIdentifier = process
    case .hello(let version, _):
      throw OperatorFailure(
        "\(path): the broadcaster speaks version \(version) of the control protocol, this program version "
          + "\(ControlProtocol.version)", "use the same release of both", .protocol)
    case .refused(_, let failure): throw failure
    case .done, .status: throw notUnderstood
    }
  }

  /// Everything there is to know now.
  public mutating func status(until deadline: MediaTime) throws(OperatorFailure) -> BroadcastStatus {
    try send(ControlRequest.statusLine(id: nextID()), until: deadline)
    return try readStatus(until: deadline)
  }

  /// Begins to watch; then ``readStatus(until:)`` has a status each second.
  public mutating func watch(until deadline: MediaTime) throws(OperatorFailure) {
    try send(ControlRequest.watchLine(id: nextID()), until: deadline)
  }

  /// The next status that was asked for.
  public mutating func readStatus(until deadline: MediaTime) throws(OperatorFailure) -> BroadcastStatus {
    switch try readAnswer(until: deadline) {
    case .status(lastID, let status): return status
    case .refused(_, let failure): throw failure
    case .status, .done, .hello: throw notUnderstood
    }
  }

  /// The next status that was asked for; `nil` where the broadcaster has ended.
  public mutating func nextStatus(until deadline: MediaTime) throws(OperatorFailure) -> BroadcastStatus? {
    hasEnded = false
    do { return try readStatus(until: deadline) } catch {
      guard hasEnded else { throw error }
      return nil
    }
  }

  /// Has the broadcaster do what a command of ``IntentGrammar`` says; gives its one line about it, if it has one.
  /// - Throws: the broadcaster's own refusal, or that it does not answer.
  @discardableResult
  public mutating func perform(_ command: String, until deadline: MediaTime) throws(OperatorFailure) -> String? {
    try send(ControlRequest.line(id: nextID(), performing: command), until: deadline)
    switch try readAnswer(until: deadline) {
    case .done(lastID, let text): return text.map { ForeignText.cleaned($0, limit: ForeignText.lineLimit) }
    case .refused(_, let failure): throw failure
    case .done, .status, .hello: throw notUnderstood
    }
  }

  /// What there is to say where no broadcaster listens.
  public static func nobody(at paths: [String]) -> OperatorFailure {
    OperatorFailure(
      "no broadcaster is running (looked at \(paths.joined(separator: ", ")))",
      "start the console with `ivs-broadcast`, or `ivs-broadcast stream`", .unavailable)
  }

  private mutating func nextID() -> Int {
    lastID += 1
    return lastID
  }

  private func send(_ line: [UInt8], until deadline: MediaTime) throws(OperatorFailure) {
    do { try socket.send(line, until: deadline) } catch { throw failure(error) }
  }

  private mutating func readAnswer(until deadline: MediaTime) throws(OperatorFailure) -> ControlAnswer {
    let line: [UInt8]
    do { line = try socket.readLine(until: deadline) } catch {
      hasEnded = error == .closed
      throw failure(error)
    }
    guard let answer = ControlAnswer(parsing: line) else { throw notUnderstood }
    return answer
  }

  private var notUnderstood: OperatorFailure {
    OperatorFailure("\(path): what listens there does not speak this program's control protocol", .protocol)
  }

  private func failure(_ end: LineSocket.End) -> OperatorFailure {
    switch end {
    case .late:
      OperatorFailure(
        "the broadcaster (process \(processIdentifier), \(path)) does not answer: it is stopped or overloaded",
        .temporary)
    case .closed: OperatorFailure("the broadcaster (process \(processIdentifier), \(path)) has gone away", .temporary)
    case .tooLong: notUnderstood
    }
  }
}
