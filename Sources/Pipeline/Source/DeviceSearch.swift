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

  private func look() {
    do throws(NoThreadError) {
      try DetachedThread.start(name: "devices") { [self] in
        do {
          let found = try access.exclusively(for: "the search for \(name)") { try list() }
          answer { $0 = Result(devices: found) }
        } catch { answer { $0.problem = OperatorFailure(media: error).description } }
      }
    } catch { answer { $0.problem = "\(name) are not looked for: \(error)" } }
  }

  private func answer(_ change: (inout Result) -> Void) {
    state.withLock { state in
      change(&state.last)
      state.isLooking = false
      state.answers += 1
    }
  }
}

/// The devices of this machine.
package enum Devices {
  /// Its cameras.
  package static let cameras = DeviceSearch("cameras", .cameras) { try CameraList.all() }
  /// Its microphones.
  package static let microphones = DeviceSearch("microphones", .microphones) { try MicrophoneList.all() }
}
