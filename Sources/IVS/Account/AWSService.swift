/// The web services that are called, by the names under which their endpoints are configured.
public enum AWSService: String, Sendable, CaseIterable {
  case ivs
  case cloudwatch
  case sts

  /// What signatures call it.
  var signingName: String { self == .cloudwatch ? "monitoring" : rawValue }

  /// The URL of the service's own host in a region.
  /// - Parameters:
  ///   - usesDualStack: the host that has IPv6 addresses too.
  ///   - usesFIPS: the host with FIPS 140 cryptography.
  public func url(in region: String, usesDualStack: Bool = false, usesFIPS: Bool = false) -> String {
    let host = signingName + (usesFIPS ? "-fips" : "")
    return "https://\(host).\(region).\(usesDualStack ? "api.aws" : "amazonaws.com")"
  }
}
