internal import FoundationEssentials
internal import Media
internal import Web

/// An error answer as AWS writes it: a type in the header or the body, a message under one of three names.
///
/// The type may come with a namespace before `#` and more after `:` (`aws.ivs#ThrottlingException:http://…`).
struct ServiceFault: Equatable {
  let status: Int
  let type: String
  let message: String

  private struct Body: Decodable {
    var type: String?
    var code: String?
    var message: String?
    var capitalMessage: String?
    var exceptionMessage: String?

    enum CodingKeys: String, CodingKey {
      case type = "__type"
      case code, message, exceptionMessage
      case capitalMessage = "Message"
    }
  }

  init(_ answer: HTTPAnswer) {
    let body = try? JSONDecoder().decode(Body.self, from: Data(answer.body))
    let raw = answer.header("x-amzn-ErrorType") ?? body?.type ?? body?.code ?? ""
    let tail = raw.split(separator: "#").last ?? ""
    type = String(tail.prefix { $0 != ":" })
    message = ForeignText.cleaned(body?.exceptionMessage ?? body?.message ?? body?.capitalMessage ?? "")
    status = answer.status
  }

  /// The error that it is for whoever asked.
  func error(_ operation: String, _ credentials: AWSCredentials) -> IVSError {
    let source = "credentials from \(credentials.source)"
    switch type {
    case "AccessDeniedException", "AccessDenied":
      return .accessDenied(operation: operation, credentials: source, message: message)
    case "PendingVerification": return .pendingVerification
    case "ChannelNotBroadcasting": return .channelNotBroadcasting
    case "ResourceNotFoundException": return .notFound(operation: operation, message: message)
    case "ConflictException": return .conflict(operation: operation, message: message)
    case "ServiceQuotaExceededException": return .quotaExceeded(operation: operation, message: message)
    case "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded":
      return .throttled(operation: operation)
    case "ValidationException": return .invalid(operation: operation, message: message)
    case "ExpiredTokenException", "ExpiredToken": return .expiredToken(credentials: source)
    case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch",
      "MissingAuthenticationTokenException", "MissingAuthenticationToken", "IncompleteSignature",
      "IncompleteSignatureException", "InvalidAccessKeyId":
      return .signatureRefused(credentials: source, message: message.isEmpty ? type : firstSentence)
    default: break
    }
    switch status {
    case 429: return .throttled(operation: operation)
    case 500...: return .unavailable(operation: operation, status: status)
    case 403 where !type.isEmpty: return .accessDenied(operation: operation, credentials: source, message: message)
    case 400 where !type.isEmpty: return .invalid(operation: operation, message: message.isEmpty ? type : message)
    default: return .unreadable(operation: operation, status: status)
    }
  }

  /// Of a refused signature the rest is the request as AWS read it, with its headers.
  private var firstSentence: String {
    let sentence = message.firstRange(of: ". ").map { message[..<$0.lowerBound] } ?? message[...]
    return String(sentence.hasSuffix(".") ? sentence.dropLast() : sentence)
  }

  /// Whether the clocks are to blame.
  var isClockSkew: Bool {
    switch type {
    case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture": true
    case "InvalidSignatureException", "SignatureDoesNotMatch":
      message.contains("Signature expired") || message.contains("Signature not yet current")
    default: false
    }
  }
}
