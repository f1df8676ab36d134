internal import Media

/// A line for the operator that goes away by itself.
struct TransientMessage: Equatable, Sendable {
  /// For how long it stands.
  static let duration = Duration.seconds(5)

  let text: String
  /// It explains why something was not done.
  let isRefusal: Bool
  let until: MediaTime
}
