internal import Foundation
internal import Synchronization

/// A program that runs beside the test: its output as it comes, signals, and a bounded wait for its end.
///
/// It runs in a process group of its own; the group is killed when the last reference goes, so that no test leaves
/// anything behind.
public final class RunningProcess: Sendable {
  /// One of the two streams that a program writes.
  public enum Stream: Sendable, Hashable, CaseIterable { case standardOutput, standardError }

  private struct State {
    var standardOutput: [UInt8] = []
    var standardError: [UInt8] = []
    var termination: Termination?
  }

  /// The process id, which is also the id of its process group.
  public let processIdentifier: Int32
  private let name: String
  private let shared: Shared

  private final class Shared: Sendable {
    let state = Mutex(State())
  }

  /// Starts a program.
  /// - Parameters:
  ///   - name: a name to look for on PATH, or a path.
  ///   - folder: its working directory; the test's own without one.
  ///   - environment: added to the test's own environment.
  public init(
    _ name: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:]
  ) throws {
    let path = try Tool.find(name)
    let merged = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let variables = merged.map { "\($0)=\($1)" }
    let child: ChildProcess
    if let folder {
      child = try ChildProcess(
        path: try Tool.find("env"), arguments: ["env", "-C", folder, path] + arguments, environment: variables)
    } else {
      child = try ChildProcess(path: path, arguments: [name] + arguments, environment: variables)
    }
    let shared = Shared()
    self.name = name
    self.shared = shared
    processIdentifier = child.identifier
    let thread = Thread {
      child.follow { event in
        shared.state.withLock { state in
          switch event {
          case .output(let bytes): state.standardOutput += bytes
          case .error(let bytes): state.standardError += bytes
          case .ended(let termination): state.termination = termination
          }
        }
      }
    }
    thread.start()
  }

  deinit { ChildProcess.signalGroup(processIdentifier, SIGKILL) }

  /// How it ended; `nil` while it runs.
  public var termination: Termination? { shared.state.withLock { $0.termination } }

  /// Whether it still runs.
  public var isRunning: Bool { termination == nil }

  /// All bytes written to a stream so far.
  public func bytes(of stream: Stream) -> [UInt8] {
    shared.state.withLock { stream == .standardOutput ? $0.standardOutput : $0.standardError }
  }

  /// All text written to a stream so far.
  public func text(of stream: Stream) -> String { String(decoding: bytes(of: stream), as: UTF8.self) }

  /// All lines written to a stream so far, without empty ones; a carriage return ends a line too.
  public func lines(of stream: Stream) -> [String] {
    text(of: stream).split(whereSeparator: \.isNewline).map(String.init)
  }

  /// Sends a signal to the program alone (not to its children); nothing happens once it has ended.
  public func signal(_ number: Int32) {
    shared.state.withLock { state in
      // Under the lock and only before the end is recorded, since the id may belong to another process afterwards.
      if state.termination == nil { kill(processIdentifier, number) }
    }
  }

  /// Waits for the first line, from the start of the output, of which `matches` is true, and answers it.
  ///
  /// A program that ends without writing it fails at once, not at the deadline.
  @discardableResult
  public func waitForLine(
    _ what: String, in streams: [Stream] = Stream.allCases, within limit: Duration = .seconds(10),
    where matches: (String) -> Bool
  ) async throws -> String {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
      // Asked before looking, so that a line written just before the end is not missed.
      let ended = termination
      for stream in streams {
        if let line = lines(of: stream).first(where: matches) { return line }
      }
      if let ended { throw HarnessError.endedEarly(waitingFor: what, termination: ended, output: lastWords) }
      guard clock.now < deadline else {
        throw HarnessError.timedOut(waitingFor: what, after: limit, output: lastWords)
      }
      try await clock.sleep(for: .milliseconds(10))
    }
  }

  /// Waits for a line that contains `text`.
  @discardableResult
  public func waitForLine(
    containing text: String, in streams: [Stream] = Stream.allCases, within limit: Duration = .seconds(10)
  ) async throws -> String {
    try await waitForLine("“\(text)”", in: streams, within: limit) { $0.contains(text) }
  }

  /// Waits for the end; after `limit` the whole group is killed and the wait fails.
  @discardableResult
  public func waitForExit(within limit: Duration) async throws -> Termination {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
      if let termination { return termination }
      guard clock.now < deadline else {
        ChildProcess.signalGroup(processIdentifier, SIGKILL)
        throw HarnessError.timedOut(waitingFor: "end of \(name)", after: limit, output: lastWords)
      }
      try await clock.sleep(for: .milliseconds(10))
    }
  }

  /// Asks it to end (SIGTERM) and waits for that.
  @discardableResult
  public func stop(within limit: Duration = .seconds(5)) async throws -> Termination {
    signal(SIGTERM)
    return try await waitForExit(within: limit)
  }

  private var lastWords: String {
    Stream.allCases.map { Tool.lastLines(of: text(of: $0)) }.filter { !$0.isEmpty }.joined(separator: "\n")
  }
}
