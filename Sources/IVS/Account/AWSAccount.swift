public import NIOCore
public import Settings
public import Web

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
  ///   - warn: takes a line where old credentials go on being used since there are no new ones.
  /// - Throws: one line for settings that are wrong.
  public static func open(
    environment: [String: String], home: String, profile: String?, region: String?, group: any EventLoopGroup,
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(OperatorFailure) -> AWSAccount {
    let configuration: AWSConfiguration
    do {
      configuration = try AWSConfiguration(environment: environment, home: home, profile: profile, region: region)
    } catch { throw OperatorFailure(error.explanation, .configuration) }
    var endpoints: [AWSService: String] = [:]
    for service in AWSService.allCases {
      do { endpoints[service] = try configuration.endpointURL(for: service) } catch {
        throw OperatorFailure(error.explanation, .configuration)
      }
    }
    // Last of what may fail: a client has to be closed.
    let web: WebClient
    do { web = try WebClient(caFile: configuration.caBundle, authoritySetting: "AWS_CA_BUNDLE", group: group) } catch {
      throw OperatorFailure("AWS_CA_BUNDLE: \(error)", .configuration)
    }
    let chain = CredentialChain(configuration: configuration, http: web, warn: warn)
    let named = endpoints.mapValues { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    let (usesDualStack, usesFIPS) = (configuration.usesDualStack, configuration.usesFIPS)
    let service = ServiceClient(provider: chain, http: web, attempts: configuration.maxAttempts ?? 3) {
      named[$0] ?? $0.url(in: $1, usesDualStack: usesDualStack, usesFIPS: usesFIPS)
    }
    return AWSAccount(ivs: IVSClient(service: service, region: configuration.region), web: web, provider: chain)
  }

  /// Lets go of all connections.
  public func close() async { await web.close() }
}

extension CredentialChain: CredentialProvider {
  /// The same for the newest credentials.
  public func invalidate(_ refused: AWSCredentials) { invalidate(Optional(refused)) }
}
