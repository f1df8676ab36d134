internal import Glibc
internal import Media
package import NIOCore
internal import NIOPosix

extension ConnectionError {
  /// Puts the failure of a connection attempt into our words.
  /// - Parameters:
  ///   - at: `host:port`.
  ///   - limit: how long the attempt might take.
  package init(connecting error: any Error, to host: String, at: String, within limit: Duration) {
    if let error = error as? ConnectionError {
      self = error
      return
    }
    if let error = error as? ChannelError, case .connectTimeout = error {
      self = .connectTimeout(at: at, limit)
      return
    }
    let failures: [any Error]
    if let error = error as? NIOConnectionError {
      failures = error.connectionErrors.map(\.error)
      if failures.isEmpty {
        self = .unknownHost(host)
        return
      }
    } else {
      failures = [error]
    }
    let codes = failures.compactMap { ($0 as? IOError) }
    let timedOut = failures.contains { if case .connectTimeout? = $0 as? ChannelError { true } else { false } }
    if codes.contains(where: { $0.errnoCode == ECONNREFUSED }) {
      self = .connectionRefused(at: at)
    } else if let first = codes.first {
      self =
        first.errnoCode == ETIMEDOUT
        ? .connectTimeout(at: at, limit) : .unreachable(at: at, reason: first.reasonText)
    } else if let failure = failures.compactMap({ $0 as? ConnectionError }).first {
      self = failure
    } else if timedOut {
      self = .connectTimeout(at: at, limit)
    } else {
      self = .unreachable(at: at, reason: ForeignText.cleaned(failures.map { "\($0)" }.joined(separator: ", ")))
    }
  }

  /// The end of an open connection by an error of its channel.
  /// - Parameter stallLimit: after which the kernel gives up.
  package init(lost error: any Error, at: String, stallLimit: Duration) {
    guard let error = error as? IOError else {
      self = .connectionLost(reason: ForeignText.cleaned("\(error)"), at: at)
      return
    }
    // The kernel gave up after TCP_USER_TIMEOUT.
    self =
      error.errnoCode == ETIMEDOUT
      ? .stalled(stallLimit, at: at) : .connectionLost(reason: error.reasonText, at: at)
  }
}

extension IOError {
  /// The system's word for the error, without the call that met it.
  package var reasonText: String {
    guard let text = unsafe strerror(errnoCode) else { return "error \(errnoCode)" }
    return unsafe String(cString: text)
  }
}
