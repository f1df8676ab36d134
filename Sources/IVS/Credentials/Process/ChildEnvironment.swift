/// What a child program gets of this program's environment: everything but secrets that it has no use for.
///
/// The one place that says so. A list of what is left out, not of what is let in: programs that give credentials rely on
/// variables of their own (agents, sockets, a vault's session).
enum ChildEnvironment {
  /// What a child program is for.
  enum Use: Equatable {
    /// A profile's `credential_process`: it is run because the environment's own credentials do not count.
    case credentialProcess
    /// AWS CLI for a profile that signs in by itself.
    case signIn
    /// AWS CLI for a profile that assumes a role: its source may be the environment or the container.
    case assumedRole
  }

  /// Variables of this package's programs, secrets among them (`IVS_STREAM_KEY`, `TRANSWRAP_KEY_…`): nobody else's.
  private static let ownPrefixes = ["IVS_", "TRANSWRAP_"]
  /// Credentials themselves; what only names files, profiles and hosts is no secret.
  private static let credentials: Set = [
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK",
  ]

  /// The variables for a child.
  static func variables(of environment: [String: String], for use: Use) -> [String: String] {
    environment.filter { name, _ in
      !ownPrefixes.contains { name.hasPrefix($0) } && (use == .assumedRole || !credentials.contains(name))
    }
  }
}
