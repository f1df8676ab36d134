/// What AWS's tools are told by the environment and by the files they share; read once.
///
/// It holds secrets of the environment and of the files, so that dumps show profile and region alone.
public struct AWSConfiguration: Sendable, CustomReflectable {
  /// The profile in use: the option, else `AWS_PROFILE`, else `AWS_DEFAULT_PROFILE`, else `default`.
  public let profile: String
  /// The option, else `AWS_REGION`, else `AWS_DEFAULT_REGION`, else the profile's.
  public let region: String?
  /// A file of certificates in PEM to trust instead of the system's: `AWS_CA_BUNDLE`, else the profile's `ca_bundle`.
  public let caBundle: String?
  /// Whether hosts with IPv6 addresses are wanted: `AWS_USE_DUALSTACK_ENDPOINT`, else the profile's.
  public let usesDualStack: Bool
  /// Whether FIPS 140 hosts are wanted: `AWS_USE_FIPS_ENDPOINT`, else the profile's.
  public let usesFIPS: Bool
  /// How often a request is sent in all: `AWS_MAX_ATTEMPTS`, else the profile's `max_attempts`; `nil` where unset.
  public let maxAttempts: Int?

  /// Whether the profile was named by the option: then keys in the environment do not count (botocore's rule).
  let isProfileGiven: Bool
  let environment: [String: String]
  let home: String
  let configPath: String
  let credentialsPath: String
  /// The profile's values of both files; the credentials file's win.
  let values: [String: ProfileValue]
  private let endpoints: [AWSService: String]

  /// Reads the two files; missing ones are empty ones.
  /// - Parameters:
  ///   - environment: the process's.
  ///   - home: the user's folder, without a slash at its end.
  ///   - profile: by an option.
  ///   - region: by an option.
  public init(
    environment: [String: String], home: String, profile: String?, region: String?
  ) throws(AWSConfigurationError) {
    let reader = Reader(environment: environment, home: home)
    self.environment = environment
    self.home = home
    configPath = reader.path("AWS_CONFIG_FILE", else: "~/.aws/config")
    credentialsPath = reader.path("AWS_SHARED_CREDENTIALS_FILE", else: "~/.aws/credentials")
    let config = try ProfileFile(path: configPath, shownPath: reader.shown(configPath))
    let credentials = try ProfileFile(path: credentialsPath, shownPath: reader.shown(credentialsPath))

    var profiles: [String: [String: ProfileValue]] = [:]
    for section in config.sections {
      if let name = section.profileInConfig { profiles[name] = section.values }
    }
    for section in credentials.sections {
      profiles[section.header, default: [:]].merge(section.values) { _, new in new }
    }
    let variable = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].first { reader.variable($0) != nil }
    let name = profile ?? variable.flatMap(reader.variable)
    isProfileGiven = profile != nil
    self.profile = name ?? "default"
    if let name, profiles[name] == nil {
      throw .unknownProfile(
        name: name, namedBy: profile == nil ? variable ?? "" : "by option", known: profiles.keys.sorted(),
        files: [config.shownPath, credentials.shownPath])
    }
    let values = profiles[self.profile] ?? [:]
    self.values = values

    self.region = try reader.region(option: region, values)
    caBundle = reader.setting("ca_bundle", "AWS_CA_BUNDLE", values).map { reader.expanded($0.text) }
    usesDualStack = reader.flag("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT", values)
    usesFIPS = reader.flag("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT", values)
    maxAttempts = try reader.attempts(values)
    endpoints = try reader.endpoints(values, services: config.sections)
  }

  /// The URL configured for a service: `AWS_ENDPOINT_URL_IVS`, `AWS_ENDPOINT_URL`, the profile's `services` section,
  /// the profile's `endpoint_url`; `nil` where the region's usual host is meant (SDK reference, service-specific
  /// endpoints).
  ///
  /// An endpoint given by an option comes before all of these and is the caller's business.
  /// - Throws: where dual-stack or FIPS hosts are wanted, too.
  public func endpointURL(for service: AWSService) throws(AWSConfigurationError) -> String? {
    guard let url = endpoints[service] else { return nil }
    guard !usesDualStack, !usesFIPS else { throw .endpointWithVariant(service: service) }
    return url
  }

  /// Profile and region alone.
  public var customMirror: Mirror { Mirror(self, children: ["profile": profile, "region": region ?? "none"]) }

  var reader: Reader { Reader(environment: environment, home: home) }
}
