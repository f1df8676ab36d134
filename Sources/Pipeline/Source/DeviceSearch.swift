package import Capture
internal import Media
internal import Settings
internal import Synchronization

/// Looks for the devices of a kind without ever waiting long: a driver that hangs holds up one thread, whoever asks.
package final class DeviceSearch<Description: Sendable>: Sendable {
  /// What was found.
  package struct Result: Sendable {
    /// Those that answered.
    package var devices: [Description] = []
    /// Why the list may not be complete: one line.
    package var problem: String?
  }

  private struct State {
    var isLooking = false
    /// Counts the answers.
    var answers = 0
    var last = Result()
    /// Who waits for an answer that is late.
    var late: CheckedContinuation<Result?, Never>?
  }

  private let state = Mutex(State())
  private let name: String
  private let access: DeviceAccess
  private let list: @Sendable () throws -> [Description]

  /// - Parameter name: what is looked for: `cameras`.
  init(_ name: String, _ access: DeviceAccess, list: @escaping @Sendable () throws -> [Description]) {
    (self.name, self.access, self.list) = (name, access, list)
  }

  /// What is there; after `timeout` what was there when the drivers last answered, and which of them does not.
  package func find(timeout: Duration = .seconds(3)) async -> Result {
    let (answers, isFirst) = state.withLock { state in
      defer { state.isLooking = true }
      return (state.answers, !state.isLooking)
    }
    if isFirst { look() }
    let deadline = MediaTime.now() + timeout
    while MediaTime.now() < deadline {
      let answer = state.withLock { $0.answers == answers ? nil : $0.last }
      if let answer { return answer }
      do { try await Task.sleep(for: .milliseconds(10)) } catch { break }
    }
    var late = state.withLock { $0.last }
    late.problem = DeviceAccess.unanswered(access.current ?? "the search for \(name)").description
    return late
  }

  /// The answer that was late for ``find(timeout:)``, however long it takes; `nil` where none is to come, or another
  /// one waits for it.
  package func lateAnswer() async -> Result? {
    await withCheckedContinuation { continuation in
      let isToCome = state.withLock { state in
        guard state.isLooking, state.late == nil else { return false }
        state.late = continuation
        return true
      }
      if !isToCome { continuation.resume(returning: nil) }
    }
  }

  private func look() {
    do throws(NoThreadError) {
      try DetachedThread.start(name: "devices") { [self] in
        do {
          let found = try access.exclusively(for: "the search for \(name)", timeout: .seconds(86_400)) { try list() }
          answer { $0 = Result(devices: found) }
        } catch { answer { $0.problem = OperatorFailure(media: error).description } }
      }
    } catch { answer { $0.problem = "\(name) are not looked for: \(error)" } }
  }

  private func answer(_ change: (inout Result) -> Void) {
    let (late, answer) = state.withLock { state in
      change(&state.last)
      state.isLooking = false
      state.answers += 1
      defer { state.late = nil }
      return (state.late, state.last)
    }
    late?.resume(returning: answer)
  }
}

/// The devices of this machine.
package enum Devices {
  /// Its cameras.
  package static let cameras = DeviceSearch("cameras", .cameras) { try CameraList.all() }
  /// Its microphones.
  package static let microphones = DeviceSearch("microphones", .microphones) { try MicrophoneList.all() }
}
