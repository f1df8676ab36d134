internal import IVS
internal import Media

/// What is known of a channel's stream.
enum LiveState: Equatable {
  case live(IVSStream)
  case offline
  /// With why.
  case unknown(String)

  /// The stream, while there is one.
  var stream: IVSStream? {
    if case .live(let stream) = self { stream } else { nil }
  }

  /// `live`, `offline` or `unknown`.
  var word: String {
    switch self {
    case .live: "live"
    case .offline: "offline"
    case .unknown: "unknown"
    }
  }
}

extension IVSStream {
  /// The health as a word; `nil` where the service says nothing.
  var healthWord: String? { health?.lowercased() }
  /// How many watch; `nil` where counting them took too long.
  var viewers: Int? { viewerCount.flatMap { $0 < 0 ? nil : $0 } }
}

extension IVSError {
  /// Whether what was asked for besides cannot be had, while the main thing may be: a missing right, a service that does
  /// not have the operation, or fails at it.
  var concernsOneOperation: Bool {
    switch self {
    case .accessDenied, .notFound, .invalid, .unavailable, .throttled, .unreadable, .conflict, .quotaExceeded: true
    default: false
    }
  }
}

extension AccountAccess {
  /// Whether a channel is live; a word for why that cannot be told.
  func state(of arn: ChannelARN) async throws(IVSError) -> LiveState {
    do throws(IVSError) {
      return try await ivs.stream(of: arn).map(LiveState.live) ?? .offline
    } catch  where error.concernsOneOperation { return .unknown(error.description) }
  }
}
