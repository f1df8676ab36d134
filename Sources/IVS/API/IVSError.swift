public import Media
public import Web

/// Why a request to Amazon IVS (or CloudWatch) came to nothing; one line each, never with a secret.
public enum IVSError: ExplainedError, Equatable, Sendable {
  /// No credentials, or none that could be had.
  case credentials(Explanation)
  /// Nobody said which region.
  case noRegion
  /// The service was not reached.
  case transport(HTTPFailure)
  /// The policy of these credentials does not allow it.
  case accessDenied(operation: String, credentials: String, message: String)
  /// The service does not take these credentials, or the signature.
  case signatureRefused(credentials: String, message: String)
  /// This machine's clock and the service's are too far apart.
  case clockSkew(seconds: Int)
  /// Temporary credentials are over.
  case expiredToken(credentials: String)
  /// The account is not verified yet.
  case pendingVerification
  /// No such resource in that region.
  case notFound(operation: String, message: String)
  /// The channel is offline: a state, not a failure.
  case channelNotBroadcasting
  /// It cannot be done in the resource's present state.
  case conflict(operation: String, message: String)
  /// The account has as many of them as it may have.
  case quotaExceeded(operation: String, message: String)
  /// Too many requests by all of the account, even after waiting.
  case throttled(operation: String)
  /// The request itself is wrong.
  case invalid(operation: String, message: String)
  /// The service failed, even after waiting.
  case unavailable(operation: String, status: Int)
  /// The answer is none of the API's.
  case unreadable(operation: String, status: Int)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .credentials(let explanation): explanation
    case .noRegion:
      Explanation(
        "no AWS region is known", "give `region`, set AWS_REGION, or give the channel by its ARN, which names it")
    case .transport(let failure): failure.explanation
    case .accessDenied("GetStreamKey", let credentials, _), .accessDenied("BatchGetStreamKey", let credentials, _):
      Explanation(
        "the \(credentials) may not read stream keys (ivs:GetStreamKey; IVSReadOnlyAccess lacks it)",
        "allow it (`ivs-broadcast channels policy`), or give the key with `stream-key-file` or IVS_STREAM_KEY")
    case .accessDenied(let operation, let credentials, _):
      Explanation(
        "the \(credentials) may not do \(operation == "GetMetricData" ? "cloudwatch" : "ivs"):\(operation)",
        "allow it in their policy (`ivs-broadcast channels policy` prints the least that is needed)")
    case .signatureRefused(let credentials, let message):
      Explanation(
        "AWS does not accept the \(credentials): \(message)", "check that the key pair is complete and active")
    case .clockSkew(let seconds):
      Explanation(
        "this machine's clock is \(abs(seconds)) s \(seconds > 0 ? "behind" : "ahead of") AWS's",
        "set it (timedatectl)")
    case .expiredToken(let credentials):
      Explanation("the \(credentials) have expired", "sign in again, or let a profile renew them")
    case .pendingVerification:
      Explanation(
        "AWS has not verified this account yet, and allows no new resources until then", "ask AWS Support how long")
    case .notFound(let operation, let message):
      Explanation(
        "\(operation): no such channel or key in this region\(Self.detail(message))", "check the ARN and the region")
    case .channelNotBroadcasting: Explanation("the channel is offline")
    case .conflict("DeleteChannel", _), .conflict("UpdateChannel", _):
      Explanation("the channel is live", "stop the stream first (ivs-broadcast channels stop)")
    case .conflict(let operation, let message): Explanation("\(operation): not possible now\(Self.detail(message))")
    case .quotaExceeded("CreateStreamKey", _):
      Explanation("the channel has its one stream key already", "rotate it instead (ivs-broadcast channels rotate-key)")
    case .quotaExceeded(let operation, let message):
      Explanation(
        "\(operation): the account's quota is used up\(Self.detail(message))",
        "delete what is not needed, or raise it in Service Quotas")
    case .throttled(let operation):
      Explanation("\(operation): AWS throttles this account (5 requests a second)", "wait, or let fewer programs ask")
    case .invalid(let operation, let message): Explanation("\(operation): refused as not valid\(Self.detail(message))")
    case .unavailable(let operation, let status):
      Explanation("\(operation): the service failed (HTTP \(status))", "try again later")
    case .unreadable(let operation, let status):
      Explanation(
        "\(operation): the answer (HTTP \(status)) is none of the IVS API's",
        "check that nothing between here and AWS answers in its place")
    }
  }

  private static func detail(_ message: String) -> String { message.isEmpty ? "" : ": \(message)" }

  /// Whether the same request may succeed later without anybody doing anything.
  public var isTransient: Bool {
    switch self {
    case .transport(let failure): failure.isTransient
    case .throttled, .unavailable: true
    default: false
    }
  }
}
