public import Media

/// Why there are no credentials: which source, where, what to do; never with a secret.
public enum CredentialError: ExplainedError, Equatable, Sendable {
  /// No source has any; what was looked at, in its order.
  case noneFound(lookedAt: [String])
  /// A source has only a part of them.
  case incomplete(source: String, missing: String)
  /// A source that is set up failed; the reason says what to do.
  case failed(source: String, reason: String)
  /// A source gave credentials that are over already.
  case expired(source: String)
  /// A profile that only the AWS CLI can sign in with.
  case signIn(profile: String, method: SignInMethod, problem: SignInProblem)
  /// The settings that AWS's tools share are wrong.
  case configuration(AWSConfigurationError)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .noneFound(let lookedAt):
      Explanation(
        "no AWS credentials found",
        "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
          + " (looked at \(lookedAt.joined(separator: ", ")))")
    case .incomplete(let source, let missing): Explanation("\(source): \(missing) is missing", "set it, too")
    case .failed(let source, let reason): Explanation("\(source): \(reason)")
    case .expired(let source):
      Explanation("\(source): the credentials that it gives have expired", "check it, and this machine's clock")
    case .signIn(let profile, let method, let problem):
      problem.explanation(profile: profile, method)
    case .configuration(let error): error.explanation
    }
  }
}

/// What a profile signs in with that takes the AWS CLI.
public enum SignInMethod: Equatable, Sendable, CustomStringConvertible {
  case assumedRole
  case sso
  case login

  /// What the profile does, in words.
  public var description: String {
    switch self {
    case .assumedRole: "assumes a role"
    case .sso: "signs in with SSO"
    case .login: "signs in with `aws login`"
    }
  }
}

/// Why the AWS CLI gave no credentials.
public enum SignInProblem: Equatable, Sendable {
  /// There is none on PATH.
  case notInstalled
  /// It is version 1, which cannot export credentials.
  case versionOne
  /// It said why, in its last words.
  case failed(String)

  func explanation(profile: String, _ method: SignInMethod) -> Explanation {
    let what = "profile '\(profile)' \(method)"
    let install =
      "install AWS CLI v2" + (step(profile, method).map { " and run \($0)" } ?? "")
      + ", or use a profile with keys or a credential_process"
    return switch self {
    case .notInstalled: Explanation("\(what): there is no `aws` on PATH", install)
    case .versionOne: Explanation("\(what): the `aws` on PATH is version 1, which cannot help", install)
    case .failed(let words):
      Explanation("\(what): \(words)", step(profile, method).map { "run \($0)" } ?? "check the profile")
    }
  }

  private func step(_ profile: String, _ method: SignInMethod) -> String? {
    switch method {
    case .assumedRole: nil
    case .sso: "`aws sso login --profile \(profile)`"
    case .login: "`aws login --profile \(profile)`"
    }
  }
}
