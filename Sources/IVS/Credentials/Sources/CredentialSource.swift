internal import Web

/// One place that credentials may come from.
protocol CredentialSource: Sendable {
  /// Looks there once, within the source's own limits.
  /// - Throws: where the source is set up but does not work; then none of the later ones is asked.
  func find() async throws(CredentialError) -> Finding
}

/// What a source has.
enum Finding: Sendable {
  case found(AWSCredentials)
  /// It is not set up; the place, with the reason, if a person should hear of it.
  case nothing(String?)
}

extension CredentialChain {
  /// All sources in botocore's order.
  ///
  /// A profile given in code drops those of the environment; `AWS_PROFILE` does not.
  static func sources(
    of configuration: AWSConfiguration, http: any HTTPCaller, now: @escaping @Sendable () -> Double
  ) -> [any CredentialSource] {
    var sources: [any CredentialSource] = []
    if !configuration.isProfileGiven { sources.append(EnvironmentSource(configuration: configuration)) }
    return sources + [
      CommandLineSource(configuration: configuration, method: .assumedRole),
      WebIdentitySource(configuration: configuration, http: http, now: now),
      CommandLineSource(configuration: configuration, method: .sso),
      SharedFileSource(configuration: configuration, file: .credentials),
      CommandLineSource(configuration: configuration, method: .login),
      ProcessSource(configuration: configuration),
      SharedFileSource(configuration: configuration, file: .config),
      ContainerSource(configuration: configuration, http: http),
      InstanceSource(configuration: configuration, http: http),
    ]
  }
}
