public import NIOCore
public import Settings

/// The AWS account that this machine's user has credentials for: one client for the whole program.
///
/// Ends with ``close()``.
public struct AWSAccount: Sendable {
  /// The operations of IVS.
  public let ivs: IVSClient
  /// What carries requests, for what needs no signature.
  public let web: WebClient
  /// Who has the credentials.
  public let provider: any CredentialProvider

  /// Puts an account together; asks no server yet.
  /// - Parameters:
  ///   - environment: of the process.
  ///   - home: the user's home, where `.aws` is.
  ///   - profile: instead of `AWS_PROFILE`.
  ///   - region: instead of what the environment and the profile say.
  /// - Throws: one line for settings that are wrong.
  public static func open(
    environment: [String: String], home: String, profile: String?, region: String?, group: any EventLoopGroup
  ) throws(OperatorFailure) -> AWSAccount {
    let web: WebClient
    do { web = try WebClient(caFile: environment["AWS_CA_BUNDLE"], group: group) } catch {
      throw OperatorFailure("AWS_CA_BUNDLE: \(error)", .configuration)
    }
    let provider = EnvironmentCredentials(environment: environment)
    let service = ServiceClient(provider: provider, http: web) { service, region in
      environment["AWS_ENDPOINT_URL_\(service.identifier.uppercased())"]
        ?? "https://\(service.name).\(region).amazonaws.com"
    }
    let place = region ?? environment["AWS_REGION"]
    return AWSAccount(ivs: IVSClient(service: service, region: place), web: web, provider: provider)
  }

  /// Lets go of all connections.
  public func close() async { await web.close() }
}

struct EnvironmentCredentials: CredentialProvider {
  let environment: [String: String]
  func credentials() async throws -> AWSCredentials {
    guard let key = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
      throw OperatorFailure("no AWS credentials", .configuration)
    }
    return AWSCredentials(
      accessKeyID: key, secretAccessKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"], source: "environment")
  }
  func invalidate() async {}
}
