/// Profiles that assume roles or sign people in: resolved by the AWS CLI v2, which keeps their sessions and caches.
struct CommandLineSource: CredentialSource {
  let configuration: AWSConfiguration
  let method: SignInMethod
  var limit: Duration = .seconds(60)

  func find() async throws(CredentialError) -> Finding {
    guard isConfigured else { return .nothing(nil) }
    let profile = configuration.profile
    let result: Command.Result
    do {
      result = try await aws("configure", "export-credentials", "--profile", profile, "--format", "process")
    } catch {
      throw failure(error == .notFound("aws") ? .notInstalled : .failed(error.description))
    }
    guard result.isSuccess else {
      let version = try? await aws("--version")
      let text = version.map { String(decoding: $0.output, as: UTF8.self) } ?? ""
      let isFirst = text.hasPrefix("aws-cli/1.") || version?.lastWords.hasPrefix("aws-cli/1.") ?? false
      let words = result.lastWords.isEmpty ? "`aws` ended with \(result.endInWords)" : result.lastWords
      throw failure(isFirst ? .versionOne : .failed(words))
    }
    return .found(
      try CredentialDocument.credentials(
        of: result.output, printedBy: "aws configure export-credentials --profile \(profile)",
        source: "profile \(profile), which \(method)"))
  }

  private var isConfigured: Bool {
    let values = configuration.values
    return switch method {
    case .assumedRole: values["role_arn"] != nil && values["web_identity_token_file"] == nil
    case .sso: values["sso_role_name"] != nil || values["sso_account_id"] != nil
    case .login: values["login_session"] != nil
    }
  }

  private func failure(_ problem: SignInProblem) -> CredentialError {
    .signIn(profile: configuration.profile, method: method, problem: problem)
  }

  private func aws(_ arguments: String...) async throws(Command.Failure) -> Command.Result {
    try await Command(
      name: "aws", arguments: arguments, environment: configuration.environment,
      for: method == .assumedRole ? .assumedRole : .signIn
    ).run(within: limit)
  }
}
