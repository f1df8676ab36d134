import Foundation
import Media
import Synchronization
import Testing
import Web

@testable import IVS

/// A service that answers what it was told to, and keeps what it was asked.
final class Script: HTTPCaller {
  private let state: Mutex<(answers: [Result<HTTPAnswer, HTTPFailure>], requests: [HTTPRequest])>
  private let meanwhile: @Sendable (HTTPRequest) async -> Void

  /// - Parameter meanwhile: runs while a request is on its way.
  init(
    _ answers: [Result<HTTPAnswer, HTTPFailure>], meanwhile: @escaping @Sendable (HTTPRequest) async -> Void = { _ in }
  ) {
    state = Mutex((answers, []))
    self.meanwhile = meanwhile
  }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }

  func call(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPAnswer {
    let next = state.withLock { state in
      state.requests.append(request)
      return state.answers.isEmpty ? .failure(.timedOut(host: "script")) : state.answers.removeFirst()
    }
    await meanwhile(request)
    return try next.get()
  }

  /// Names of the operations, in the order of asking.
  var operations: [String] { requests.map { String($0.url.split(separator: "/").last ?? "") } }
  /// The bodies as text.
  var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }
}

/// Credentials that never end, and a count of how often they were refused.
final class Keys: CredentialProvider {
  private let refused = Mutex(0)
  var refusals: Int { refused.withLock { $0 } }
  func credentials() async throws -> AWSCredentials {
    AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "hidden-secret", source: "environment")
  }
  func invalidate(_ old: AWSCredentials) async { refused.withLock { $0 += 1 } }
}

/// Credentials that tell when they are asked for.
struct AskedKeys: CredentialProvider {
  let onAsking: @Sendable () -> Void
  func credentials() async throws -> AWSCredentials {
    onAsking()
    return try await Keys().credentials()
  }
  func invalidate(_ old: AWSCredentials) async {}
}

/// Other credentials each time, and a list of those that were refused.
final class NumberedKeys: CredentialProvider {
  private let state = Mutex<(given: Int, refused: [String])>((0, []))
  var refused: [String] { state.withLock { $0.refused } }
  func credentials() async throws -> AWSCredentials {
    let number = state.withLock { state in
      state.given += 1
      return state.given
    }
    return AWSCredentials(accessKeyID: "KEY\(number)", secretAccessKey: "hidden-secret", source: "environment")
  }
  func invalidate(_ old: AWSCredentials) async { state.withLock { $0.refused.append(old.accessKeyID) } }
}

extension Result where Success == HTTPAnswer, Failure == HTTPFailure {
  static func json(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> Self {
    .success(HTTPAnswer(status: status, headers: headers.map { (name: $0.0, value: $0.1) }, body: Array(text.utf8)))
  }
  static func fault(_ status: Int, _ type: String, _ message: String = "") -> Self {
    .json("{\"exceptionMessage\":\"\(message)\"}", status: status, headers: [("x-amzn-ErrorType", type)])
  }
}
