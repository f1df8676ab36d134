/// When new credentials are looked for; all times in seconds, since 1970 where they are points.
enum RefreshRule {
  /// So long before the end new ones are looked for meanwhile (botocore's advisory time).
  static let advisory: Double = 15 * 60
  /// So long before the end one waits for new ones (botocore's mandatory time).
  static let mandatory: Double = 10 * 60
  /// While the old ones are good, between the begins of two looks.
  static let pause: Double = 60

  enum Need: Equatable {
    case none
    /// Look meanwhile, and use the old ones.
    case soon
    /// Look first.
    case now
  }

  /// Whether a service would refuse them.
  static func isExpired(_ credentials: AWSCredentials, at now: Double) -> Bool {
    credentials.expiration.map { $0 <= now } ?? false
  }

  /// What the age of credentials asks for; a clock that was set back does not hold up a look.
  static func need(of credentials: AWSCredentials, at now: Double, lastAttempt: Double?) -> Need {
    guard let end = credentials.expiration, end - now <= advisory else { return .none }
    if end <= now { return .now }
    if let lastAttempt, (0..<pause).contains(now - lastAttempt) { return .none }
    return end - now <= mandatory ? .now : .soon
  }
}
