package import Media

/// What is allowed at one moment.
package struct RateState: Sendable, Equatable {
  /// The video bitrate that is allowed; `nil` is whatever is requested.
  package var allowed: Bitrate?
  /// The picture changes no more often than that; zero is each frame.
  package var pictureInterval: Duration = .zero
  /// What the path takes in all, where it was measured.
  package var path: Bitrate?
  /// The decision, where there is one.
  package var decision: RateDecision?

  /// Nothing is limited.
  package static let unlimited = RateState()
}
