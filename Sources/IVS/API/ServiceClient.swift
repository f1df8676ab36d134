internal import FoundationEssentials
public import Media
public import Web

/// Whoever has credentials, and renews them before they expire.
public protocol CredentialProvider: Sendable {
  /// Credentials that are good now; what is thrown describes itself in one line, without a secret.
  func credentials() async throws -> AWSCredentials
  /// The service refused these as expired.
  func invalidate(_ refused: AWSCredentials) async
}

/// Signs requests, keeps within the account's budget, and tries again what may succeed.
///
/// One for the whole program: the budget is in it.
public actor ServiceClient {
  private let provider: any CredentialProvider
  private let http: any HTTPCaller
  private let endpoint: @Sendable (AWSService, String) -> String
  private let attempts: Int
  private let wallClock: @Sendable () -> Int
  private let pause: @Sendable (Duration) async throws -> Void
  private var budget = RequestBudget()
  /// What CloudWatch calls channels, as far as it is known.
  private(set) var metricNaming = MetricNaming()
  /// What has to be added to this machine's clock to be AWS's.
  private var clockOffset = 0
  /// How far AWS's clock is ahead of this machine's, in seconds, by its newest answer; `nil` before the first.
  private(set) var clockSkew: Int?

  /// - Parameters:
  ///   - endpoint: the URL of a service in a region, without a path at its end.
  ///   - attempts: in all, the first one included.
  ///   - wallClock: seconds since 1970.
  ///   - pause: waits for so long.
  public init(
    provider: any CredentialProvider, http: any HTTPCaller, attempts: Int = 3,
    wallClock: @escaping @Sendable () -> Int = { WallClock.secondsSince1970 },
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    endpoint: @escaping @Sendable (AWSService, String) -> String
  ) {
    self.provider = provider
    self.http = http
    self.endpoint = endpoint
    self.attempts = max(1, attempts)
    self.wallClock = wallClock
    self.pause = pause
  }

  /// One request of the IVS API: `POST /Operation` with JSON.
  /// - Parameters:
  ///   - isRepeatable: whether doing it twice is the same as once, so that a lost answer is asked for again.
  ///   - meansDone: whether asking again failed since the request whose answer was lost has been done; of an operation
  ///     without a result.
  func call<Answer: Decodable & Sendable>(
    _ operation: String, _ input: some Encodable & Sendable, in region: String, isRepeatable: Bool = true,
    meansDone: (IVSError) -> Bool = { _ in false }
  ) async throws(IVSError) -> Answer {
    let body = try encode(input, operation)
    let request = HTTPRequest(
      "POST", "\(endpoint(.ivs, region))/\(operation)", headers: [("Content-Type", "application/json")], body: body)
    let answer = try await send(
      request, operation, .ivs, region, isRepeatable: isRepeatable, meansDone: meansDone)
    return try decode(answer, operation)
  }

  /// One request of CloudWatch, in its JSON 1.0 protocol.
  func callCloudWatch<Answer: Decodable & Sendable>(
    _ operation: String, _ input: some Encodable & Sendable, in region: String
  ) async throws(IVSError) -> Answer {
    let body = try encode(input, operation)
    let request = HTTPRequest(
      "POST", "\(endpoint(.cloudwatch, region))/",
      headers: [
        ("Content-Type", "application/x-amz-json-1.0"),
        ("X-Amz-Target", "GraniteServiceVersion20100801.\(operation)"),
      ], body: body)
    let answer = try await send(request, operation, .cloudwatch, region, isRepeatable: true)
    return try decode(answer, operation)
  }

  /// Keeps by which name CloudWatch had figures; `nil` for none.
  func metricsAnswered(by name: MetricNaming.Name?) { metricNaming.answered(by: name) }

  private func encode(_ input: some Encodable, _ operation: String) throws(IVSError) -> [UInt8] {
    do { return Array(try JSONEncoder().encode(input)) } catch {
      throw .invalid(operation: operation, message: "the request cannot be written as JSON")
    }
  }

  private func decode<Answer: Decodable>(_ answer: HTTPAnswer, _ operation: String) throws(IVSError) -> Answer {
    // An answer without content is an empty object.
    let body = answer.body.isEmpty ? Array("{}".utf8) : answer.body
    do { return try JSONDecoder().decode(Answer.self, from: Data(body)) } catch {
      throw .unreadable(operation: operation, status: answer.status)
    }
  }

  private func send(
    _ request: HTTPRequest, _ operation: String, _ service: AWSService, _ region: String, isRepeatable: Bool,
    meansDone: (IVSError) -> Bool = { _ in false }
  ) async throws(IVSError) -> HTTPAnswer {
    var attempt = 1
    var (hasRenewed, hasAdjusted, mayBeDone) = (false, false, false)
    while true {
      let credentials: AWSCredentials
      do { credentials = try await provider.credentials() } catch {
        throw .credentials(Explanation(of: error))
      }
      let failure: IVSError
      do throws(IVSError) {
        return try await sendOnce(request, operation, service, region, credentials)
      } catch { failure = error }
      if case .expiredToken = failure, !hasRenewed {
        hasRenewed = true
        await provider.invalidate(credentials)
        continue
      }
      if case .clockSkew(let seconds) = failure, !hasAdjusted {
        hasAdjusted = true
        clockOffset = seconds
        continue
      }
      // An empty object is what an operation without a result answers.
      if mayBeDone, meansDone(failure) { return HTTPAnswer(status: 204) }
      if failure.isTransient, !failure.isCertainlyUndone { mayBeDone = true }
      if case .throttled = failure { budget.drain(operation, at: .now()) }
      guard attempt < attempts, failure.isTransient, isRepeatable || failure.isCertainlyUndone else { throw failure }
      // Full jitter, so that boxes which were refused together do not return together.
      let longest = min(10, 0.4 * Double(1 << min(attempt, 5)))
      do { try await pause(.milliseconds(Int(longest * 1000 * Double.random(in: 0.2...1)))) } catch {
        throw .transport(.cancelled)
      }
      attempt += 1
    }
  }

  private func sendOnce(
    _ request: HTTPRequest, _ operation: String, _ service: AWSService, _ region: String,
    _ credentials: AWSCredentials
  ) async throws(IVSError) -> HTTPAnswer {
    let wait = budget.reserve(operation, at: .now())
    if wait > .zero {
      do { try await pause(wait) } catch { throw .transport(.cancelled) }
    }
    let signature = SignatureV4(region: region, service: service.signingName)
    let answer: HTTPAnswer
    do throws(HTTPFailure) {
      let signed = try signature.sign(
        request, with: credentials, at: SigningTime(secondsSince1970: wallClock() + clockOffset))
      answer = try await http.call(signed)
    } catch { throw .transport(error) }
    if let date = answer.header("Date").flatMap(HTTPDate.seconds) { clockSkew = date - wallClock() }
    guard !(200...299).contains(answer.status) else { return answer }
    let fault = ServiceFault(answer)
    if fault.isClockSkew, let date = answer.header("Date").flatMap(HTTPDate.seconds) {
      throw .clockSkew(seconds: date - wallClock())
    }
    throw fault.error(operation, credentials)
  }
}

extension IVSError {
  /// Whether the service has certainly not done what was asked.
  fileprivate var isCertainlyUndone: Bool {
    switch self {
    case .throttled, .unavailable(_, 503), .transport(.unknownHost), .transport(.cannotConnect): true
    default: false
    }
  }
}
